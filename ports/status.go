package ports

import (
	"context"
	"time"
)

// Projections report how far the read models are behind what was committed. They ask the feed and
// the read models, never the projectors, so that a projector that has died shows as a lag.
type Projections interface {
	// Status returns how each read model stands. The errors are those of the feed and of the read
	// models.
	Status(ctx context.Context) ([]ProjectionStatus, error)
}

// A ProjectionStatus is how a read model stands.
type ProjectionStatus struct {
	Name        string
	Generations GenerationStatus
	Lag         Lag
	Parked      []ParkedOrder // The first hundred.
}

// A Lag is what was committed after a position.
type Lag struct {
	Commits int
	More    bool          // There are more commits than those counted.
	Time    time.Duration // Since the oldest of them was committed; 0 if there are none.
}

// CaughtUp reports whether there is no lag.
func (l Lag) CaughtUp() bool { return l.Commits == 0 && !l.More }

// A Check tries something that the service needs, such as a database.
type Check struct {
	Name string
	// Ready returns why the service cannot use it now, or nil.
	Ready func(context.Context) error
}

// Relays show how the relays stand, which tell brokers what was committed.
type Relays interface {
	// Status returns how each relay stands. No broker is asked. The errors are those of the feed
	// and of the subscriptions.
	Status(ctx context.Context) ([]RelayStatus, error)
}

// A RelayStatus is how a relay stands, as any process sees it.
type RelayStatus struct {
	Name     SubscriptionName
	Broker   string
	Topic    TopicID  // That is told; empty as long as none is.
	Position Position // Everything before it is told to the topic, or parked.
	Lag      Lag
	Leader   string        // The process that tells it, or nothing if none does.
	Failure  Failure       // Why it cannot tell now; the zero one if it can.
	Parked   []ParkedOrder // The first hundred.
}
