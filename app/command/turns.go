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
	of map[lane]*turn
}

// A lane is of commands that wait for each other. Whether callers who see own orders alone see this
// one, a read tells. So each has a lane of its own: no stranger holds up the owner of an order, or
// learns from waiting that there is one.
type lane struct {
	id       order.ID
	user     string // Of a caller who is confined to own orders.
	confined bool
}

// A turn is the right to work on one order. It is forgotten when no command has it or waits for it.
type turn struct {
	*semaphore.Weighted
	wanted int // How many commands have it or wait for it.
}

// take waits for the turn in a lane, at most until ctx ends. The caller calls leave afterwards.
func (t *turns) take(ctx context.Context, in lane) (leave func(), err error) {
	t.mu.Lock()
	one := t.of[in]
	if one == nil {
		one = &turn{Weighted: semaphore.NewWeighted(1)}
		t.of[in] = one
	}
	one.wanted++
	t.mu.Unlock()
	if err := one.Acquire(ctx, 1); err != nil {
		t.leave(in, one)
		return nil, err
	}
	return func() {
		one.Release(1)
		t.leave(in, one)
	}, nil
}

func (t *turns) leave(in lane, one *turn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if one.wanted--; one.wanted == 0 {
		delete(t.of, in)
	}
}
