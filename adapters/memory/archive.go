package memory

import (
	"context"

	"orders/ports"
)

// Commits implements ports.Archive.
func (s *EventStore) Commits(
	ctx context.Context, r ports.Range, each func(ports.Commit) error,
) error {
	s.mu.Lock()
	var found [][]*ports.Commit
	for _, id := range s.streams.idsIn(r) {
		found = append(found, s.streams.of[id])
	}
	s.mu.Unlock()
	for _, commits := range found {
		for _, c := range commits {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := each(cloneCommit(*c)); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}

// Size implements ports.Archive.
func (s *EventStore) Size(ctx context.Context) (int, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.log), ctx.Err()
}
