package ports

import (
	"context"
	"time"
)

// A Checkpoint keeps the position that a subscription has reached: all before it was handled.
type Checkpoint interface {
	// Load returns the position last advanced to, or the empty one; also when the views it spoke of
	// are gone.
	Load(ctx context.Context) (Position, error)
	// Advance moves the position from one to another. It returns ErrConflict, and moves nothing,
	// if the position is not from, for somebody else moved it or the views are gone; and if a
	// generation was opened since the last Load of this Checkpoint, which what was saved since
	// must go into, too. So whoever saves has a Checkpoint of its own, and those who only look ask
	// for the status of the Generations.
	Advance(ctx context.Context, from, to Position) error
}

// A Lease lets one of many lead. Whoever keeps it tells the time, so no two clocks need agree.
type Lease interface {
	// Hold takes or renews the lease for the holder, for that long, and reports whether it is the
	// holder's; it is not while that of another one runs.
	Hold(ctx context.Context, holder string, d time.Duration) (bool, error)
	// Release ends the lease if it is the holder's.
	Release(ctx context.Context, holder string) error
}
