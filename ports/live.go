package ports

import (
	"context"
	"errors"
	"sync"

	"orders/domain/order"
)

// ErrSlow means that a Watcher was not asked for its changes as fast as they came.
var ErrSlow = errors.New("the watcher is too slow")

// Live tells of orders as they change.
type Live interface {
	// Watch begins to watch: of everything that is committed after the call, the Watcher tells as
	// soon as it can be read. The error is ErrUnavailable or the context's.
	Watch(ctx context.Context, what Watch) (Watcher, error)
}

// A Watch says which orders are watched.
type Watch struct {
	Order  order.ID // This one; empty for all,
	UserID string   // or for those of this user.
	After  Position // Of a Change of all orders: also tell what was committed since.
}

// A Watcher tells of changes, to one goroutine.
type Watcher interface {
	// Next waits for the next change. The versions of an order never go back; one may be told
	// again, and may be left out when there is a later one. After ErrSlow, ErrUnavailable or an
	// error of the feed there is no more; after the context's there may be. For a large view it
	// takes from the account in ctx what it takes to make an answer of it.
	Next(ctx context.Context) (Change, error)
	// Expect makes sure that Next tells of version of the order watched, which was committed
	// before, or of a later one.
	Expect(version int)
	// Position is where to go on after all that Next has told, or empty where that is not known.
	Position() Position
	// Close ends the watch.
	Close()
}

// A Change is what a Watcher tells.
type Change struct {
	View     *SharedView // The order as it is now. Nil when there is nothing but a Position.
	Position Position    // All that was committed before it has been told; mostly empty.
	Reset    bool        // What changed since Watch.After is not known: look anew at everything.
}

// A SharedView is one that many watchers are told. None may change it.
type SharedView struct {
	OrderView

	// Outline means that only ID, Version and Order.UserID are set, since the rest is too large to
	// be kept for those who may never take it. What Next tells is no outline.
	Outline bool
	once    sync.Once
	text    []byte
}

// Text is what encode makes of the view, once for all watchers: they must bring the same one.
func (v *SharedView) Text(encode func(OrderView) []byte) []byte {
	v.once.Do(func() { v.text = encode(v.OrderView) })
	return v.text
}
