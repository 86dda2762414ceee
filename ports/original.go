package ports

import (
	"context"
	"time"

	"orders/domain/order"
)

// An Original shows the orders of the Node.js program that this service replaces.
type Original interface {
	// Orders calls each with all orders, one at a time. When each returns an error, Orders ends
	// with it. An order that cannot be read has Faults.
	Orders(ctx context.Context, each func(OriginalOrder) error) error
	// Size is about how many orders there are.
	Size(ctx context.Context) (int, error)
}

// An OriginalOrder is one as it is stored there, by the names of its fields.
type OriginalOrder struct {
	Document string // What people find it by; its orderId may be missing.
	OrderID  string
	UserID   string
	Status   string
	Key      string // Its idemKey; empty if it has none.
	Items    []OriginalItem
	Total    order.Decimal // Its totalAmount.

	CreatedAt, UpdatedAt time.Time // Whole milliseconds.

	Faults []Fault // Of fields that are missing or are no text, number, list or time.
}

// An OriginalItem is a line of an OriginalOrder.
type OriginalItem struct {
	SKU             string
	Quantity, Price order.Decimal
}

// A Fault is why the value of a field cannot be taken over.
type Fault struct {
	Field string // With its place, such as items.0.price.
	Value string
	Why   string // As in "must be a number".
}
