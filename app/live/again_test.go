package live_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"orders/domain/order"
	"orders/ports"
)

// Whenever a client breaks off and comes again, it is told of the last version of every order,
// and on one connection the versions of an order never go back.
func TestNothingIsLeftOutNorGoesBack(t *testing.T) {
	within(t, func(t *testing.T, w *world) {
		w.change(t, 0)
		start := w.at(t)
		var writing sync.WaitGroup
		defer writing.Wait()
		for n := range 8 {
			writing.Go(func() {
				for range 50 {
					w.commit(t, n)
					time.Sleep(time.Duration(rand.IntN(5)) * time.Millisecond)
					w.show(t, n)
				}
			})
		}
		final := map[order.ID]int{}
		for at := start; len(final) < 8; {
			at = w.visit(t, at, final)
		}
	})
}

// visit watches for a moment, notes in final which orders reached their last version, and
// returns where to go on.
func (w *world) visit(t *testing.T, at ports.Position, final map[order.ID]int) ports.Position {
	t.Helper()
	all, err := w.broker.Watch(t.Context(), ports.Watch{After: at})
	if err != nil {
		t.Fatal(err)
	}
	defer all.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Duration(rand.IntN(50))*time.Millisecond)
	defer cancel()
	seen := map[order.ID]int{}
	for {
		c, err := all.Next(ctx)
		if errors.Is(err, context.DeadlineExceeded) {
			return at
		}
		if err != nil || c.Reset {
			t.Fatalf("told %+v, %v", c, err)
		}
		if c.Position != "" {
			at = c.Position
		}
		if c.View == nil {
			continue
		}
		if c.View.Version < seen[c.View.ID] {
			t.Fatalf("order %s went from version %d to %d", c.View.ID, seen[c.View.ID],
				c.View.Version)
		}
		seen[c.View.ID] = c.View.Version
		if c.View.Version >= 50 {
			final[c.View.ID] = c.View.Version
		}
	}
}
