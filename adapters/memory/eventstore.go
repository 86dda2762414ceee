// Package memory implements every port in memory: for tests, and for trying things out.
package memory

import (
	"context"
	"crypto/rand"
	"fmt"
	"sync"

	"orders/domain/order"
	"orders/ports"
)

var (
	_ ports.EventStore = (*EventStore)(nil)
	_ ports.EventFeed  = (*EventStore)(nil)
	_ ports.Archive    = (*EventStore)(nil)
	_ ports.Timeline   = (*EventStore)(nil)
)

// EventStore is a ports.EventStore with its ports.EventFeed and ports.Archive in memory.
type EventStore struct {
	id string // Stands in positions, as another store cannot resume from them.

	mu      sync.RWMutex
	streams ordered[[]*ports.Commit]
	log     []*ports.Commit // Every commit, in the order of recording.
	grown   chan struct{}   // Closed when log grows; nil unless a follower waits for it.
}

// NewEventStore returns an empty EventStore.
func NewEventStore() *EventStore {
	return &EventStore{id: rand.Text(), streams: newOrdered[[]*ports.Commit]()}
}

// Load implements ports.EventStore.
func (s *EventStore) Load(ctx context.Context, id order.ID) (ports.Stream, error) {
	if err := ctx.Err(); err != nil {
		return ports.Stream{}, err
	}
	s.mu.RLock()
	commits := s.streams.of[id]
	s.mu.RUnlock()
	return ports.Stream{ID: id, Commits: cloneCommits(commits)}, nil
}

// Read implements ports.EventStore.
func (s *EventStore) Read(
	ctx context.Context, id order.ID, after int, each func(ports.Commit) error,
) error {
	s.mu.RLock()
	commits := s.streams.of[id]
	s.mu.RUnlock()
	for _, c := range commits[min(max(after, 0), len(commits)):] {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := each(cloneCommit(*c)); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// Append implements ports.EventStore.
func (s *EventStore) Append(ctx context.Context, past ports.Stream, c ports.Commit) error {
	if c.OrderID != past.ID || c.Version != past.Version()+1 {
		return fmt.Errorf("commit %d of order %s cannot follow version %d of order %s",
			c.Version, c.OrderID, past.Version(), past.ID)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	c = cloneCommit(c)
	s.mu.Lock()
	defer s.mu.Unlock()
	stream := s.streams.of[c.OrderID]
	if len(stream) >= c.Version && stream[c.Version-1].ID == c.ID {
		return nil
	}
	if len(stream) != past.Version() {
		return fmt.Errorf("order %s is at version %d: %w", c.OrderID, len(stream),
			ports.ErrConflict)
	}
	s.streams.set(c.OrderID, append(stream, &c))
	s.log = append(s.log, &c)
	if s.grown != nil {
		close(s.grown)
		s.grown = nil
	}
	return nil
}
