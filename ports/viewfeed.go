package ports

import (
	"context"

	"orders/domain/order"
)

// A ViewFeed tells its followers which orders queries show in a new version.
type ViewFeed interface {
	// Follow calls handle with batches of changes, one call at a time, until ctx ends or handle
	// returns an error, and returns that error.
	//
	// From the Next of an earlier batch it tells of every view that queries came to show after that
	// batch. A change may be told again, and may be left out when a later one of its order is told.
	// It is told once queries show it or a later one, and not before it is durable.
	//
	// From any other position, such as the empty one, and from one that the feed can no longer
	// resume from, the first batch is Lost, and the feed goes on from the present. A later batch is
	// Lost, too, if the feed loses its place.
	Follow(ctx context.Context, from Position, handle func(context.Context, ViewBatch) error) error
}

// A ViewBatch is a part of a ViewFeed.
type ViewBatch struct {
	Changes  []ViewChange // Empty if the batch only brings a new Next, Lost or CaughtUp.
	Next     Position     // Where to go on after the batch.
	Lost     bool         // Some of what queries came to show before Next was not told.
	CaughtUp bool         // All that was shown before the call to Follow has been told, or is Lost.
}

// A ViewChange says that queries show an order at this version, or at a later one.
type ViewChange struct {
	ID      order.ID
	Version int
}
