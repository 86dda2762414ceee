package live_test

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"orders/ports"
)

// at makes a change and returns the position after it.
func (w *world) at(t *testing.T) ports.Position {
	t.Helper()
	p, err := w.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

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

// What the read model does not show yet comes later, and no position before it.
func TestCatchingUpWithAReadModelThatLags(t *testing.T) {
	within(t, func(t *testing.T, w *world) {
		w.change(t, 1)
		before := w.at(t)
		w.commit(t, 1)
		w.commit(t, 2)
		all := w.watch(t, ports.Watch{After: before})
		if at := tells(t, all, 1, 1); at != "" {
			t.Errorf("position %q", at)
		}
		w.show(t, 2)
		tells(t, all, 2, 1)
		w.show(t, 1)
		if at := tells(t, all, 1, 2); at != w.at(t) {
			t.Errorf("position %q", at)
		}
	})
}

// What is told live meanwhile brings no position after what catching up has to leave out.
func TestCatchingUpWhileMoreIsTold(t *testing.T) {
	within(t, func(t *testing.T, w *world) {
		w.change(t, 1)
		before := w.at(t)
		w.commit(t, 1)
		all := w.watch(t, ports.Watch{After: before})
		synctest.Wait()
		w.change(t, 2)
		if at := tells(t, all, 1, 1) + tells(t, all, 2, 1) + all.Position(); at != "" {
			t.Errorf("position %q", at)
		}
		w.show(t, 1)
		tells(t, all, 1, 2)
		silent(t, all)
		w.change(t, 2)
		tells(t, all, 2, 2)
		silent(t, all)
		w.change(t, 2)
		if at := tells(t, all, 2, 3); at != w.at(t) {
			t.Errorf("position %q", at)
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

// At most four catch up at once; the others wait and are told everything.
func TestManyCatchUp(t *testing.T) {
	within(t, func(t *testing.T, w *world) {
		w.change(t, 0)
		before := w.at(t)
		w.change(t, 1, 2)
		w.commit(t, 3) // Waiting for it takes all of them two seconds.
		watchers := make([]ports.Watcher, 10)
		for i := range watchers {
			watchers[i] = w.watch(t, ports.Watch{After: before})
		}
		synctest.Wait()
		if n := w.follows.Load(); n != 1+4 {
			t.Errorf("the feed is followed %d times", n)
		}
		var reading sync.WaitGroup
		for _, each := range watchers {
			reading.Go(func() {
				for version := range 2 {
					if c, err := each.Next(t.Context()); err != nil || c.View == nil {
						t.Errorf("told %+v, %v instead of change %d", c, err, version)
					}
				}
			})
		}
		reading.Wait()
		w.show(t, 3)
		for _, each := range watchers {
			tells(t, each, 3, 1)
		}
	})
}

// Four who do not read do not keep others from catching up for ever.
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
		if took := time.Since(began); took > 30*time.Second {
			t.Errorf("it took %s", took)
		}
		time.Sleep(time.Second)
		for c := (ports.Change{}); !c.Reset; {
			c = next(t, slow[0])
		}
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
