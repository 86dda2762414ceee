package projection_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"orders/adapters/memory"
	"orders/ports"
)

// Of two processes one projects. The other goes on within a second when the first one stops, and
// within ten when it is killed.
func TestOneLeadsAndTheOtherTakesOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, views := memory.NewEventStore(), memory.NewViews()
		m := views.ReadModel()
		first, firstReads := counted(store)
		second, secondReads := counted(store)
		stopFirst := run(t, first, m)
		synctest.Wait()
		stopSecond := run(t, second, m)
		time.Sleep(time.Minute)
		write(t, store, 1, created)
		synctest.Wait()
		if firstReads.Load() == 0 || secondReads.Load() != 0 {
			t.Errorf("the first follows %d times, the second %d times", firstReads, secondReads)
		}
		stopFirst()
		time.Sleep(1100 * time.Millisecond)
		write(t, store, 2, created)
		synctest.Wait()
		wantViews(t, store, views, 1, 2)
		stopSecond()

		if held, err := m.Lease.Hold(t.Context(), "dead", 4*time.Second); err != nil || !held {
			t.Fatal(held, err)
		}
		write(t, store, 3, created)
		stop := run(t, store, m)
		time.Sleep(10 * time.Second)
		wantViews(t, store, views, 1, 2, 3)
		stop()
	})
}

// counted counts how often the feed of a store is followed.
func counted(s *memory.EventStore) (contractLog, *atomic.Int32) {
	c := &counting{EventStore: s}
	return c, &c.followed
}

type counting struct {
	*memory.EventStore
	followed atomic.Int32
}

func (c *counting) Follow(
	ctx context.Context, from ports.Position, handle func(context.Context, ports.Batch) error,
) error {
	c.followed.Add(1)
	return c.EventStore.Follow(ctx, from, handle)
}

// A leader that cannot renew its lease stops before another one may begin.
func TestALeaderWithoutItsLeaseStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, views := memory.NewEventStore(), memory.NewViews()
		m := views.ReadModel()
		lease := &cutLease{Lease: m.Lease}
		m.Lease = lease
		stop := run(t, store, m)
		synctest.Wait()
		lease.cut.Store(true)
		time.Sleep(6 * time.Second)
		write(t, store, 1, created)
		synctest.Wait()
		if _, err := views.Order(t.Context(), id(1)); !errors.Is(err, ports.ErrNotFound) {
			t.Errorf("it projects without a lease: %v", err)
		}
		lease.cut.Store(false)
		time.Sleep(2 * time.Second)
		wantViews(t, store, views, 1)
		stop()
	})
}

// cutLease can be cut off from the store that keeps the lease.
type cutLease struct {
	ports.Lease
	cut atomic.Bool
}

func (l *cutLease) Hold(ctx context.Context, holder string, d time.Duration) (bool, error) {
	if l.cut.Load() {
		return false, ports.ErrUnavailable
	}
	return l.Lease.Hold(ctx, holder, d)
}

func TestStatusTellsWhatIsBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(start)) // The commits' clock is that of the bubble from here on.
		store, views := memory.NewEventStore(), memory.NewViews()
		p := of(store, views.ReadModel())
		write(t, store, 1, created)
		write(t, store, 2, created)
		time.Sleep(time.Minute)
		s, err := p.Status(t.Context())
		if err != nil || s.Lag.Commits != 2 || s.Lag.Time != 59*time.Second || s.Lag.CaughtUp() {
			t.Errorf("status %+v, %v", s, err)
		}
		stop := run(t, store, views.ReadModel())
		synctest.Wait()
		s, err = p.Status(t.Context())
		if err != nil || !s.Lag.CaughtUp() || s.Generations.Position == "" || s.Name != "orders" {
			t.Errorf("status %+v, %v", s, err)
		}
		stop()
	})
}
