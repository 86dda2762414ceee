package orders

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"orders/adapters/mongo/client"
	"orders/domain/order"
	"orders/ports"
	"orders/ports/clock"
	"orders/ports/recent"
)

const (
	// lookTime passes between looks into the database for versions that somebody else may have
	// saved. Who waits for less is not looked for: most saves happen here.
	lookTime = 20 * time.Millisecond
	// The last savedMax saves are remembered, for savedTime.
	savedMax, savedTime = 4096, time.Second
)

// An awaits tells who waits for a version of an order that it is in place. It has a goroutine only
// while somebody waits.
type awaits struct {
	look func(context.Context, []order.ID) (map[order.ID]int, error)

	open  context.Context
	shut  context.CancelFunc
	looks sync.WaitGroup

	mu      sync.Mutex
	lately  recent.Map[order.ID, int] // Versions that were saved here.
	waiting map[order.ID][]*waiter
	looking bool
}

type waiter struct {
	id      order.ID
	version int
	since   time.Time
	told    chan struct{}
}

func newAwaits(look func(context.Context, []order.ID) (map[order.ID]int, error)) *awaits {
	open, shut := context.WithCancel(context.Background())
	return &awaits{
		look: look, open: open, shut: shut,
		lately:  recent.Within[order.ID, int](savedMax, savedTime),
		waiting: map[order.ID][]*waiter{},
	}
}

// close ends all waiting and forbids more.
func (h *awaits) close() {
	h.mu.Lock()
	h.shut()
	h.mu.Unlock()
	h.looks.Wait()
}

// saved tells that the order's view is of version or later.
func (h *awaits) saved(id order.ID, version int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lately.Put(id, max(h.lately.Get(id), version))
	h.tell(id, version)
}

func (h *awaits) tell(id order.ID, version int) {
	left := slices.DeleteFunc(h.waiting[id], func(w *waiter) bool {
		if w.version > version {
			return false
		}
		close(w.told)
		return true
	})
	h.keep(id, left)
}

func (h *awaits) keep(id order.ID, left []*waiter) {
	if h.waiting[id] = left; len(left) == 0 {
		delete(h.waiting, id)
	}
}

func (h *awaits) await(ctx context.Context, id order.ID, version int) error {
	w, err := h.join(id, version)
	if err != nil {
		return err
	}
	defer h.leave(w)
	select {
	case <-w.told:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-h.open.Done():
		return fmt.Errorf("%w: it is shutting down", ports.ErrUnavailable)
	}
}

func (h *awaits) join(id order.ID, version int) (*waiter, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	w := &waiter{id: id, version: version, since: time.Now(), told: make(chan struct{})}
	switch {
	case h.open.Err() != nil:
		return nil, fmt.Errorf("%w: it is shut down", ports.ErrUnavailable)
	case h.lately.Get(id) >= version:
		close(w.told)
		return w, nil
	}
	h.waiting[id] = append(h.waiting[id], w)
	if !h.looking {
		h.looking = true
		h.looks.Go(h.lookOut)
	}
	return w, nil
}

func (h *awaits) leave(w *waiter) {
	h.mu.Lock()
	defer h.mu.Unlock()
	left := slices.DeleteFunc(h.waiting[w.id], func(other *waiter) bool { return other == w })
	h.keep(w.id, left)
}

// lookOut looks for what others saved, for as long as somebody waits.
func (h *awaits) lookOut() {
	for clock.Sleep(h.open, lookTime) == nil {
		ids, waited := h.wanted()
		if !waited {
			return
		}
		if len(ids) == 0 {
			continue
		}
		ctx, cancel := context.WithTimeout(h.open, client.AttemptTimeout)
		versions, _ := h.look(ctx, ids) // After an error the next look may succeed.
		cancel()
		h.mu.Lock()
		for id, version := range versions {
			h.tell(id, version)
		}
		h.mu.Unlock()
	}
}

// wanted returns the orders that somebody has waited for a while for, and whether anybody waits.
// If nobody does, the looking ends.
func (h *awaits) wanted() (ids []order.ID, waited bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.waiting) == 0 {
		h.looking = false
		return nil, false
	}
	for id, waiters := range h.waiting {
		if time.Since(waiters[0].since) >= lookTime {
			ids = append(ids, id)
		}
	}
	return ids, true
}
