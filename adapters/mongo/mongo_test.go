package mongo_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"

	"orders/adapters/mongo"
	"orders/adapters/mongo/client"
	"orders/ports"
	"orders/test/contract"
	"orders/test/mongotest"
)

// TestLaws runs the laws of every port on MongoDB.
func TestLaws(t *testing.T) {
	t.Parallel()
	t.Run("EventStore", func(t *testing.T) {
		contract.EventStore(t, func(t *testing.T) ports.EventStore { return eventStore(t) })
	})
	t.Run("LastingStore", func(t *testing.T) {
		contract.LastingStore(t, func(t *testing.T) contract.Lasting {
			uri := mongotest.URI(t)
			return reopening(t, uri, migrated(t, uri, mongo.WriteSet))
		})
	})
	t.Run("EventFeed", func(t *testing.T) { feedLaws(t, 0) })
	t.Run("EventFeed of another process", func(t *testing.T) { feedLaws(t, 1) })
	t.Run("EventFeed of one of two processes", func(t *testing.T) { feedLaws(t, 0, 1) })
	t.Run("Archive", func(t *testing.T) {
		contract.Archive(t, func(t *testing.T) contract.Archived {
			d := migrated(t, mongotest.URI(t), mongo.WriteSet)
			return struct {
				ports.EventStore
				ports.Archive
			}{storeOf(t, d, mongo.GroupCommit{}), mongo.NewArchive(d)}
		})
	})
	t.Run("ReadModelOfOrders", func(t *testing.T) {
		contract.ReadModelOfOrders(t, func(t *testing.T) contract.OrderModel {
			uri := mongotest.URI(t)
			migrated(t, uri, mongo.ReadSet)
			return subject(t, uri)
		}, atOnce)
	})
}

// reopening is a store and its feed over d, which Reopen closes with its client.
func reopening(t *testing.T, uri string, d *client.Database) contract.Lasting {
	store := storeOf(t, d, mongo.GroupCommit{})
	return contract.Lasting{
		Log: struct {
			ports.EventStore
			ports.EventFeed
		}{store, mongo.NewEventFeed(d, broadcastOf(d), slog.Default())},
		Reopen: func() (contract.Lasting, error) {
			err := errors.Join(store.Close(t.Context()), d.Close(t.Context()))
			return reopening(t, uri, connect(t, uri)), err
		},
	}
}

// feedLaws follows the feed of process 0 while the processes of these numbers append in turn.
func feedLaws(t *testing.T, appending ...int) {
	contract.EventFeed(t, func(t *testing.T) contract.Log {
		uri := mongotest.URI(t)
		first := migrated(t, uri, mongo.WriteSet)
		processes := []*client.Database{first, connect(t, uri)}
		l := &manyStores{
			EventFeed: mongo.NewEventFeed(first, broadcastOf(first), slog.Default()),
		}
		for _, n := range appending {
			l.stores = append(l.stores, storeOf(t, processes[n], mongo.GroupCommit{}))
		}
		l.EventStore = l.stores[0]
		return l
	})
}

// manyStores appends to each of its stores in turn.
type manyStores struct {
	ports.EventStore
	ports.EventFeed
	stores []*mongo.EventStore
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

// subject is a handle on the read model of a database, with a client and a cache of its own.
func subject(t *testing.T, uri string) contract.OrderModel {
	t.Helper()
	d := connect(t, uri)
	v := mongo.NewOrderViews(d)
	t.Cleanup(v.Close)
	return contract.OrderModel{
		ReadModel: v.Model(), Readers: v,
		Again: func() contract.OrderModel { return subject(t, uri) },
	}
}

// connect leads to the database of uri until the test ends.
func connect(t testing.TB, uri string) *client.Database {
	t.Helper()
	d, err := client.Connect(t.Context(), uri)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close(context.Background()) })
	return d
}

// migrated is connect and the migrations of the sets.
func migrated(t testing.TB, uri string, sets ...mongo.Set) *client.Database {
	t.Helper()
	d := connect(t, uri)
	for _, set := range sets {
		if err := mongo.NewMigrations(d, set).Up(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// broadcasts are those of the databases, by which a store and a feed of one belong together.
var broadcasts sync.Map

func broadcastOf(d *client.Database) *mongo.Broadcast {
	b, _ := broadcasts.LoadOrStore(d, mongo.NewBroadcast())
	return b.(*mongo.Broadcast)
}

func storeOf(t testing.TB, d *client.Database, g mongo.GroupCommit) *mongo.EventStore {
	t.Helper()
	s := mongo.NewEventStore(d, broadcastOf(d), g, slog.Default())
	t.Cleanup(func() {
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return s
}

func eventStore(t testing.TB) *mongo.EventStore {
	t.Helper()
	return storeOf(t, migrated(t, mongotest.URI(t), mongo.WriteSet), mongo.GroupCommit{})
}

func orderViews(t testing.TB) *mongo.OrderViews {
	t.Helper()
	v := mongo.NewOrderViews(migrated(t, mongotest.URI(t), mongo.ReadSet))
	t.Cleanup(v.Close)
	return v
}
