package live_test

import (
	"testing"
	"time"

	"orders/ports"
)

// When more is owed than can be remembered, watchers look anew, but not before there is
// something to see.
func TestAnOutageThatIsTooLongToRemember(t *testing.T) {
	within(t, func(t *testing.T, w *world) {
		w.broker.OweAtMost(100)
		all, start := w.watch(t, ports.Watch{}), w.at(t)
		const count = 130
		for n := range count {
			w.commit(t, n)
			time.Sleep(100 * time.Millisecond)
		}
		silent(t, all)
		if at := all.Position(); at != start && at != "" {
			t.Errorf("something is owed, and the position is %q", at)
		}
		for n := range count / 2 {
			w.show(t, n)
		}
		time.Sleep(5 * time.Second)
		for n := count / 2; n < count; n++ {
			w.show(t, n)
		}
		c := next(t, all)
		for ; !c.Reset; c = next(t, all) {
			if c.Position != "" {
				t.Fatalf("told %+v before the reset", c)
			}
		}
		if c.Position != w.at(t) {
			t.Errorf("position %q", c.Position)
		}
		w.change(t, 1)
		tells(t, all, 1, 2)
	})
}
