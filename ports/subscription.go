package ports

import (
	"context"
	"time"
)

// Subscriptions keep what the processes that follow a feed for the same purpose share.
type Subscriptions interface {
	// Open returns the subscription of a name, the same one to all who open it. A name that is not
	// valid is an error.
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

// A Subscription is how far it is and who leads. A read model has one of its own, which is kept
// beside its views.
type Subscription struct {
	Checkpoint Checkpoint
	Lease      Lease
}

// A SubscriptionStatus is how a subscription stands.
type SubscriptionStatus struct {
	Name     string
	Position Position // As it was last advanced to.
	Lag      Lag
}

// A Checkpoint keeps the position that a subscription has reached: all work before it is done.
type Checkpoint interface {
	// Load returns the position last advanced to, or the empty one. That of a read model is empty
	// again when the views that it spoke of are gone.
	Load(ctx context.Context) (Position, error)
	// Advance moves the position from one to another. It returns ErrConflict, and moves nothing,
	// if the position is not from, as when somebody else moved it.
	//
	// That of a read model also conflicts when the views are gone; and when a generation was
	// opened since the last Load of this Checkpoint, which what was saved since must go into, too.
	// So a saver of views has a Checkpoint of its own, and whoever only looks asks for the status
	// of the Generations.
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
