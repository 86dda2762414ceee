package migrate_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/journal"
	"orders/adapters/mongo/migrate"
	"orders/adapters/mongo/orders"
	"orders/test/mongotest"
)

func TestDownDropsOnlyIndexesOfTheSet(t *testing.T) {
	uri := mongotest.URI(t)
	d := fixture.Migrated(t, uri, journal.Set, orders.Set)
	database := mongotest.Database(t, uri)
	fixture.Create(t, fixture.StoreOf(t, d, journal.GroupCommit{}), "ann")
	reads := database.Collection("order_reads")
	if _, err := reads.InsertOne(t.Context(), bson.M{"_id": "kept"}); err != nil {
		t.Fatal(err)
	}
	_, err := reads.Indexes().CreateOne(t.Context(), driver.IndexModel{Keys: bson.M{"theirs": 1}})
	if err != nil {
		t.Fatal(err)
	}
	for _, set := range sets {
		m := migrate.New(d, set)
		if err := errors.Join(m.Down(t.Context()), m.Down(t.Context())); err != nil {
			t.Error(err)
		}
		wantVersion(t, m, 0)
	}
	wantIndexes(t, reads, "_id_", "theirs_1")
	for _, name := range []string{"order_writes", "order_reads"} {
		if n, err := database.Collection(name).CountDocuments(t.Context(), bson.M{}); n != 1 {
			t.Errorf("%s has %d documents, %v; want 1", name, n, err)
		}
	}
	for _, set := range sets {
		if err := migrate.New(d, set).Up(t.Context()); err != nil {
			t.Error(err)
		}
	}
	wantIndexes(t, reads, "_id_", "by_change", "newest",
		"newest_of_fulfillment_status",
		"newest_of_payment_status", "newest_of_sku", "newest_of_status", "newest_of_user",
		"newest_on_hold", "theirs_1")
}

// topDown are the indexes of the views in the order in which a way down drops them.
var topDown = []string{
	"by_change", "newest_on_hold", "newest_of_sku",
	"newest_of_fulfillment_status", "newest_of_payment_status",
	"newest_of_status", "newest_of_user", "newest",
}

// A way down that was broken off leads on, wherever that was.
func TestABrokenWayDownIsGoneAgain(t *testing.T) {
	for _, broken := range []struct{ version, gone int }{
		{7, 0}, {7, 1}, {1, 7}, {-1, 7}, {-1, 8}, {8, 1},
	} {
		t.Run(fmt.Sprint(broken), func(t *testing.T) {
			uri := mongotest.URI(t)
			d := fixture.Migrated(t, uri, orders.Set)
			for _, name := range topDown[:broken.gone] {
				fixture.DropIndex(t, uri, name)
			}
			setVersion(t, uri, broken.version)
			soil(t, uri)
			m := migrate.New(d, orders.Set)
			if err := m.Down(t.Context()); err != nil {
				t.Error(err)
			}
			wantIndexes(t, mongotest.Database(t, uri).Collection("order_reads"), "_id_")
		})
	}
}

// A database of the program before gets the indexes of this one, and loses them alone.
func TestMigrationsAddToWhatThereIs(t *testing.T) {
	uri := mongotest.URI(t)
	d := fixture.Migrated(t, uri, orders.Set)
	for _, name := range topDown[:5] {
		fixture.DropIndex(t, uri, name)
	}
	setVersion(t, uri, 2)
	if err := migrate.New(d, orders.Set).Up(t.Context()); err != nil {
		t.Error(err)
	}
	wantIndexes(t, mongotest.Database(t, uri).Collection("order_reads"),
		append([]string{"_id_"}, slices.Sorted(slices.Values(topDown))...)...)
}

// Only the program that made the indexes of a newer version knows how to drop them.
func TestTheWayDownFromANewerVersionIsRefused(t *testing.T) {
	uri := mongotest.URI(t)
	m := migrate.New(fixture.Migrated(t, uri, orders.Set), orders.Set)
	setVersion(t, uri, 99)
	begun := time.Now()
	err := m.Down(t.Context())
	const want = "version 99 is a newer program's, and this one knows 8: let the newer one migrate"
	if err == nil || !strings.Contains(err.Error(), want) || time.Since(begun) > 25*time.Second {
		t.Errorf("after %s: %v, want %s", time.Since(begun), err, want)
	}
	wantVersion(t, m, 99)
}

func setVersion(t *testing.T, uri string, version int) {
	t.Helper()
	bookkeeping := mongotest.Database(t, uri).Collection("order_reads_migrations")
	update := bson.M{"$set": bson.M{"version": version}}
	if _, err := bookkeeping.UpdateOne(t.Context(), bson.M{}, update); err != nil {
		t.Fatal(err)
	}
}

// soil marks the last migration as broken off.
func soil(t *testing.T, uri string) {
	t.Helper()
	bookkeeping := mongotest.Database(t, uri).Collection("order_reads_migrations")
	update := bson.M{"$set": bson.M{"dirty": true}}
	if _, err := bookkeeping.UpdateOne(t.Context(), bson.M{}, update); err != nil {
		t.Fatal(err)
	}
}

func wantIndexes(t *testing.T, c *driver.Collection, want ...string) {
	t.Helper()
	specs, err := c.Indexes().ListSpecifications(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, spec := range specs {
		got = append(got, spec.Name)
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("indexes %v, want %v", got, want)
	}
}
