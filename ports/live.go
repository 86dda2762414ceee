package ports

import (
	"context"
	"errors"

	"orders/domain/order"
)

// ErrSlow means that the caller of a Watcher took the changes too slowly.
var ErrSlow = errors.New("the watcher is too slow")

// Live tells watchers which orders have changed, as queries show them.
type Live interface {
	// Watch returns a Watcher of every change that queries come to show after the call. The error
	// is ErrUnavailable or the context's.
	Watch(ctx context.Context, what Watch) (Watcher, error)
}

// A Watch says which orders are watched: one, those of a user, or all if both fields are empty.
type Watch struct {
	Order  order.ID
	UserID string
	// After is the position of an earlier Change of a watch of all orders. The Watcher then also
	// tells what queries came to show since.
	After Position
}

// A Watcher tells one goroutine of changes.
type Watcher interface {
	// Next waits for the next change. The versions of an order never go back; one may be told
	// again, and may be left out when there is a later one. After ErrSlow, ErrUnavailable or an
	// error of the feed the watch has ended; after the context's error Next may be called again.
	// For a large view Next takes from the account in ctx the bytes that an answer with it needs.
	Next(ctx context.Context) (Change, error)
	// Ready takes the next change if that is there and needs no reading.
	Ready() (c Change, isReady bool)
	// Position is where a later Watch goes on after all that was told; empty if unknown.
	Position() Position
	// Close ends the watch.
	Close()
}

// A Change is what a Watcher tells.
type Change struct {
	// View is the order as it is now, as far as that is durable, or nil if the Change only brings a
	// Position or a Reset. Watchers share it, so none may change it.
	View     *OrderView
	Position Position // A Watch after it misses nothing; empty in most changes.
	Reset    bool     // The changes since Watch.After are unknown: read everything again.
}
