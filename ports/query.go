package ports

import (
	"context"
	"time"

	"orders/domain/order"
)

// Orders answers questions about orders from the read model, which follows the event store.
// The errors are ErrNotFound, ErrUnavailable, or the context's.
type Orders interface {
	// Order returns the view of one order, or ErrNotFound.
	Order(ctx context.Context, id order.ID) (OrderView, error)
	// List returns the newest views that f selects, at most limit, ordered by CreatedAt and then
	// by ID, both descending.
	List(ctx context.Context, f Filter, limit int) ([]OrderView, error)
	// Await returns when Order and List show the order at version or later, whoever saved it, or
	// with the context's error when that ends first.
	Await(ctx context.Context, id order.ID, version int) error
}

// A Filter selects orders; its zero fields select nothing away.
type Filter struct {
	UserID string
}

// OrderViews is where a projection puts what it made.
type OrderViews interface {
	// Save puts each view in place unless one of the same or a later version is there, so views
	// may be saved repeatedly, in any order, and by many at once. It returns nil, or an error for
	// each view at its index, nil where the view or a later one is now in place; a view that
	// failed may be saved again.
	Save(ctx context.Context, views []OrderView) []error
}

// An OrderView is an order as readers see it.
type OrderView struct {
	ID        order.ID
	Version   int       // Of the last commit that it shows.
	CreatedAt time.Time // UTC, whole milliseconds, like every time here.
	UpdatedAt time.Time
	Order     order.Order
}
