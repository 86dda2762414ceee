package memory

import (
	"context"
	"fmt"
	"runtime"
	"strconv"
	"strings"

	"orders/ports"
)

const (
	batchMax   = 512     // How many commits a batch has, at most.
	batchBytes = 4 << 20 // About how many bytes they have, at most, unless one has more.
)

// Follow implements ports.EventFeed.
func (s *EventStore) Follow(
	ctx context.Context,
	from ports.Position,
	handle func(context.Context, ports.Batch) error,
) error {
	next, resumes := s.index(from)
	before := s.end()
	if !resumes {
		if err := handle(ctx, ports.Batch{}); err != nil { // Says that this is the beginning.
			return err
		}
	}
	for {
		runtime.Gosched() // Lets writers append first, so that batches get fewer and larger.
		if err := ctx.Err(); err != nil {
			return err
		}
		batch, grown := s.batch(next)
		next += len(batch.Commits)
		batch.CaughtUp = next >= before
		if err := handle(ctx, batch); err != nil {
			return err
		}
		if len(batch.Commits) > 0 {
			continue // A batch without commits says that there are no more.
		}
		select {
		case <-ctx.Done():
		case <-grown:
		}
	}
}

// Now implements ports.EventFeed.
func (s *EventStore) Now(ctx context.Context) (ports.Position, error) {
	return s.position(s.end()), ctx.Err()
}

// Present implements ports.Timeline: the moments are the numbers of the commits, from 1.
func (s *EventStore) Present(ctx context.Context) (ports.Moment, error) {
	return ports.Moment(s.end()), ctx.Err()
}

// Reached implements ports.Timeline.
func (s *EventStore) Reached(at ports.Position) ports.Moment {
	index, _ := s.index(at)
	return ports.Moment(index)
}

// end is the index of the next commit.
func (s *EventStore) end() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.log)
}

// batch returns the commits from next on, and a channel that is closed when there are more.
func (s *EventStore) batch(next int) (b ports.Batch, grown <-chan struct{}) {
	found, grown := s.since(next)
	return ports.Batch{
		Commits: cloneCommits(found), Next: s.position(next + len(found)),
	}, grown
}

func (s *EventStore) since(next int) (found []*ports.Commit, grown <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.grown == nil {
		s.grown = make(chan struct{})
	}
	return cutAtBytes(s.log[next:min(len(s.log), next+batchMax)]), s.grown
}

// cutAtBytes returns the first commits, as many as have batchBytes.
func cutAtBytes(commits []*ports.Commit) []*ports.Commit {
	size := 0
	for n, c := range commits {
		if size += c.Size(); size >= batchBytes {
			return commits[:n+1]
		}
	}
	return commits
}

func (s *EventStore) position(index int) ports.Position {
	return ports.Position(fmt.Sprintf("%s/%d", s.id, index))
}

// index is where from points to. From a position of another store it does not resume, and the index
// is that of the beginning.
func (s *EventStore) index(from ports.Position) (index int, resumes bool) {
	_, number, _ := strings.Cut(string(from), "/")
	index, err := strconv.Atoi(number)
	if err != nil || s.position(index) != from || index < 0 || index > s.end() {
		return 0, false
	}
	return index, true
}
