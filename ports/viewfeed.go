package ports

import (
	"context"

	"orders/domain/order"
)

// A ViewFeed tells which orders queries show anew, to whoever follows it.
type ViewFeed interface {
	// Follow hands batches of changes to handle, one call at a time, until ctx ends or handle
	// fails, and returns that error.
	//
	// From the Next of an earlier batch it tells of every view that queries came to show after that
	// batch. A change may be told again, and may be left out when a later one of its order is told.
	// It is told once queries show it or a later one, and not before it is sure to last.
	//
	// From any other position, such as the empty one, and from one that can no longer be resumed
	// from, the first batch is Lost, and the feed goes on from the present. So it does whenever it
	// loses its place thereafter.
	Follow(ctx context.Context, from Position, handle func(context.Context, ViewBatch) error) error
}

// A ViewBatch is a part of a ViewFeed.
type ViewBatch struct {
	Changes  []ViewChange // May be empty: then it tells of Next, Lost or CaughtUp alone.
	Next     Position     // Where to go on after the batch.
	Lost     bool         // What was shown before Next, and was not told, is not known.
	CaughtUp bool         // All that was shown before Follow was called has been told, or is Lost.
}

// A ViewChange is that queries show an order at this version, or at a later one.
type ViewChange struct {
	ID      order.ID
	Version int
}
