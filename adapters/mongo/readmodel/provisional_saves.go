package readmodel

import (
	"context"
	"sync"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/adapters/mongo/client"
)

// provisionalSaves is what is known of the saves that are not durable, since the last Load at most.
type provisionalSaves struct {
	mu     sync.Mutex
	in     int64 // The term of the last of them, 0 if there are none.
	mixed  bool  // They are of several terms.
	last   int64 // The term that was told last.
	routed bool  // The server tells no terms.
}

// write writes provisionally, or durably behind a router.
func (s *provisionalSaves) write(
	ctx context.Context, to *driver.Collection, k client.Kind, statements []bson.Raw,
) (refused map[int]driver.WriteError, err error) {
	if s.isRouted() {
		return client.WriteAll(ctx, to, k, statements)
	}
	refused, term, err := client.WriteProvisionally(ctx, to, k, statements)
	if err != nil {
		return nil, err
	}
	if s.add(term); term == 0 {
		return client.WriteAll(ctx, to, k, statements)
	}
	return refused, nil
}

// add notes the term of a reply, 0 if it tells none.
func (s *provisionalSaves) add(term int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if term == 0 {
		s.routed = true
		return
	}
	s.mixed = s.mixed || s.in != 0 && s.in != term
	s.in, s.last = term, term
}

// term is that of all saves, 0 if there are none, unless they are of several terms.
func (s *provisionalSaves) term() (term int64, isMixed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.in, s.mixed
}

// pending reports whether there are any.
func (s *provisionalSaves) pending() bool {
	term, _ := s.term()
	return term != 0
}

func (s *provisionalSaves) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.in, s.mixed = 0, false
}

func (s *provisionalSaves) lastTerm() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last
}

func (s *provisionalSaves) isRouted() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.routed
}
