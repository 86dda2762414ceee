package memory

import (
	"context"
	"fmt"
	"slices"
	"time"

	"orders/domain/order"
	"orders/ports"
	"orders/ports/budget"
)

var (
	_ ports.Views[ports.OrderView] = (*Views)(nil)
	_ ports.Orders                 = (*Views)(nil)
	_ ports.DurableOrders          = (*Views)(nil)
	_ ports.ViewFeed               = (*Views)(nil)
)

// Views is the read model of orders in memory, and the queries on it.
type Views struct {
	*Model[ports.OrderView, *indexes]
}

// NewViews returns empty Views.
func NewViews() *Views {
	return &Views{NewModel(Kind[ports.OrderView, *indexes]{
		Key:   func(v ports.OrderView) (order.ID, int) { return v.ID, v.Version },
		Clone: cloneView,
		Index: newIndexes,
	})}
}

// Order implements ports.Orders.
func (v *Views) Order(ctx context.Context, id order.ID) (ports.OrderView, error) {
	var view *ports.OrderView
	err := v.Read(ctx, func(views map[order.ID]*ports.OrderView, _ *indexes) {
		view = views[id]
	})
	if err == nil && view == nil {
		err = fmt.Errorf("order %s: %w", id, ports.ErrNotFound)
	}
	if err != nil {
		return ports.OrderView{}, err
	}
	if err := budget.TakeAnswer(ctx, view.Size()); err != nil {
		return ports.OrderView{}, fmt.Errorf("order %s: %w", id, err)
	}
	return cloneView(*view), nil
}

// Owners implements ports.Orders.
func (v *Views) Owners(
	ctx context.Context, ids []order.ID,
) (owners map[order.ID]string, err error) {
	owners = make(map[order.ID]string, len(ids))
	err = v.Read(ctx, func(views map[order.ID]*ports.OrderView, _ *indexes) {
		for _, id := range ids {
			if view := views[id]; view != nil {
				owners[id] = view.Order.UserID
			}
		}
	})
	return owners, err
}

// selectedMax is for how many views List allocates room before it knows how many there are.
const selectedMax = 64

// List implements ports.Orders. A saver replaces views and never changes them, so List can hand
// over the selected ones at the same time.
func (v *Views) List(
	ctx context.Context, f ports.Filter, p ports.Page, each func(ports.OrderView) error,
) error {
	selected := make([]*ports.OrderView, 0, min(p.Limit, selectedMax))
	err := v.Read(ctx, func(views map[order.ID]*ports.OrderView, x *indexes) {
		for id := range x.by(p.Sort).of(f.UserID).walk(p.Sort.OldestFirst, p.After) {
			if len(selected) >= p.Limit {
				return
			}
			if view := views[id]; selects(f, view) {
				selected = append(selected, view)
			}
		}
	})
	if err != nil {
		return err
	}
	for _, view := range selected {
		if err := each(cloneView(*view)); err != nil {
			return err
		}
	}
	return nil
}

// selects reports whether the view matches all fields of f.
func selects(f ports.Filter, v *ports.OrderView) bool {
	o := v.Order
	hasSKU := func(l order.Line) bool { return l.SKU == f.SKU }
	switch {
	case f.UserID != "" && f.UserID != o.UserID,
		!isAmong(f.Statuses, o.Status),
		!isAmong(f.PaymentStatuses, o.PaymentStatus()),
		!isAmong(f.FulfillmentStatuses, o.FulfillmentStatus()),
		f.SKU != "" && !slices.ContainsFunc(o.Lines, hasSKU),
		f.OnHold != nil && *f.OnHold != o.IsOnHold(),
		!isWithin(f.CreatedFrom, f.CreatedTo, v.CreatedAt),
		!isWithin(f.UpdatedFrom, f.UpdatedTo, v.UpdatedAt):
		return false
	}
	return true
}

// isAmong reports whether a value is one of those wanted; none wanted means any.
func isAmong[T comparable](wanted []T, value T) bool {
	return len(wanted) == 0 || slices.Contains(wanted, value)
}

// isWithin reports whether a time is not before from, and before to, where these are not zero.
func isWithin(from, to, at time.Time) bool {
	return !at.Before(from) && (to.IsZero() || at.Before(to))
}
