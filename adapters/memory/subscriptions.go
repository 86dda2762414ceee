package memory

import (
	"context"
	"fmt"
	"sync"

	"orders/ports"
)

var _ ports.Subscriptions = (*Subscriptions)(nil)

// Subscriptions keeps subscriptions by their names.
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
		kept = ports.Subscription{Checkpoint: &place{}, Lease: &Lease{}}
		s.of[name] = kept
	}
	return kept, nil
}

// A place is a position that somebody has reached.
type place struct {
	mu       sync.Mutex
	position ports.Position
}

// Load implements ports.Checkpoint.
func (p *place) Load(ctx context.Context) (ports.Position, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.position, ctx.Err()
}

// Advance implements ports.Checkpoint.
func (p *place) Advance(ctx context.Context, from, to ports.Position) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.position != from {
		return fmt.Errorf("advance the subscription: %w", ports.ErrConflict)
	}
	p.position = to
	return nil
}
