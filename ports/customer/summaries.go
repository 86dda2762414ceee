// Package customer says what the customer module needs of the outside world.
package customer

import (
	"context"
	"time"

	"orders/domain/customer"
	"orders/domain/order"
	"orders/ports"
)

// Summaries answers questions about users. The errors are ports.ErrUnavailable or the context's.
type Summaries interface {
	// Summary adds up a user's rows. That of a user without rows is empty, and no error.
	Summary(ctx context.Context, userID string) (Summary, error)
}

// Names of the domain's types for the adapters, which need not import the domain.
type (
	Purchase = customer.Purchase
	Sum      = customer.Sum
)

// A Row is one order as it counts for its user.
type Row struct {
	OrderID   order.ID
	Version   int
	CreatedAt time.Time // UTC, whole milliseconds.
	Purchase  Purchase
}

// Size is about how many bytes the row takes.
func (r Row) Size() int { return sizeOfRow + len(r.Purchase.UserID) }

// sizeOfRow is about how many bytes a row takes besides its user.
const sizeOfRow = 256

// A Summary is what a user's orders add up to.
type Summary struct {
	Orders int
	Open   int     // How many of them are neither completed nor cancelled.
	Totals []Total // One for each currency, in alphabetical order.
	Last   Last    // The newest order; of equal times the one with the greatest ID.
}

// A Total is what was paid in one currency.
type Total struct {
	Orders   int
	Spent    Sum
	Refunded Sum
}

// Last names an order and when it was created. It is zero if there is none.
type Last struct {
	OrderID   order.ID
	CreatedAt time.Time
}

// After reports whether l is newer than other; of equal times the greater ID counts as newer.
func (l Last) After(other Last) bool {
	if l.CreatedAt.Equal(other.CreatedAt) {
		return l.OrderID > other.OrderID
	}
	return l.CreatedAt.After(other.CreatedAt)
}

// With is the row as it is after c, which is the next commit of its order.
func (r Row) With(c ports.Commit) Row {
	if r.Version == 0 {
		r.OrderID, r.CreatedAt = c.OrderID, c.At
	}
	r.Version = c.Version
	for _, e := range c.Events {
		r.Purchase = r.Purchase.Evolve(e)
	}
	return r
}
