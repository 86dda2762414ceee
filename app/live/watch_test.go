package live_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"orders/ports"
)

func TestWatchersAreToldWhatTheyWatch(t *testing.T) {
	within(t, func(t *testing.T, w *world) {
		w.change(t, 1)
		all := w.watch(t, ports.Watch{})
		one, other := w.watch(t, ports.Watch{Order: id(1)}), w.watch(t, ports.Watch{Order: id(9)})
		ann := w.watch(t, ports.Watch{UserID: user(2)})
		w.change(t, 1)
		synctest.Wait()
		w.change(t, 2)
		tells(t, all, 1, 2)
		tells(t, all, 2, 1)
		tells(t, one, 1, 2)
		tells(t, ann, 2, 1)
		for _, each := range []ports.Watcher{all, one, other, ann} {
			silent(t, each)
		}
	})
}

// Watchers share a view, and so what is made of it.
func TestWatchersShareAView(t *testing.T) {
	within(t, func(t *testing.T, w *world) {
		first, second := w.watch(t, ports.Watch{}), w.watch(t, ports.Watch{})
		w.change(t, 1)
		if a, b := next(t, first).View, next(t, second).View; a != b {
			t.Errorf("they are told %p and %p", a, b)
		}
	})
}

func TestTheFeedIsFollowedOnceWhileAnybodyWatches(t *testing.T) {
	within(t, func(t *testing.T, w *world) {
		for range 2 {
			watchers := []ports.Watcher{}
			for range 5 {
				watchers = append(watchers, w.watch(t, ports.Watch{}))
			}
			w.change(t, 1)
			for i, each := range watchers {
				next(t, each)
				if n := w.follows.Load(); n != 1 {
					t.Errorf("the feed is followed %d times", n)
				}
				each.Close()
				watchers[i].Close() // Once more does not matter.
			}
			if n := w.follows.Load(); n != 0 {
				t.Errorf("nobody watches, and the feed is followed %d times", n)
			}
		}
	})
}

// Of commits that were made together, the last one that is told brings the position.
func TestPositions(t *testing.T) {
	within(t, func(t *testing.T, w *world) {
		all, ann := w.watch(t, ports.Watch{}), w.watch(t, ports.Watch{UserID: user(2)})
		w.together(t, 9, 2, 3, 4, 5)
		tells(t, all, 9, 1)
		before := all.Position()
		tells(t, all, 2, 1)
		tells(t, all, 3, 1)
		tells(t, all, 4, 1)
		at := tells(t, all, 5, 1)
		tells(t, ann, 2, 1)
		if of := tells(t, ann, 4, 1); of != at || at == "" || before != "" || all.Position() != at {
			t.Errorf("positions %q, %q, before %q, after %q", at, of, before, all.Position())
		}
		w.change(t, 7)
		at = tells(t, all, 7, 1)
		silent(t, ann)
		if ann.Position() != at {
			t.Errorf("what is not watched leads to %q, want %q", ann.Position(), at)
		}
	})
}

// together changes orders, of which the feed tells in two batches: the first, and the others.
func (w *world) together(t *testing.T, first int, others ...int) {
	t.Helper()
	synctest.Wait()
	w.gate <- struct{}{}
	w.change(t, first)
	synctest.Wait()
	w.change(t, others...)
	<-w.gate
	synctest.Wait()
}

// A fast reader is never too slow, however much comes at once; a slow one is left behind.
func TestABurst(t *testing.T) {
	within(t, func(t *testing.T, w *world) {
		fast, slow := w.watch(t, ports.Watch{}), w.watch(t, ports.Watch{})
		const count = 3000
		for n := range count {
			w.change(t, n)
		}
		began := time.Now()
		for n := range count {
			tells(t, fast, n, 1)
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("a slow reader delayed a fast one by %s", took)
		}
		ends(t, slow, ports.ErrSlow)
		w.change(t, 1)
		tells(t, fast, 1, 2)
	})
}

// When the feed has lost its place, there is a gap.
func TestAGap(t *testing.T) {
	within(t, func(t *testing.T, w *world) {
		all, one := w.watch(t, ports.Watch{}), w.watch(t, ports.Watch{Order: id(1)})
		synctest.Wait()
		w.anew.Store(true)
		w.change(t, 1)
		if c := next(t, all); !c.Reset || c.Position == "" || c.View != nil {
			t.Errorf("told %+v", c)
		}
		ends(t, one, ports.ErrUnavailable)
		w.change(t, 2)
		tells(t, all, 2, 1)
	})
}

func TestAFeedThatFails(t *testing.T) {
	within(t, func(t *testing.T, w *world) {
		all, one := w.watch(t, ports.Watch{}), w.watch(t, ports.Watch{Order: id(1)})
		synctest.Wait()
		w.broken.Store(true)
		w.change(t, 1)
		ends(t, all, ports.ErrUnavailable)
		ends(t, one, ports.ErrUnavailable)
		w.broken.Store(false)
		again := w.watch(t, ports.Watch{}) // The others have not gone yet.
		w.change(t, 1)
		tells(t, again, 1, 2)
		w.mute.Store(true)
		again.Close()
		if _, err := w.broker.Watch(t.Context(), ports.Watch{}); !errors.Is(err, errBroken) {
			t.Errorf("error %v", err)
		}
	})
}
