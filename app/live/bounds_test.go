package live_test

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"orders/app/live"
	"orders/ports"
)

// A watcher that goes while the session waits for room in its queue keeps nobody waiting.
func TestGoingWithAFullQueue(t *testing.T) {
	within(t, func(t *testing.T, w *world) {
		fast, slow := w.watch(t, ports.Watch{}), w.watch(t, ports.Watch{})
		for n := range 256 {
			w.change(t, n)
			tells(t, fast, n, 1)
		}
		w.change(t, 300)
		synctest.Wait()
		began := time.Now()
		slow.Close()
		tells(t, fast, 300, 1)
		if took := time.Since(began); took > 0 {
			t.Errorf("who has gone is waited for, for %s", took)
		}
		if _, err := slow.Next(t.Context()); err == nil {
			t.Error("who has gone is told something")
		}
	})
}

// A feedOf tells the batches that it is sent, whatever they are, after the first one.
type feedOf chan ports.ViewBatch

func (f feedOf) Follow(
	ctx context.Context, _ ports.Position, handle func(context.Context, ports.ViewBatch) error,
) error {
	err := handle(ctx, ports.ViewBatch{Next: "0", Lost: true, CaughtUp: true})
	for err == nil {
		select {
		case b := <-f:
			err = handle(ctx, b)
		case <-ctx.Done():
			err = ctx.Err()
		}
	}
	return err
}

func changed(orders ...int) (b ports.ViewBatch) {
	for _, n := range orders {
		b.Changes = append(b.Changes, ports.ViewChange{ID: id(n), Version: 1})
	}
	b.Next, b.CaughtUp = "1", true
	return b
}

// A watcher reads a large view when its turn comes, later than the session has read the same order
// for a batch. However many large views are told between the two, the version does not go back.
func TestVersionsDoNotGoBackInALargeBatch(t *testing.T) {
	within(t, func(t *testing.T, w *world) {
		const many = 1000
		feed := make(feedOf)
		w.broker = live.New(feed, w.views, slog.New(slog.DiscardHandler))
		all := w.watch(t, ports.Watch{})
		var orders []int
		for n := range many {
			w.grow(t, n, 10_000)
			orders = append(orders, n)
		}
		feed <- changed(0)
		synctest.Wait()
		w.grow(t, 0, 10) // Version 2.
		feed <- changed(append(orders[1:], 0)...)
		synctest.Wait()
		w.grow(t, 0, 10)
		for n := range many {
			tells(t, all, n, map[bool]int{true: 3, false: 1}[n == 0])
		}
		if c := next(t, all); c.View != nil {
			t.Errorf("version %d is told after version 3", c.View.Version)
		}
	})
}
