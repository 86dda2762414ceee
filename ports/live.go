package ports

import (
	"context"
	"errors"

	"orders/domain/order"
)

// ErrSlow means that a Watcher was not asked for its changes as fast as they came.
var ErrSlow = errors.New("the watcher is too slow")

// Live tells of orders as queries show them anew.
type Live interface {
	// Watch begins to watch: the Watcher tells of everything that queries come to show after the
	// call. The error is ErrUnavailable or the context's.
	Watch(ctx context.Context, what Watch) (Watcher, error)
}

// A Watch says which orders are watched.
type Watch struct {
	Order  order.ID // This one; empty for all,
	UserID string   // or for those of this user.
	After  Position // Of a Change of all orders: also tell what came to be shown since.
}

// A Watcher tells of changes, to one goroutine.
type Watcher interface {
	// Next waits for the next change. The versions of an order never go back; one may be told
	// again, and may be left out when there is a later one. After ErrSlow, ErrUnavailable or an
	// error of the feed there is no more; after the context's there may be. For a large view it
	// takes from the account in ctx what it takes to make an answer of it.
	Next(ctx context.Context) (Change, error)
	// Position is where to go on after all that Next has told, or empty where that is not known.
	Position() Position
	// Close ends the watch.
	Close()
}

// A Change is what a Watcher tells.
type Change struct {
	// View is the order as it is now. Many watchers are told the same one, so none may change it.
	// It is nil when there is nothing but a Position.
	View     *OrderView
	Position Position // All that was shown before it has been told; mostly empty.
	Reset    bool     // What changed since Watch.After is not known: look anew at everything.
}
