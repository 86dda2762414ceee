package ports

import (
	"context"

	"orders/domain/order"
)

// ImportedKeys are the Idempotency-Keys of orders that another program took. Each stands for the
// order that it made there.
type ImportedKeys interface {
	// Any reports whether there are any.
	Any(ctx context.Context) (bool, error)
	// Find returns what a key stands for, or ErrNotFound. Keys that differ in case are different.
	Find(ctx context.Context, key string) (ImportedKey, error)
	// Add adds a key for ever. One that is there already changes nothing: if it stands for another
	// order, or for another request, the error is ErrConflict.
	Add(ctx context.Context, k ImportedKey) error
}

// An ImportedKey is a key and the request that came with it.
type ImportedKey struct {
	Key     string
	OrderID order.ID
	UserID  string // Whose order it is. The key of another user is another key.
	Request string // The hash of the command that makes such an order, as a Commit has it.
}

// ImportedKey returns the key of an order that another program took, as its first commit has it:
// the order has a short ID. That of an order of this service follows from its key.
func (c Commit) ImportedKey() (k ImportedKey, has bool) {
	if c.Version != 1 || c.Key == "" || !c.OrderID.IsShort() {
		return k, false
	}
	user := order.Replay(c.Events).UserID
	return ImportedKey{Key: c.Key, OrderID: c.OrderID, UserID: user, Request: c.Request}, true
}
