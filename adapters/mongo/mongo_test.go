package mongo_test

import (
	"context"
	"log/slog"
	"testing"

	"orders/adapters/mongo"
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
	t.Run("EventFeed", func(t *testing.T) {
		contract.EventFeed(t, func(t *testing.T) contract.Log {
			d := migrated(t, mongotest.URI(t), mongo.WriteSet)
			return struct {
				ports.EventStore
				ports.EventFeed
			}{storeOf(t, d, mongo.GroupCommit{}), mongo.NewEventFeed(d, slog.Default())}
		})
	})
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
		ReadModel: mongo.OrderModel(d, v), Readers: v,
		Again: func() contract.OrderModel { return subject(t, uri) },
	}
}

// connect leads to the database of uri until the test ends.
func connect(t testing.TB, uri string) *mongo.Database {
	t.Helper()
	d, err := mongo.Connect(t.Context(), uri)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close(context.Background()) })
	return d
}

// migrated is connect and the migrations of the sets.
func migrated(t testing.TB, uri string, sets ...mongo.Set) *mongo.Database {
	t.Helper()
	d := connect(t, uri)
	for _, set := range sets {
		if err := mongo.NewMigrations(d, set).Up(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

func storeOf(t testing.TB, d *mongo.Database, g mongo.GroupCommit) *mongo.EventStore {
	t.Helper()
	s := mongo.NewEventStore(d, g, slog.Default())
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
