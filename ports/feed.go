package ports

import "context"

// An EventFeed hands what was committed to its followers.
type EventFeed interface {
	// Follow calls handle with batches of commits, one call at a time, until ctx ends or handle
	// returns an error, and returns that error.
	//
	// From the empty position it delivers everything ever committed, also while more is being
	// committed, and then goes on live; from the Next of an earlier batch it delivers everything
	// that was committed after that batch. Nothing is left out; commits may come again, and an
	// order's commits may come out of order until CaughtUp is first true, but not thereafter.
	//
	// After the last commit that there is comes a batch without any, however slow handle is: who
	// saves a position now and then saves that one, as nothing else may come for long.
	//
	// A position counts as the empty one if the feed can no longer resume from it, if no feed made
	// it, or if the feed of another store did. From the empty position the first batch has no Next,
	// also if nothing was ever committed.
	Follow(ctx context.Context, from Position, handle func(context.Context, Batch) error) error
	// Now returns a position after which Follow delivers all that is committed after the call to
	// Now, and perhaps some of what was committed before.
	Now(ctx context.Context) (Position, error)
}

// A Position is a place in a feed. Only the feed that made it can read it; the empty position is
// before everything.
type Position string

// A Batch is a part of the feed.
type Batch struct {
	Commits  []Commit // Empty if the batch only brings a new Next or CaughtUp.
	Next     Position // Where to go on after the batch; empty if that is the beginning.
	CaughtUp bool     // All that was committed before the call to Follow has been delivered.
}

// A Timeline says when positions of a feed are, without following it.
type Timeline interface {
	// Present returns a moment by which everything that was committed before the call had happened.
	Present(ctx context.Context) (Moment, error)
	// Reached returns a moment, as late as the position tells, such that everything that happened
	// by then comes before the position; 0 for a position that no feed made. The position of a feed
	// that is silent reaches a moment only once something was written to the store after it.
	Reached(at Position) Moment
}

// A Moment is one of an event store's own time. Later moments are greater; all that was committed
// happened after moment 0.
type Moment uint64
