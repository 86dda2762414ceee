package live

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"orders/domain/order"
	"orders/ports"
)

// lookers is how many orders are read at once.
const lookers = 16

// look waits for each wanted order, for all together no longer than wait, and then returns what
// is there: the view of each, or nil.
func (b *Broker) look(
	ctx context.Context, wants []want, wait time.Duration,
) []*ports.SharedView {
	waiting, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	views := make([]*ports.SharedView, len(wants))
	var next atomic.Int64
	var looking sync.WaitGroup
	for range min(lookers, len(wants)) {
		looking.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(wants)); i = next.Add(1) - 1 {
				views[i] = b.lookAt(ctx, waiting, wants[i])
			}
		})
	}
	looking.Wait()
	return views
}

func (b *Broker) lookAt(ctx, waiting context.Context, w want) *ports.SharedView {
	if waiting.Err() == nil {
		_ = b.orders.Await(waiting, w.id, w.version) // Else what is there will do.
	}
	ctx, cancel := context.WithTimeout(ctx, awaitMax)
	defer cancel()
	view, err := b.orders.Order(ctx, w.id)
	if err != nil {
		return nil // Not there yet, or not to be had now: it is tried again.
	}
	return kept(view)
}

// keptMax is about how many bytes a view has at most that is kept in queues, where many watchers
// share it. Of a larger one they keep the outline, and read it again when it is taken.
const keptMax = 4 << 10

func kept(v ports.OrderView) *ports.SharedView {
	if v.Size() <= keptMax {
		return &ports.SharedView{OrderView: v}
	}
	return &ports.SharedView{Outline: true, OrderView: ports.OrderView{
		ID: v.ID, Version: v.Version, Order: order.Order{UserID: v.Order.UserID},
	}}
}

// versions remembers of the orders that came last at which version they are.
type versions struct{ young, old map[order.ID]int }

// versionsMax is how many orders are remembered at least.
const versionsMax = 10_000

func (v *versions) of(id order.ID) int { return max(v.young[id], v.old[id]) }

func (v *versions) set(id order.ID, version int) {
	if v.young == nil || len(v.young) >= versionsMax {
		v.old, v.young = v.young, map[order.ID]int{}
	}
	v.young[id] = version
}
