package live_test

import (
	"testing"
	"testing/synctest"
	"time"

	"orders/ports"
)

// Watchers are told as soon as an order can be read.
func TestAReadModelThatIsSlow(t *testing.T) {
	within(t, func(t *testing.T, w *world) {
		all := w.watch(t, ports.Watch{})
		w.commit(t, 1)
		began := time.Now()
		time.AfterFunc(time.Second/2, func() { w.show(t, 1) })
		if at := tells(t, all, 1, 1); at != w.at(t) || time.Since(began) != time.Second/2 {
			t.Errorf("told after %s, with position %q", time.Since(began), at)
		}
	})
}

// What is not shown in time is told when it is, also to who comes again with a position from
// before that.
func TestAReadModelThatLags(t *testing.T) {
	within(t, func(t *testing.T, w *world) {
		all, one := w.watch(t, ports.Watch{}), w.watch(t, ports.Watch{Order: id(1)})
		w.change(t, 1)
		tells(t, one, 1, 1)
		tells(t, all, 1, 1)
		w.commit(t, 1)
		synctest.Wait()
		w.change(t, 2)
		at := tells(t, all, 2, 1)
		silent(t, one)
		w.show(t, 1)
		tells(t, one, 1, 2)
		if at := tells(t, all, 1, 2); at != w.at(t) {
			t.Errorf("the position is %q", at)
		}
		tells(t, w.watch(t, ports.Watch{After: at}), 1, 2)
	})
}

// An order that is never shown keeps nothing back, and is told when it is after all.
func TestAParkedOrder(t *testing.T) {
	within(t, func(t *testing.T, w *world) {
		all := w.watch(t, ports.Watch{})
		w.commit(t, 1)
		w.change(t, 2)
		tells(t, all, 2, 1)
		silent(t, all)
		if at := all.Position(); at != w.at(t) {
			t.Errorf("the position is kept back: %q", at)
		}
		w.show(t, 1)
		tells(t, all, 1, 1)
	})
}

// However long nothing is shown, all of it is told thereafter.
func TestALongOutage(t *testing.T) {
	within(t, func(t *testing.T, w *world) {
		all := w.watch(t, ports.Watch{})
		for n := range 3 {
			w.commit(t, n)
			time.Sleep(2 * time.Minute)
		}
		for n := range 3 {
			w.show(t, n)
			tells(t, all, n, 1)
		}
	})
}

// What was committed before somebody comes, and is shown thereafter, is told: a list that was read
// meanwhile does not have it.
func TestWhatWasCommittedBeforeIsTold(t *testing.T) {
	within(t, func(t *testing.T, w *world) {
		w.change(t, 1)
		w.commit(t, 1)
		one, all := w.watch(t, ports.Watch{Order: id(1)}), w.watch(t, ports.Watch{})
		silent(t, one)
		w.show(t, 1)
		tells(t, one, 1, 2)
		tells(t, all, 1, 2)
		silent(t, one)
	})
}
