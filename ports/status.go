package ports

import (
	"context"
	"time"
)

// Projections tell how far the read models are behind what was committed. They ask the feed and
// the read models, never the projectors, so that a projector that has died shows as a lag.
type Projections interface {
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
	More    bool          // There are more than Commits; they were not counted.
	Time    time.Duration // Since the oldest of them was committed; 0 without any.
}

// CaughtUp reports whether there is no lag.
func (l Lag) CaughtUp() bool { return l.Commits == 0 && !l.More }

// A Check reports whether something that the service needs is there.
type Check struct {
	Name  string
	Ready func(context.Context) error
}
