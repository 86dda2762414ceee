package sharedfeed_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"orders/adapters/memory"
	"orders/app/sharedfeed"
	"orders/domain/order"
	"orders/ports"
	"orders/test/contract"
	"orders/test/leak"
)

// shared is a memory store whose feed is shared.
type shared struct {
	*memory.EventStore
	feed *sharedfeed.Feed
}

func (s shared) Follow(
	ctx context.Context, from ports.Position, handle func(context.Context, ports.Batch) error,
) error {
	return s.feed.Follow(ctx, from, handle)
}

func (s shared) Now(ctx context.Context) (ports.Position, error) { return s.feed.Now(ctx) }

func TestItIsAFeedLikeAnyOther(t *testing.T) {
	defer leak.None(t)
	contract.EventFeed(t, func(*testing.T) contract.Log {
		store := memory.NewEventStore()
		return shared{store, sharedfeed.Share(store)}
	})
}

func id(n int) order.ID { return order.MakeID(fmt.Appendf(nil, "%016d ", n)) }

func create(t *testing.T, s ports.EventStore, n int) {
	t.Helper()
	c := ports.Commit{
		OrderID: id(n), Version: 1, ID: fmt.Sprint(n), Events: []order.Event{order.Created{}},
	}
	if err := s.Append(t.Context(), ports.Stream{ID: id(n)}, c); err != nil {
		t.Error(err)
	}
}

// counted counts how many follow the feed that is shared, and how much it hands over.
type counted struct {
	*memory.EventStore
	following, commits atomic.Int64
}

func (c *counted) Follow(
	ctx context.Context, from ports.Position, handle func(context.Context, ports.Batch) error,
) error {
	c.following.Add(1)
	defer c.following.Add(-1)
	return c.EventStore.Follow(ctx, from, func(ctx context.Context, b ports.Batch) error {
		c.commits.Add(int64(len(b.Commits)))
		return handle(ctx, b)
	})
}

func TestFollowersThatHaveCaughtUpShareOneFeed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := &counted{EventStore: memory.NewEventStore()}
		feed := sharedfeed.Share(source)
		ctx, cancel := context.WithCancel(t.Context())
		var all sync.WaitGroup
		for range 5 {
			all.Go(func() {
				_ = feed.Follow(ctx, "", func(context.Context, ports.Batch) error { return nil })
			})
		}
		synctest.Wait()
		before := source.commits.Load()
		for n := range 100 {
			create(t, source, n)
			synctest.Wait()
		}
		if n := source.following.Load(); n != 1 {
			t.Errorf("%d follow the source, want 1", n)
		}
		if n := source.commits.Load() - before; n != 100 {
			t.Errorf("it handed over %d commits, want 100", n)
		}
		cancel()
		all.Wait()
		if n := source.following.Load(); n != 0 {
			t.Errorf("%d still follow the source", n)
		}
	})
}

// No follower misses anything, however they come and go, and although some are too slow.
func TestNothingIsMissedWhileFollowersComeAndGo(t *testing.T) {
	const orders, followers = 3000, 12
	store := memory.NewEventStore()
	feed := sharedfeed.Share(store)
	var all sync.WaitGroup
	all.Go(func() {
		for n := range orders {
			create(t, store, n)
			if n%50 == 0 {
				time.Sleep(time.Millisecond)
			}
		}
	})
	for i := range followers {
		all.Go(func() {
			if err := followInPieces(t.Context(), feed, orders, i); err != nil {
				t.Errorf("follower %d: %v", i, err)
			}
		})
	}
	all.Wait()
}

// followInPieces stops again and again and goes on from its position, until it has seen n orders.
func followInPieces(ctx context.Context, feed ports.EventFeed, n, slowness int) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	seen, at, stop := map[order.ID]bool{}, ports.Position(""), errors.New("enough")
	for len(seen) < n {
		batches := 0
		err := feed.Follow(ctx, at, func(_ context.Context, b ports.Batch) error {
			for _, c := range b.Commits {
				seen[c.OrderID] = true
			}
			at = b.Next
			time.Sleep(time.Duration(slowness) * 200 * time.Microsecond)
			if batches++; batches > 20+slowness || len(seen) == n {
				return stop
			}
			return nil
		})
		if !errors.Is(err, stop) {
			return fmt.Errorf("after %d orders: %w", len(seen), err)
		}
	}
	return nil
}
