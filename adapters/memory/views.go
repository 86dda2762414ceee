package memory

import (
	"context"
	"fmt"
	"sync"

	"orders/domain/order"
	"orders/ports"
)

var (
	_ ports.OrderViews  = (*Views)(nil)
	_ ports.Orders      = (*Views)(nil)
	_ ports.Checkpoints = (*Views)(nil)
)

// Views is the read model in memory: its views, the queries on them, and its position.
type Views struct {
	mu       sync.RWMutex
	views    map[order.ID]ports.OrderView
	all      index
	byUser   map[string]index
	waiters  map[order.ID]*waiters
	position ports.Position
}

// NewViews returns empty Views.
func NewViews() *Views {
	return &Views{
		views:   map[order.ID]ports.OrderView{},
		byUser:  map[string]index{},
		waiters: map[order.ID]*waiters{},
	}
}

// Save implements ports.OrderViews.
func (v *Views) Save(ctx context.Context, views []ports.OrderView) []error {
	if err := ctx.Err(); err != nil {
		errs := make([]error, len(views))
		for i := range errs {
			errs[i] = err
		}
		return errs
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, view := range views {
		v.save(cloneView(view))
	}
	return nil
}

func (v *Views) save(view ports.OrderView) {
	old, found := v.views[view.ID]
	if found && old.Version >= view.Version {
		return
	}
	v.views[view.ID] = view
	if !found {
		user := view.Order.UserID
		v.all = v.all.with(view)
		v.byUser[user] = v.byUser[user].with(view)
	}
	if w, ok := v.waiters[view.ID]; ok {
		close(w.saved)
		delete(v.waiters, view.ID)
	}
}

// Order implements ports.Orders.
func (v *Views) Order(ctx context.Context, id order.ID) (ports.OrderView, error) {
	if err := ctx.Err(); err != nil {
		return ports.OrderView{}, err
	}
	v.mu.RLock()
	defer v.mu.RUnlock()
	view, ok := v.views[id]
	if !ok {
		return ports.OrderView{}, fmt.Errorf("order %s: %w", id, ports.ErrNotFound)
	}
	return cloneView(view), nil
}

// List implements ports.Orders.
func (v *Views) List(
	ctx context.Context, f ports.Filter, limit int,
) ([]ports.OrderView, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	v.mu.RLock()
	defer v.mu.RUnlock()
	from := v.all
	if f.UserID != "" {
		from = v.byUser[f.UserID]
	}
	views := make([]ports.OrderView, 0, min(limit, len(from)))
	for n := len(from) - 1; n >= 0 && len(views) < limit; n-- {
		views = append(views, cloneView(v.views[from[n].id]))
	}
	return views, nil
}

// Load implements ports.Checkpoints.
func (v *Views) Load(ctx context.Context) (ports.Position, error) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.position, ctx.Err()
}

// Advance implements ports.Checkpoints.
func (v *Views) Advance(ctx context.Context, from, to ports.Position) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.position != from {
		return fmt.Errorf("advance the projection: %w", ports.ErrConflict)
	}
	v.position = to
	return nil
}
