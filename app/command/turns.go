package command

import (
	"context"
	"sync"

	"golang.org/x/sync/semaphore"

	"orders/domain/order"
)

// turns let the commands on one order go one after the other, in the order in which they came.
// Commands on different orders do not wait for each other.
type turns struct {
	mu sync.Mutex
	of map[order.ID]*turn
}

// A turn is the right to work on one order. It is forgotten when no command has it or waits for it.
type turn struct {
	*semaphore.Weighted
	wanted int // How many commands have it or wait for it.
}

// take waits for the order's turn, at most until ctx ends. The caller calls leave afterwards.
func (t *turns) take(ctx context.Context, id order.ID) (leave func(), err error) {
	t.mu.Lock()
	one := t.of[id]
	if one == nil {
		one = &turn{Weighted: semaphore.NewWeighted(1)}
		t.of[id] = one
	}
	one.wanted++
	t.mu.Unlock()
	if err := one.Acquire(ctx, 1); err != nil {
		t.leave(id, one)
		return nil, err
	}
	return func() {
		one.Release(1)
		t.leave(id, one)
	}, nil
}

func (t *turns) leave(id order.ID, one *turn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if one.wanted--; one.wanted == 0 {
		delete(t.of, id)
	}
}
