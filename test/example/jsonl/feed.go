package jsonl

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"orders/ports"
)

const (
	batchMax   = 512     // How many commits a batch has, at most.
	batchBytes = 4 << 20 // About how many bytes they have, at most, unless one has more.
)

// Follow implements ports.EventFeed.
func (s *Store) Follow(
	ctx context.Context, from ports.Position, handle func(context.Context, ports.Batch) error,
) error {
	next, resumes := s.index(from)
	if !resumes { // A first batch without Next says that it is the beginning.
		if err := handle(ctx, ports.Batch{}); err != nil {
			return err
		}
	}
	log, _ := s.since(0)
	before := len(log)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		more, grown := s.since(next)
		batch, err := s.batch(more)
		if err != nil {
			return err
		}
		next += len(batch.Commits)
		batch.Next, batch.CaughtUp = s.position(next), next >= before
		if err := handle(ctx, batch); err != nil {
			return err
		}
		if len(batch.Commits) > 0 {
			continue // A batch without commits says that there are no more.
		}
		select {
		case <-grown:
		case <-ctx.Done():
		}
	}
}

// Now implements ports.EventFeed.
func (s *Store) Now(ctx context.Context) (ports.Position, error) {
	log, _ := s.since(0)
	return s.position(len(log)), ctx.Err()
}

// since returns the places of the commits from next on, and a channel that is closed when there are
// more.
func (s *Store) since(next int) (log []place, grown <-chan struct{}) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.log[next:], s.grown
}

// batch reads the first commits of a part of the log.
func (s *Store) batch(log []place) (b ports.Batch, err error) {
	for size := int64(0); len(b.Commits) < min(len(log), batchMax) && size < batchBytes; {
		p := log[len(b.Commits)]
		c, err := s.commitAt(p)
		if err != nil && !errors.Is(err, ports.ErrUnreadable) {
			return b, err
		}
		c.Unreadable = err
		b.Commits = append(b.Commits, c)
		size += p.end - p.at
	}
	return b, nil
}

// Present implements ports.Timeline: the moments are the numbers of the commits, from 1.
func (s *Store) Present(ctx context.Context) (ports.Moment, error) {
	log, _ := s.since(0)
	return ports.Moment(len(log)), ctx.Err()
}

// Reached implements ports.Timeline.
func (s *Store) Reached(at ports.Position) ports.Moment {
	index, _ := s.index(at)
	return ports.Moment(index)
}

// position spells "<name of the store>/<number of commits before>".
func (s *Store) position(index int) ports.Position {
	return ports.Position(fmt.Sprintf("%s/%d", s.name, index))
}

// index is the number of commits before a position. A position of another store is the beginning.
func (s *Store) index(p ports.Position) (index int, resumes bool) {
	_, number, _ := strings.Cut(string(p), "/")
	index, err := strconv.Atoi(number)
	log, _ := s.since(0)
	if err != nil || s.position(index) != p || index < 0 || index > len(log) {
		return 0, false
	}
	return index, true
}
