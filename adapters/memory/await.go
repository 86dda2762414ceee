package memory

import (
	"context"

	"orders/domain/order"
)

// waiters are those who wait for the next save of one order.
type waiters struct {
	saved chan struct{} // Closed by that save.
	count int
}

// Await implements ports.Orders.
func (v *Views) Await(ctx context.Context, id order.ID, version int) error {
	for {
		w := v.join(id, version)
		if w == nil {
			return nil
		}
		select {
		case <-w.saved:
		case <-ctx.Done():
			v.leave(id, w)
			return ctx.Err()
		}
	}
}

// join returns what to wait for, or nil when the version is there.
func (v *Views) join(id order.ID, version int) *waiters {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.views[id].Version >= version {
		return nil
	}
	w := v.waiters[id]
	if w == nil {
		w = &waiters{saved: make(chan struct{})}
		v.waiters[id] = w
	}
	w.count++
	return w
}

// leave forgets the order when its last waiter has gone.
func (v *Views) leave(id order.ID, w *waiters) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if w.count--; w.count == 0 && v.waiters[id] == w {
		delete(v.waiters, id)
	}
}
