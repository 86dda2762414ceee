package memory

import (
	"context"

	"orders/domain/order"
)

// waiters are the callers of Await that wait for the next change of one order's live view.
type waiters struct {
	changed chan struct{} // Closed by that change.
	count   int
}

// Await returns when the live view of an order has the version or a later one.
func (m *Model[V, I]) Await(ctx context.Context, id order.ID, version int) error {
	for {
		w := m.join(id, version)
		if w == nil {
			return nil
		}
		select {
		case <-w.changed:
		case <-ctx.Done():
			m.leave(id, w)
			return ctx.Err()
		}
	}
}

// join adds a waiter and returns what it waits for, or returns nil if the version is there.
func (m *Model[V, I]) join(id order.ID, version int) *waiters {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.version(m.live.views.of[id]) >= version {
		return nil
	}
	w := m.waiters[id]
	if w == nil {
		w = &waiters{changed: make(chan struct{})}
		m.waiters[id] = w
	}
	w.count++
	return w
}

// leave forgets the order when its last waiter has gone.
func (m *Model[V, I]) leave(id order.ID, w *waiters) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if w.count--; w.count == 0 && m.waiters[id] == w {
		delete(m.waiters, id)
	}
}

// wake lets the waiters of an order look at its view again.
func (m *Model[V, I]) wake(id order.ID) {
	if w, ok := m.waiters[id]; ok {
		close(w.changed)
		delete(m.waiters, id)
	}
}

func (m *Model[V, I]) wakeAll() {
	for id := range m.waiters {
		m.wake(id)
	}
}
