package memory

import (
	"context"

	"orders/ports"
)

// Streams implements ports.Archive.
func (s *EventStore) Streams(ctx context.Context, r ports.Range) ([]ports.Stream, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	streams := []ports.Stream{}
	for _, id := range s.streams.run(r) {
		streams = append(streams,
			ports.Stream{ID: id, Commits: cloneCommits(s.streams.of[id])})
	}
	return streams, nil
}

// Size implements ports.Archive.
func (s *EventStore) Size(ctx context.Context) (int, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.log), ctx.Err()
}
