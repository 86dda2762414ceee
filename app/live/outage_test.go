package live_test

import (
	"testing"
	"testing/synctest"

	"orders/ports"
)

// However many orders are committed while none is shown, each is told when it is, to who keeps up.
func TestAnOutageOfManyOrders(t *testing.T) {
	within(t, func(t *testing.T, w *world) {
		all, start := w.watch(t, ports.Watch{}), w.at(t)
		const count = 10_100
		for n := range count {
			w.commit(t, n)
		}
		silent(t, all)
		if at := all.Position(); at != start {
			t.Errorf("nothing is shown, and the position is %q", at)
		}
		for n := range count {
			w.show(t, n)
			synctest.Wait()
			tells(t, all, n, 1)
		}
		if at := all.Position(); at != w.at(t) {
			t.Errorf("position %q", at)
		}
	})
}
