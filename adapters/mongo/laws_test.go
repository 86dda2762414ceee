package mongo_test

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/feed"
	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/journal"
	"orders/adapters/mongo/orders"
	"orders/adapters/mongo/subscription"
	"orders/ports"
	"orders/test/contract"
	"orders/test/mongotest"
)

// TestLaws runs the laws of every port on MongoDB.
func TestLaws(t *testing.T) {
	t.Parallel()
	t.Run("EventStore", func(t *testing.T) {
		contract.EventStore(t, func(t *testing.T) ports.EventStore { return fixture.EventStore(t) })
	})
	t.Run("LastingStore", func(t *testing.T) {
		contract.LastingStore(t, func(t *testing.T) contract.Lasting {
			uri := mongotest.URI(t)
			return reopening(t, uri, fixture.Migrated(t, uri, journal.Set))
		})
	})
	t.Run("EventFeed", func(t *testing.T) { feedLaws(t, 0) })
	t.Run("EventFeed of another process", func(t *testing.T) { feedLaws(t, 1) })
	t.Run("EventFeed of one of two processes", func(t *testing.T) { feedLaws(t, 0, 1) })
	t.Run("Timeline", func(t *testing.T) { contract.Timeline(t, moments) })
	t.Run("Archive", func(t *testing.T) {
		contract.Archive(t, func(t *testing.T) contract.Archived {
			d := fixture.Migrated(t, mongotest.URI(t), journal.Set)
			return struct {
				ports.EventStore
				ports.Archive
			}{fixture.StoreOf(t, d, journal.GroupCommit{}), journal.NewArchive(d)}
		})
	})
	t.Run("ReadModelOfOrders", func(t *testing.T) {
		contract.ReadModelOfOrders(t, func(t *testing.T) contract.OrderModel {
			uri := mongotest.URI(t)
			fixture.Migrated(t, uri, orders.Set)
			return fixture.OrderModel(t, uri)
		}, atOnce)
	})
}

// The feed of one process tells what another one saves.
func TestViewFeed(t *testing.T) {
	contract.ViewFeed(t, func(t *testing.T) contract.Shown {
		uri := mongotest.URI(t)
		d := fixture.Migrated(t, uri, orders.Set)
		v := orders.New(d)
		t.Cleanup(v.Close)
		s := fixture.OrderModel(t, uri)
		s.Readers = v
		feed := v.Feed(slog.Default())
		durable := orders.NewDurable(v, feed)
		t.Cleanup(durable.Close)
		return contract.Shown{OrderModel: s, Feed: feed, Durable: durable}
	}, atOnce)
}

// reopening is a store and its feed over d, which Reopen closes with its client.
func reopening(t *testing.T, uri string, d *client.Database) contract.Lasting {
	store := fixture.StoreOf(t, d, journal.GroupCommit{})
	return contract.Lasting{
		Log: struct {
			ports.EventStore
			ports.EventFeed
		}{store, feed.New(d, fixture.BroadcastOf(d), slog.Default())},
		Reopen: func() (contract.Lasting, error) {
			err := errors.Join(store.Close(t.Context()), d.Close(t.Context()))
			return reopening(t, uri, fixture.Connect(t, uri)), err
		},
	}
}

// feedLaws follows the feed of process 0 while the processes of these numbers append in turn.
func feedLaws(t *testing.T, appending ...int) {
	contract.EventFeed(t, func(t *testing.T) contract.Log {
		uri := mongotest.URI(t)
		first := fixture.Migrated(t, uri, journal.Set)
		processes := []*client.Database{first, fixture.Connect(t, uri)}
		l := &manyStores{
			EventFeed: feed.New(first, fixture.BroadcastOf(first), slog.Default()),
		}
		for _, n := range appending {
			l.stores = append(l.stores, fixture.StoreOf(t, processes[n], journal.GroupCommit{}))
		}
		l.EventStore = l.stores[0]
		return l
	})
}

// moments are of a database in which a subscription moves on.
func moments(t *testing.T) contract.Moments {
	d := fixture.Migrated(t, mongotest.URI(t), journal.Set)
	sub, err := subscription.NewSubscriptions(d).Open("test")
	if err != nil {
		t.Fatal(err)
	}
	return contract.Moments{
		Timed: struct {
			ports.EventStore
			*feed.EventFeed
		}{
			fixture.StoreOf(t, d, journal.GroupCommit{}),
			feed.New(d, fixture.BroadcastOf(d), slog.Default()),
		},
		Write: func(ctx context.Context) error {
			at, err := sub.Checkpoint.Load(ctx)
			return errors.Join(err, sub.Checkpoint.Advance(ctx, at, at+"."))
		},
	}
}

// manyStores appends to each of its stores in turn.
type manyStores struct {
	ports.EventStore
	ports.EventFeed
	stores []*journal.EventStore
	turn   atomic.Int64
}

func (m *manyStores) Append(ctx context.Context, past ports.Stream, c ports.Commit) error {
	store := m.stores[int(m.turn.Add(1))%len(m.stores)]
	return store.Append(ctx, past, c)
}

// atOnce runs tests beside each other: laws about generations wait a lot.
func atOnce(t *testing.T, run func(*testing.T)) {
	t.Parallel()
	run(t)
}
