// Package jsonl keeps the commits of all orders in one file, a line of JSON each. It is an example
// of an adapter that lasts; README.md says how it was written, and what it is not for.
package jsonl

import (
	"context"
	"fmt"
	"os"
	"sync"

	"orders/domain/order"
	"orders/ports"
)

var (
	_ ports.EventStore = (*Store)(nil)
	_ ports.EventFeed  = (*Store)(nil)
	_ ports.Archive    = (*Store)(nil)
	_ ports.Timeline   = (*Store)(nil)
)

// A Store is a ports.EventStore with its ports.EventFeed and ports.Archive in a file. It holds the
// place of each commit in memory, not the commits.
type Store struct {
	file *os.File
	name string // Stands in positions, as the store in another file cannot resume from them.

	appending sync.Mutex // Held by the one caller that appends.
	failed    error      // Why there are no more appends; nil if there are.
	unknown   string     // The ID of the commit of which it is unknown whether the disk has it.

	mu     sync.RWMutex
	log    []place              // Of every commit, in the order of recording.
	orders map[order.ID][]place // Of each order's commits, by version.
	end    int64                // Of the last line.
	grown  chan struct{}        // Closed when there are more.
}

// A place is where a line stands in the file.
type place struct{ at, end int64 }

// Load implements ports.EventStore.
func (s *Store) Load(ctx context.Context, id order.ID) (ports.Stream, error) {
	stream := ports.Stream{ID: id}
	err := s.Read(ctx, id, 0, func(c ports.Commit) error {
		stream.Commits = append(stream.Commits, c)
		return nil
	})
	if err != nil {
		return ports.Stream{}, fmt.Errorf("load order %s: %w", id, err)
	}
	return stream, nil
}

// Read implements ports.EventStore.
func (s *Store) Read(
	ctx context.Context, id order.ID, after int, each func(ports.Commit) error,
) error {
	places := s.placesOf(id)
	for _, p := range places[min(max(after, 0), len(places)):] {
		if err := ctx.Err(); err != nil {
			return err
		}
		c, err := s.commitAt(p)
		if err != nil {
			return err
		}
		if err := each(c); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// Append implements ports.EventStore. The line is on the disk when it returns.
func (s *Store) Append(ctx context.Context, past ports.Stream, c ports.Commit) error {
	if c.OrderID == "" || c.OrderID != past.ID || c.Version != past.Version()+1 {
		return fmt.Errorf("commit %d of order %s cannot follow version %d of order %s",
			c.Version, c.OrderID, past.Version(), past.ID)
	}
	line, err := encode(c)
	if err != nil {
		return err
	}
	s.appending.Lock()
	defer s.appending.Unlock()
	if err := ctx.Err(); err != nil {
		return err // The context may have ended while others appended.
	}
	places := s.placesOf(c.OrderID)
	if len(places) >= c.Version {
		if there, err := s.commitAt(places[c.Version-1]); err != nil || there.ID == c.ID {
			return err
		}
	}
	if len(places) != past.Version() {
		return fmt.Errorf("order %s is at version %d: %w", c.OrderID, len(places),
			ports.ErrConflict)
	}
	if err := s.record(c.ID, line); err != nil {
		return err
	}
	s.add(c.OrderID, len(line))
	return nil
}

// record writes the line of a commit. After an error it is unknown whether the disk has the line,
// so record refuses all others until the store is opened again.
func (s *Store) record(id string, line []byte) error {
	if s.failed == nil {
		if s.failed = s.write(line); s.failed == nil {
			return nil
		}
		s.unknown = id
	}
	if id == s.unknown {
		return fmt.Errorf("%w: %w", ports.ErrOutcomeUnknown, s.failed)
	}
	return fmt.Errorf("%w: %w", ports.ErrUnavailable, s.failed)
}

// write adds a line to the end of the file, and waits until the disk has it.
func (s *Store) write(line []byte) error {
	if _, err := s.file.WriteAt(line, s.end); err != nil {
		return err
	}
	return s.file.Sync()
}

// add lets readers find the order's next commit, whose line has that size and is the last one.
func (s *Store) add(id order.ID, size int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	line := place{s.end, s.end + int64(size)}
	s.log, s.orders[id], s.end = append(s.log, line), append(s.orders[id], line), line.end
	close(s.grown)
	s.grown = make(chan struct{})
}

func (s *Store) placesOf(id order.ID) []place {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.orders[id]
}

// commitAt reads a commit into new memory, so that callers may change it.
func (s *Store) commitAt(p place) (ports.Commit, error) {
	line := make([]byte, p.end-p.at)
	if _, err := s.file.ReadAt(line, p.at); err != nil {
		return ports.Commit{}, fmt.Errorf("%w: %w", ports.ErrUnavailable, err)
	}
	return decode(line)
}
