package memory

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"orders/domain/order"
	"orders/ports"
)

var (
	_ ports.OrderViews = (*Views)(nil)
	_ ports.Orders     = (*Views)(nil)
)

// Views is the read model in memory: its views, the queries on them, and its position.
type Views struct {
	Checkpoints

	mu      sync.RWMutex
	views   map[order.ID]ports.OrderView
	all     index
	byUser  map[string]index
	waiters map[order.ID]*waiters
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
	ctx context.Context, f ports.Filter, p ports.Page,
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
	from = from.before(p.After)
	views := []ports.OrderView{}
	for n := len(from) - 1; n >= 0 && len(views) < p.Limit; n-- {
		if view := v.views[from[n].ID]; selects(f, view) {
			views = append(views, cloneView(view))
		}
	}
	return views, nil
}

// selects reports whether the view has all that f names.
func selects(f ports.Filter, v ports.OrderView) bool {
	o := v.Order
	hasSKU := func(l order.Line) bool { return l.SKU == f.SKU }
	switch {
	case f.UserID != "" && f.UserID != o.UserID,
		f.Status != "" && f.Status != o.Status,
		f.PaymentStatus != "" && f.PaymentStatus != o.PaymentStatus(),
		f.FulfillmentStatus != "" && f.FulfillmentStatus != o.FulfillmentStatus(),
		f.SKU != "" && !slices.ContainsFunc(o.Lines, hasSKU),
		!f.CreatedFrom.IsZero() && v.CreatedAt.Before(f.CreatedFrom),
		!f.CreatedTo.IsZero() && !v.CreatedAt.Before(f.CreatedTo):
		return false
	}
	return true
}
