package journal

import (
	"context"
	"slices"

	"go.mongodb.org/mongo-driver/bson"
)

// Waiting is how many appends are queued.
func (s *EventStore) Waiting() int { return s.group.slots.Waiting() }

// Hold keeps the only slot from what is queued, until it is released.
func (s *EventStore) Hold() (release func()) {
	held, free := make(chan struct{}), make(chan struct{})
	write := s.group.write
	s.group.write = func(_ context.Context, nothing []bson.Raw) []verdict {
		s.group.write = write
		close(held)
		<-free
		return slices.Repeat([]verdict{{conflict, nil}}, len(nothing))
	}
	if err := s.group.slots.Add(&pendingAppend{verdict: make(chan error, 1)}); err != nil {
		panic(err)
	}
	<-held
	return func() { close(free) }
}
