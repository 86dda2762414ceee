package ports

import (
	"context"
	"time"
)

// Subscriptions keep, by name, what processes share that follow a feed for the same purpose.
type Subscriptions interface {
	// Open returns the subscription with a name, the same one to every caller in every process. It
	// refuses a name that is not valid. A new subscription is at the empty position.
	Open(name SubscriptionName) (Subscription, error)
}

// A SubscriptionName is 1 to 64 small letters, digits and hyphens, and begins with a letter.
type SubscriptionName string

const nameMax = 64

// Valid reports whether n may be the name of a subscription.
func (n SubscriptionName) Valid() bool {
	for i := range len(n) {
		isLetter := n[i] >= 'a' && n[i] <= 'z'
		isOther := n[i] >= '0' && n[i] <= '9' || n[i] == '-'
		if !isLetter && (i == 0 || !isOther) {
			return false
		}
	}
	return n != "" && len(n) <= nameMax
}

// A Subscription is how far some work on a feed is, which process does that work, the orders for
// which it cannot be done, and why it cannot be done at all. A read model has one of its own, which
// is kept beside its views and has no Failures.
type Subscription struct {
	Checkpoint Checkpoint
	Lease      Lease
	Parked     Parked
	Failures   Failures
}

// A Checkpoint keeps the position that a subscription has reached: all work before it is done.
type Checkpoint interface {
	// Load returns the position last advanced to, or the empty one. The checkpoint of a read model
	// is at the empty one again when its views are gone.
	Load(ctx context.Context) (Position, error)
	// Advance moves the position from one to another. It returns ErrConflict, and moves nothing,
	// if the position is not from, because another process moved it.
	//
	// The checkpoint of a read model also returns ErrConflict when its views are gone, when the
	// Provisional beside it has saved views that are not durable, and when a generation was opened
	// since the last Load of this Checkpoint: that generation lacks the views that were saved
	// since. So each saver of views has a Checkpoint of its own, and an observer does not Load but
	// asks for the status of the Generations.
	Advance(ctx context.Context, from, to Position) error
}

// A Lease lets one of many processes work. Its time is that of the store that keeps it, so the
// clocks of the processes need not agree.
type Lease interface {
	// Hold takes or renews the lease for a holder, for a time of d, and reports whether it now is
	// that holder's. It is not while the lease of another holder lasts.
	Hold(ctx context.Context, holder string, d time.Duration) (bool, error)
	// Release ends the lease if it is the holder's.
	Release(ctx context.Context, holder string) error
	// Holder returns who holds the lease, or nothing if nobody does.
	Holder(ctx context.Context) (string, error)
}
