package memory

import (
	"context"
	"fmt"
	"slices"

	"orders/domain/order"
	"orders/ports"
	"orders/ports/budget"
)

var (
	_ ports.Views[ports.OrderView] = (*Views)(nil)
	_ ports.Orders                 = (*Views)(nil)
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
		Index: func() *indexes { return &indexes{byUser: map[string]index{}} },
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

// selectedMax is how many views List makes room for before it knows how many there are.
const selectedMax = 64

// List implements ports.Orders. Views are replaced and never changed, so that those selected can be
// handed over while others are saved.
func (v *Views) List(
	ctx context.Context, f ports.Filter, p ports.Page, each func(ports.OrderView) error,
) error {
	selected := make([]*ports.OrderView, 0, min(p.Limit, selectedMax))
	err := v.Read(ctx, func(views map[order.ID]*ports.OrderView, x *indexes) {
		from := x.all
		if f.UserID != "" {
			from = x.byUser[f.UserID]
		}
		from = from.before(p.After)
		for n := len(from) - 1; n >= 0 && len(selected) < p.Limit; n-- {
			if view := views[from[n].ID]; selects(f, view) {
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

// selects reports whether the view has all that f names.
func selects(f ports.Filter, v *ports.OrderView) bool {
	o := v.Order
	hasSKU := func(l order.Line) bool { return l.SKU == f.SKU }
	switch {
	case f.UserID != "" && f.UserID != o.UserID,
		f.Status != "" && f.Status != o.Status,
		f.PaymentStatus != "" && f.PaymentStatus != o.PaymentStatus(),
		f.FulfillmentStatus != "" && f.FulfillmentStatus != o.FulfillmentStatus(),
		f.SKU != "" && !slices.ContainsFunc(o.Lines, hasSKU),
		f.OnHold != nil && *f.OnHold != o.IsOnHold(),
		!f.CreatedFrom.IsZero() && v.CreatedAt.Before(f.CreatedFrom),
		!f.CreatedTo.IsZero() && !v.CreatedAt.Before(f.CreatedTo):
		return false
	}
	return true
}
