package projection_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"orders/adapters/memory"
	"orders/domain/order"
	"orders/ports"
)

// staleReads hides the newest commit from one Read. So does a primary that was just elected: it
// does not know yet that a majority has the commit, though the old primary had delivered it.
type staleReads struct {
	*memory.EventStore
	stale atomic.Bool
}

func (b *staleReads) Read(
	ctx context.Context, id order.ID, after int, each func(ports.Commit) error,
) error {
	s, err := b.Load(ctx, id)
	if err != nil {
		return err
	}
	last := s.Version()
	if b.stale.Swap(false) {
		last--
	}
	return b.EventStore.Read(ctx, id, after, func(c ports.Commit) error {
		if c.Version > last {
			return nil
		}
		return each(c)
	})
}

// An order whose stream is shorter than the feed has delivered is loaded again.
func TestAStreamThatIsLoadedTooShort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &staleReads{EventStore: memory.NewEventStore()}
		views := memory.NewViews()
		stop := run(t, store, views.ReadModel())
		defer stop()
		write(t, store, 1, created)
		time.Sleep(time.Second)
		past, err := store.Load(t.Context(), id(1))
		if err != nil {
			t.Fatal(err)
		}
		store.stale.Store(true)
		c := ports.Commit{OrderID: id(1), Version: 2, At: start, ID: "2",
			Events: []order.Event{order.Confirmed{}}}
		if err := store.Append(t.Context(), past, c); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		wantViews(t, store, views, 1)
	})
}
