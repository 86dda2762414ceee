package ports

import "context"

// An EventFeed tells what was committed, to whoever follows it.
type EventFeed interface {
	// Follow hands batches of commits to handle, one call at a time, until ctx ends or handle
	// fails, and returns that error.
	//
	// From the empty position it delivers everything ever committed, also while more is being
	// committed, and then goes on live; from the Next of an earlier batch it delivers everything
	// that was committed after that batch. Nothing is left out; commits may come again, and an
	// order's commits may come out of order until CaughtUp is first true, but not thereafter.
	// A position that can no longer be resumed from, or that no feed made, or that of another
	// store, counts as the empty one. From that the first batch has no Next, also if nothing was
	// ever committed.
	Follow(ctx context.Context, from Position, handle func(context.Context, Batch) error) error
	// Now returns the position after all that was committed before the call. Follow delivers from
	// it what is committed after the call, and may deliver some of what was before.
	Now(ctx context.Context) (Position, error)
}

// A Position is a place in a feed. Only the feed that made it can read it; the empty position is
// before everything.
type Position string

// A Batch is a part of the feed.
type Batch struct {
	Commits  []Commit // May be empty: then it tells of Next or CaughtUp alone.
	Next     Position // Where to go on after the batch; empty while that is the beginning.
	CaughtUp bool     // All that was committed before Follow was called has been delivered.
}
