package projection_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"orders/adapters/memory"
	"orders/domain/order"
	"orders/ports"
)

// A replaced store counts the commits that are read. Another store can be put in its place.
type replaced struct {
	*memory.EventStore
	other atomic.Pointer[memory.EventStore]
	read  atomic.Int64
}

func (c *replaced) Read(
	ctx context.Context, id order.ID, after int, each func(ports.Commit) error,
) error {
	store := c.EventStore
	if other := c.other.Load(); other != nil {
		store = other
	}
	return store.Read(ctx, id, after, func(commit ports.Commit) error {
		c.read.Add(1)
		return each(commit)
	})
}

func TestAnOrderThatChangesAllTheTimeIsNotReadWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &replaced{EventStore: memory.NewEventStore()}
		views := memory.NewViews()
		defer run(t, store, views.ReadModel())()
		const changes = 100
		write(t, store, 1, created)
		for n := range changes {
			time.Sleep(time.Second)
			write(t, store, 1, order.PaymentAuthorized{PaymentID: fmt.Sprint(n)})
		}
		time.Sleep(time.Second)
		wantViews(t, store, views, 1)
		if n := store.read.Load(); n > 3*changes {
			t.Errorf("%d commits were read of %d", n, changes)
		}
	})
}

// As many as commands keep the pasts of.
func TestManyOrdersThatChangeInTurnsAreNotReadWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &replaced{EventStore: memory.NewEventStore()}
		views := memory.NewViews()
		defer run(t, store, views.ReadModel())()
		const orders, changes = 1000, 20
		for n := range orders {
			write(t, store, n, created)
		}
		for range changes {
			time.Sleep(time.Second)
			for n := range orders {
				write(t, store, n, order.ItemsChanged{Lines: created.Lines})
			}
		}
		time.Sleep(time.Second)
		if n := store.read.Load(); n > 3*orders*changes {
			t.Errorf("%d commits were read of %d", n, orders*changes)
		}
	})
}

// An operator puts another store in place, and the feed delivers its next commit.
func TestWhatIsKeptOfAnOrderIsOnlyAGuess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &replaced{EventStore: memory.NewEventStore()}
		views := memory.NewViews()
		defer run(t, store, views.ReadModel())()
		for n := range 3 {
			write(t, store, 1, created, order.PaymentAuthorized{PaymentID: fmt.Sprint(n)})
			time.Sleep(time.Second)
		}
		other := memory.NewEventStore()
		for n := range 8 {
			past, _ := other.Load(t.Context(), id(1))
			c := ports.Commit{OrderID: id(1), Version: n + 1, ID: fmt.Sprint("other-", n),
				At: start, Events: []order.Event{created}}
			if err := other.Append(t.Context(), past, c); err != nil {
				t.Fatal(err)
			}
		}
		store.other.Store(other)
		write(t, store, 1, order.Confirmed{})
		time.Sleep(time.Second)
		wantViews(t, other, views, 1)
	})
}
