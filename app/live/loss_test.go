package live_test

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"orders/app/live"
	"orders/domain/order"
	"orders/ports"
)

// collect returns the versions that are told within d.
func collect(t *testing.T, w ports.Watcher, d time.Duration) map[order.ID]int {
	t.Helper()
	got := map[order.ID]int{}
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	for {
		c, err := w.Next(ctx)
		switch {
		case errors.Is(err, context.DeadlineExceeded):
			return got
		case err != nil, c.Reset:
			t.Fatalf("told %+v, %v", c, err)
		case c.View != nil:
			got[c.View.ID] = c.View.Version
		}
	}
}

// While an order is not shown, who comes again catches up all the same.
func TestComingAgainWhileAnOrderLags(t *testing.T) {
	within(t, func(t *testing.T, w *world) {
		anchor := w.watch(t, ports.Watch{})
		w.change(t, 1)
		before := tells(t, anchor, 1, 1)
		w.commit(t, 2)
		time.Sleep(5 * time.Second)
		w.change(t, 3)
		tells(t, anchor, 3, 1)
		time.Sleep(3 * time.Second)
		back := w.watch(t, ports.Watch{After: before})
		if got := collect(t, back, 3*time.Second); got[id(3)] != 1 {
			t.Errorf("told %v", got)
		}
		w.show(t, 2)
		if got := collect(t, back, 30*time.Second); got[id(2)] != 1 {
			t.Errorf("told %v", got)
		}
		if at := back.Position(); at != w.at(t) {
			t.Errorf("position %q", at)
		}
	})
}

// outage commits changes of so many orders, one a second, which nothing shows.
func (w *world) outage(t *testing.T, orders int) {
	t.Helper()
	for n := range orders {
		w.commit(t, n)
		time.Sleep(time.Second)
	}
}

// What was committed during an outage is told after it, however long it was.
func TestAnOutageUnderTraffic(t *testing.T) {
	within(t, func(t *testing.T, w *world) {
		all := w.watch(t, ports.Watch{})
		w.outage(t, 80)
		for n := range 80 {
			w.show(t, n)
		}
		for n := 80; n < 100; n++ {
			w.change(t, n)
			time.Sleep(100 * time.Millisecond)
		}
		if got := collect(t, all, 50*time.Second); len(got) != 100 {
			t.Errorf("told of %d orders of 100", len(got))
		}
		if at := all.Position(); at != w.at(t) {
			t.Errorf("position %q", at)
		}
	})
}

// What comes back in another order than it was committed in is told, too, though it was old.
func TestAnOutageThatEndsOutOfOrder(t *testing.T) {
	within(t, func(t *testing.T, w *world) {
		all := w.watch(t, ports.Watch{})
		w.outage(t, 80)
		for n := 79; n >= 0; n-- {
			w.change(t, 100+n)
			time.Sleep(time.Second)
			w.show(t, n)
		}
		if got := collect(t, all, time.Minute); len(got) != 160 {
			t.Errorf("told of %d orders of 160", len(got))
		}
	})
}

// Who comes again while a batch is told is told the whole of it.
func TestComingAgainDuringABatch(t *testing.T) {
	within(t, func(t *testing.T, w *world) {
		views := &flaky{Orders: w.views}
		w.broker = live.New(w, views, slog.New(slog.DiscardHandler))
		w.change(t, 1)
		w.watch(t, ports.Watch{Order: id(1)})
		all := w.watch(t, ports.Watch{})
		w.change(t, 2)
		tells(t, all, 2, 1)
		synctest.Wait()
		before := all.Position()
		all.Close()
		views.down.Store(true)
		w.gate <- struct{}{}
		w.change(t, 1, 3)
		<-w.gate
		synctest.Wait() // Order 3 is watched by nobody, and order 1 cannot be read.
		back := w.watch(t, ports.Watch{After: before})
		views.down.Store(false)
		if got := collect(t, back, 20*time.Second); got[id(3)] != 1 || got[id(1)] != 2 {
			t.Errorf("told %v", got)
		}
		if at := back.Position(); at != w.at(t) {
			t.Errorf("position %q", at)
		}
	})
}

// flaky are orders that cannot be read while they are down.
type flaky struct {
	ports.Orders
	down atomic.Bool
}

func (f *flaky) Order(ctx context.Context, id order.ID) (ports.OrderView, error) {
	if f.down.Load() {
		return ports.OrderView{}, ports.ErrUnavailable
	}
	return f.Orders.Order(ctx, id)
}

// What others were told before is told again to who could not be told while catching up.
func TestCatchingUpWhileReadsFail(t *testing.T) {
	within(t, func(t *testing.T, w *world) {
		views := &flaky{Orders: w.views}
		w.broker = live.New(w, views, slog.New(slog.DiscardHandler))
		anchor := w.watch(t, ports.Watch{})
		w.change(t, 1)
		before := tells(t, anchor, 1, 1)
		w.change(t, 2)
		tells(t, anchor, 2, 1)
		views.down.Store(true)
		back := w.watch(t, ports.Watch{After: before})
		silent(t, back)
		views.down.Store(false)
		w.change(t, 5)
		if got := collect(t, back, 30*time.Second); got[id(2)] != 1 || got[id(5)] != 1 {
			t.Errorf("told %v", got)
		}
		if at := back.Position(); at != w.at(t) {
			t.Errorf("position %q", at)
		}
	})
}

// A database that fails over may take a view back, until the projection puts it there again. Who
// came meanwhile saw less than what others had been told, and is told anew; no version goes back.
func TestAViewThatWasTakenBackIsToldAnew(t *testing.T) {
	within(t, func(t *testing.T, w *world) {
		stays := w.watch(t, ports.Watch{})
		w.change(t, 1)
		before, err := w.views.Order(t.Context(), id(1))
		if err != nil {
			t.Fatal(err)
		}
		tells(t, stays, 1, 1)
		w.change(t, 1)
		tells(t, stays, 1, 2)
		if err := w.views.Repair(t.Context(), id(1), 2, &before); err != nil {
			t.Fatal(err)
		}
		comes, one := w.watch(t, ports.Watch{}), w.watch(t, ports.Watch{Order: id(1)})
		silent(t, stays)
		w.show(t, 1)
		tells(t, comes, 1, 2)
		tells(t, one, 1, 2)
		tells(t, stays, 1, 2)
	})
}
