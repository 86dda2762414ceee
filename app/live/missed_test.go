package live_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"orders/ports"
)

// at is the position of the present.
func (w *world) at(t *testing.T) (at ports.Position) {
	t.Helper()
	err := w.views.Follow(t.Context(), "", func(_ context.Context, b ports.ViewBatch) error {
		at = b.Next
		return errEnough
	})
	if !errors.Is(err, errEnough) {
		t.Fatal(err)
	}
	return at
}

var errEnough = errors.New("enough")

func TestCatchingUp(t *testing.T) {
	within(t, func(t *testing.T, w *world) {
		w.change(t, 1, 2, 3)
		before := w.at(t)
		w.change(t, 2, 4, 2)
		all := w.watch(t, ports.Watch{After: before})
		ann := w.watch(t, ports.Watch{After: before, UserID: user(3)})
		tells(t, all, 2, 3)
		if at := tells(t, all, 4, 1); at != w.at(t) {
			t.Errorf("caught up with position %q", at)
		}
		if c := next(t, ann); c.View != nil || c.Position != w.at(t) {
			t.Errorf("told %+v", c)
		}
		w.change(t, 3)
		tells(t, all, 3, 2)
		tells(t, ann, 3, 2)

		synctest.Wait()
		followed := w.followed.Load()
		current := w.watch(t, ports.Watch{After: w.at(t)})
		silent(t, current)
		if w.followed.Load() != followed {
			t.Error("the feed is followed again by who is at its end")
		}
		w.change(t, 5)
		tells(t, current, 5, 1)
	})
}

// What the read model does not show yet is told when it does, also to who catches up before that.
func TestCatchingUpWithAReadModelThatLags(t *testing.T) {
	within(t, func(t *testing.T, w *world) {
		w.change(t, 1)
		before := w.at(t)
		w.commit(t, 1)
		w.commit(t, 2)
		all := w.watch(t, ports.Watch{After: before})
		silent(t, all)
		w.show(t, 2)
		tells(t, all, 2, 1)
		w.show(t, 1)
		if at := tells(t, all, 1, 2); at != w.at(t) {
			t.Errorf("position %q", at)
		}
	})
}

// What is told live meanwhile comes after what was missed, and what was missed is told as it is
// when it is taken, and nothing older after that.
func TestCatchingUpWhileMoreIsTold(t *testing.T) {
	within(t, func(t *testing.T, w *world) {
		before := w.at(t)
		w.change(t, 1, 2)
		all := w.watch(t, ports.Watch{After: before})
		for range 3 {
			w.change(t, 1)
			synctest.Wait() // It waits for all, one by one.
		}
		w.change(t, 3)
		tells(t, all, 1, 4)
		if at := all.Position(); at != "" {
			t.Errorf("more waits, and the position is %q", at)
		}
		tells(t, all, 2, 1)
		for c := next(t, all); c.View == nil || c.View.ID != id(3); c = next(t, all) {
			if c.View != nil {
				t.Errorf("told %+v after version 4", c.View)
			}
		}
		silent(t, all)
		w.change(t, 1)
		if at := tells(t, all, 1, 5); at != w.at(t) || all.Position() != at {
			t.Errorf("positions %q, %q", at, all.Position())
		}
	})
}

func TestLostPositions(t *testing.T) {
	within(t, func(t *testing.T, w *world) {
		w.change(t, 1)
		keep := w.watch(t, ports.Watch{})
		synctest.Wait()
		w.anew.Store(true)
		all := w.watch(t, ports.Watch{After: "nothing that anybody knows"})
		if c := next(t, all); !c.Reset || c.Position != w.at(t) {
			t.Errorf("told %+v", c)
		}
		w.change(t, 1)
		tells(t, all, 1, 2)
		tells(t, keep, 1, 2)
	})
}

func TestWhoMissedTooMuchLooksAnew(t *testing.T) {
	within(t, func(t *testing.T, w *world) {
		w.change(t, 0)
		before := w.at(t)
		for n := range 10_001 {
			w.change(t, 1+n)
		}
		all := w.watch(t, ports.Watch{After: before})
		told := 0
		for c := next(t, all); !c.Reset; c = next(t, all) {
			told++
		}
		if told > 10_000 {
			t.Errorf("told %d changes before that", told)
		}
		w.change(t, 1)
		tells(t, all, 1, 2)
	})
}

// Those who come from the same position learn together what they missed, though not from what
// began before they came. At most four learn at once; the others wait and are told everything.
func TestManyCatchUp(t *testing.T) {
	within(t, func(t *testing.T, w *world) {
		w.change(t, 0)
		var positions []ports.Position
		for range 6 {
			positions = append(positions, w.at(t))
			w.change(t, 1, 2)
		}
		w.watch(t, ports.Watch{})
		synctest.Wait()
		w.gate <- struct{}{} // The feed tells nothing.
		var watchers []ports.Watcher
		followed := w.followed.Load()
		come := func(from ports.Position, learn int32) {
			t.Helper()
			watchers = append(watchers, w.watch(t, ports.Watch{After: from}))
			synctest.Wait()
			if n := w.follows.Load() - 1; n != learn {
				t.Errorf("%d learn, want %d", n, learn)
			}
		}
		for range 10 {
			come(positions[0], 1)
		}
		for i, from := range positions {
			come(from, int32(min(i+1, 4)))
		}
		<-w.gate
		synctest.Wait()
		if n := w.followed.Load() - followed; n != 7 {
			t.Errorf("the feed is followed %d times, want 2 for one position and 5 for others", n)
		}
		for _, each := range watchers {
			tells(t, each, 1, 6)
			tells(t, each, 2, 6)
		}
	})
}

// Four who do not read do not keep others from catching up, and may read later.
func TestCatchingUpSlowly(t *testing.T) {
	within(t, func(t *testing.T, w *world) {
		w.change(t, 0)
		before := w.at(t)
		w.change(t, 1, 2)
		slow := [4]ports.Watcher{}
		for i := range slow {
			slow[i] = w.watch(t, ports.Watch{After: before})
		}
		synctest.Wait()
		began := time.Now()
		tells(t, w.watch(t, ports.Watch{After: before}), 1, 1)
		if took := time.Since(began); took > 0 {
			t.Errorf("it took %s", took)
		}
		time.Sleep(time.Hour)
		tells(t, slow[0], 1, 1)
		tells(t, slow[0], 2, 1)
	})
}

// A feed that takes too long to tell what was missed is not waited for.
func TestCatchingUpTakesTooLong(t *testing.T) {
	within(t, func(t *testing.T, w *world) {
		w.change(t, 0)
		before := w.at(t)
		w.watch(t, ports.Watch{})
		synctest.Wait()
		w.change(t, 1)
		synctest.Wait()
		w.endless.Store(true)
		all := w.watch(t, ports.Watch{After: before})
		if c := next(t, all); !c.Reset || c.Position == "" {
			t.Errorf("told %+v", c)
		}
		w.endless.Store(false)
		w.change(t, 1)
		tells(t, all, 1, 2)
	})
}

// Who goes while catching up leaves nothing behind, which goleak would find.
func TestGoingWhileCatchingUp(t *testing.T) {
	within(t, func(t *testing.T, w *world) {
		w.change(t, 0)
		before := w.at(t)
		for n := range 1000 {
			w.change(t, n)
		}
		all := w.watch(t, ports.Watch{After: before})
		next(t, all)
		all.Close()
		if n := w.follows.Load(); n != 0 {
			t.Errorf("the feed is followed %d times", n)
		}
	})
}
