package feed_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/journal"
	"orders/ports"
	"orders/test/mongotest"
)

// While primaries are frozen, thawed and killed, what is acknowledged is kept and told, what is
// refused as unavailable is not recorded, what is in doubt can be sent again, and everything goes
// on by itself.
func TestFailoverLosesNothing(t *testing.T) {
	t.Parallel()
	set := mongotest.Cluster(t)
	d := fixture.Migrated(t, set.URI("orders"), journal.Set)
	s := fixture.StoreOf(t, d, journal.GroupCommit{})
	r, _ := fixture.Follow(t, fixture.ChangeStreamFeed(d), "")
	w := writers{store: s, stop: make(chan struct{})}
	for range 8 {
		w.all.Go(func() { w.write(t) })
	}
	w.waitForMore(t, 200)
	frozen := set.Primary()
	frozen.Freeze()
	r.Has(t, w.waitForMore(t, 3)...) // Neither the appends nor the feed wait for a thaw.
	frozen.Thaw()
	w.waitForMore(t, 200)
	set.Primary().Kill()
	w.waitForMore(t, 200)
	close(w.stop)
	w.all.Wait()
	t.Logf("%d acknowledged, %d unavailable, %d unknown",
		len(w.acknowledged), len(w.unavailable), len(w.unknown))
	for _, c := range w.acknowledged {
		fixture.WantCommits(t, s, c.OrderID, c)
	}
	for _, c := range w.unavailable {
		fixture.WantCommits(t, s, c.OrderID)
	}
	for _, c := range w.unknown {
		if err := s.Append(t.Context(), ports.Stream{ID: c.OrderID}, c); err != nil {
			t.Errorf("sent again: %v", err)
		}
		fixture.WantCommits(t, s, c.OrderID, c)
	}
	r.Has(t, append(w.acknowledged, w.unknown...)...)
}

// The writers create orders, each one after the other.
//
// A majority of two learns of a write only every two seconds or so once the third is silent, and
// with one write at a time a caller may have to wait for two.
type writers struct {
	store ports.EventStore
	all   sync.WaitGroup
	stop  chan struct{}

	mu                                 sync.Mutex
	acknowledged, unavailable, unknown []ports.Commit
}

func (w *writers) write(t *testing.T) {
	for {
		select {
		case <-w.stop:
			return
		case <-time.After(5 * time.Millisecond):
		}
		past := ports.Stream{ID: fixture.NewID()}
		c := fixture.Next(past, fixture.Created("ann"))
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		err := w.store.Append(ctx, past, c)
		cancel()
		w.mu.Lock()
		switch {
		case err == nil:
			w.acknowledged = append(w.acknowledged, c)
		case errors.Is(err, ports.ErrOutcomeUnknown):
			w.unknown = append(w.unknown, c)
		case errors.Is(err, ports.ErrUnavailable), errors.Is(err, context.DeadlineExceeded):
			w.unavailable = append(w.unavailable, c)
		default:
			t.Error(err)
		}
		w.mu.Unlock()
	}
}

// waitForMore waits until n more commits are acknowledged and returns all that are.
func (w *writers) waitForMore(t *testing.T, n int) []ports.Commit {
	t.Helper()
	acknowledged := func() []ports.Commit {
		w.mu.Lock()
		defer w.mu.Unlock()
		return slices.Clone(w.acknowledged)
	}
	begun, before := time.Now(), len(acknowledged())
	for len(acknowledged()) < before+n {
		if time.Since(begun) > fixture.Patience {
			t.Fatalf("%d more appends were acknowledged in %v",
				len(acknowledged())-before, time.Since(begun))
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Logf("%d more appends took %v", n, time.Since(begun))
	return acknowledged()
}
