package live

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"orders/domain/order"
	"orders/ports"
	"orders/ports/budget"
	"orders/ports/clock"
)

const (
	// readsAtOnce is how many orders are read at once, and readTime how long an attempt may take.
	readsAtOnce, readTime = 16, 5 * time.Second
	// retryTime passes before an order that could not be read is read again.
	retryTime = time.Second
)

// A reader reads what queries show, as far as that is durable. So nothing that a watcher is told is
// taken back, and what sessions and watchers remember of it stays true.
type reader struct {
	orders ports.DurableOrders
	log    *slog.Logger
}

// one returns the view of an order as it is now, or nil if nobody can be shown it. It tries again
// until ctx ends, unless there is no room for the view.
func (r reader) one(ctx context.Context, id order.ID) (*ports.OrderView, error) {
	for first := true; ; first = false {
		v, err := r.try(ctx, id)
		switch {
		case err == nil:
			return &v, nil
		case errors.Is(err, ports.ErrNotFound), errors.Is(err, ports.ErrUnreadable):
			return nil, nil // Somebody took it away, or damaged it.
		case errors.Is(err, budget.ErrSpent):
			return nil, err
		}
		if first {
			r.log.Warn("A changed order cannot be read now", "orderId", id, "error", err)
		}
		if err := clock.Sleep(ctx, retryTime); err != nil {
			return nil, err
		}
	}
}

func (r reader) try(ctx context.Context, id order.ID) (ports.OrderView, error) {
	ctx, cancel := context.WithTimeout(ctx, readTime)
	defer cancel()
	return r.orders.Order(ctx, id)
}

// all returns entries of those orders that can be shown, in that order, or the error of ctx.
func (r reader) all(ctx context.Context, ids []order.ID) ([]entry, error) {
	found := make([]entry, len(ids))
	var next atomic.Int64
	var reading sync.WaitGroup
	for range min(readsAtOnce, len(ids)) {
		reading.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(ids)); i = next.Add(1) - 1 {
				if v, _ := r.one(ctx, ids[i]); v != nil { // There is no budget here.
					found[i] = entryOf(v)
				}
			}
		})
	}
	reading.Wait()
	return slices.DeleteFunc(found, func(e entry) bool { return e.id == "" }), ctx.Err()
}

// ordersOf names each order of changes once.
func ordersOf(changes []ports.ViewChange) (ids []order.ID) {
	named := map[order.ID]bool{}
	for _, c := range changes {
		if !named[c.ID] {
			named[c.ID] = true
			ids = append(ids, c.ID)
		}
	}
	return ids
}
