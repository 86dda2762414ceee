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

// What is not shown in time is told when it is, and no position before that.
func TestAReadModelThatLags(t *testing.T) {
	within(t, func(t *testing.T, w *world) {
		all, one := w.watch(t, ports.Watch{}), w.watch(t, ports.Watch{Order: id(1)})
		w.change(t, 1)
		tells(t, one, 1, 1)
		first := tells(t, all, 1, 1)
		w.commit(t, 1)
		synctest.Wait()
		w.change(t, 2)
		if at := tells(t, all, 2, 1); at != "" {
			t.Errorf("something is owed, and the position is %q", at)
		}
		silent(t, one)
		if at := all.Position(); at == first {
			t.Errorf("something is owed, and the position is %q", at)
		}
		w.show(t, 1)
		tells(t, one, 1, 2)
		if at := tells(t, all, 1, 2); at == "" || at == first {
			t.Errorf("nothing is owed, and the position is %q", at)
		}
	})
}

// An order that is never shown does not keep positions back for ever.
func TestAParkedOrderIsGivenUp(t *testing.T) {
	within(t, func(t *testing.T, w *world) {
		all, start := w.watch(t, ports.Watch{}), w.at(t)
		w.commit(t, 1)
		time.Sleep(2 * time.Minute)
		silent(t, all) // Nothing was shown since: it may be everything that lags.
		if at := all.Position(); at != start {
			t.Errorf("the position is %q", at)
		}
		w.change(t, 2)
		tells(t, all, 2, 1)
		silent(t, all)
		if at := all.Position(); at != w.at(t) {
			t.Errorf("the position is kept back: %q", at)
		}
		w.show(t, 1) // It was repaired after all.
		tells(t, all, 1, 1)
	})
}

// While nothing is shown, nothing is given up.
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

func TestWhatIsExpectedIsTold(t *testing.T) {
	within(t, func(t *testing.T, w *world) {
		w.change(t, 1)
		w.commit(t, 1)
		one := w.watch(t, ports.Watch{Order: id(1)})
		one.Expect(2)
		silent(t, one)
		w.show(t, 1)
		tells(t, one, 1, 2)
		one.Expect(2)
		silent(t, one)
		another := w.watch(t, ports.Watch{Order: id(1)})
		another.Expect(1) // It is there, and was told to others.
		tells(t, another, 1, 2)
	})
}
