package mongo_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"orders/adapters/mongo/internal/fixture"
	"orders/ports"
)

// A reader follows a feed and remembers what came.
type reader struct {
	mu        sync.Mutex
	commits   map[string]ports.Commit // By ID, or else by order.
	last      ports.Batch
	caughtUp  int
	delivered int // Commits, each time that they came.
	scanned   int // How often the position was the beginning.
}

// follow reads the feed from a position until the test ends or stop is called.
func follow(
	t testing.TB, followed ports.EventFeed, from ports.Position,
) (r *reader, stop func()) {
	t.Helper()
	r = &reader{commits: map[string]ports.Commit{}}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- followed.Follow(ctx, from, r.take) }()
	stop = sync.OnceFunc(func() {
		cancel()
		select {
		case err := <-ended:
			if !errors.Is(err, context.Canceled) {
				t.Errorf("the feed ended with %v", err)
			}
		case <-time.After(2 * time.Second):
			t.Error("the feed goes on after its context has ended")
		}
	})
	t.Cleanup(stop)
	return r, stop
}

func (r *reader) take(_ context.Context, b ports.Batch) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range b.Commits {
		r.commits[nameOf(c)] = c
	}
	r.delivered += len(b.Commits)
	if b.CaughtUp {
		r.caughtUp++
	}
	if b.Next == "" {
		r.scanned++
	}
	r.last = b
	return nil
}

func nameOf(c ports.Commit) string {
	if c.ID == "" {
		return string(c.OrderID)
	}
	return c.ID
}

func (r *reader) position() ports.Position {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.last.Next
}

// has waits for the commits.
func (r *reader) has(t testing.TB, commits ...ports.Commit) {
	t.Helper()
	fixture.Eventually(t, func() error {
		r.mu.Lock()
		defer r.mu.Unlock()
		for _, c := range commits {
			if _, came := r.commits[nameOf(c)]; !came {
				return fmt.Errorf("commit %s of order %s did not come", c.ID, c.OrderID)
			}
		}
		return nil
	})
}

func (r *reader) catchesUp(t testing.TB) {
	t.Helper()
	r.mu.Lock()
	before := r.caughtUp
	r.mu.Unlock()
	fixture.Eventually(t, func() error {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.caughtUp == before {
			return errors.New("it does not catch up")
		}
		return nil
	})
}
