package memory

import (
	"context"
	"fmt"
	"sync"

	"orders/ports"
)

var _ ports.Subscriptions = (*Subscriptions)(nil)

// Subscriptions keep subscriptions by their names.
type Subscriptions struct {
	mu sync.Mutex
	of map[ports.SubscriptionName]ports.Subscription
}

// NewSubscriptions returns Subscriptions of which all are at the empty position.
func NewSubscriptions() *Subscriptions {
	return &Subscriptions{of: map[ports.SubscriptionName]ports.Subscription{}}
}

// Open implements ports.Subscriptions.
func (s *Subscriptions) Open(name ports.SubscriptionName) (ports.Subscription, error) {
	if !name.Valid() {
		return ports.Subscription{}, fmt.Errorf("%.80q is no name of a subscription", name)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	kept, known := s.of[name]
	if !known {
		kept = ports.Subscription{
			Checkpoint: &namedCheckpoint{}, Lease: &Lease{}, Parked: NewParked(),
			Failures: &Failures{},
		}
		s.of[name] = kept
	}
	return kept, nil
}

// A namedCheckpoint is the checkpoint of one subscription.
type namedCheckpoint struct {
	mu       sync.Mutex
	position ports.Position
}

// Load implements ports.Checkpoint.
func (c *namedCheckpoint) Load(ctx context.Context) (ports.Position, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.position, ctx.Err()
}

// Advance implements ports.Checkpoint.
func (c *namedCheckpoint) Advance(ctx context.Context, from, to ports.Position) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.position != from {
		return fmt.Errorf("advance the subscription: %w", ports.ErrConflict)
	}
	c.position = to
	return nil
}
