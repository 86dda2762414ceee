package jsonl

import (
	"context"
	"errors"
	"maps"
	"slices"

	"orders/domain/order"
	"orders/ports"
)

// Commits implements ports.Archive.
func (s *Store) Commits(
	ctx context.Context, r ports.Range, each func(ports.Commit) error,
) error {
	for _, id := range s.ids(r) {
		for _, p := range s.placesOf(id) {
			if err := ctx.Err(); err != nil {
				return err
			}
			c, err := s.commitAt(p)
			if err != nil && !errors.Is(err, ports.ErrUnreadable) {
				return err
			}
			c.Unreadable = err
			if err := each(c); err != nil {
				return err
			}
			if c.Unreadable != nil {
				break // It is the last one of its order.
			}
		}
	}
	return ctx.Err()
}

// ids are the first IDs of a range. Sorting all of them each time is good enough for an example.
func (s *Store) ids(r ports.Range) []order.ID {
	s.mu.RLock()
	defer s.mu.RUnlock()
	ids := slices.DeleteFunc(slices.Sorted(maps.Keys(s.orders)), func(id order.ID) bool {
		return id < r.From || r.Through != "" && id > r.Through
	})
	return ids[:min(len(ids), r.Limit)]
}

// Size implements ports.Archive.
func (s *Store) Size(ctx context.Context) (int, error) {
	log, _ := s.since(0)
	return len(log), ctx.Err()
}
