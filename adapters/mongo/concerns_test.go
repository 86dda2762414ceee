package mongo_test

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/audit"
	"orders/adapters/mongo/client"
	"orders/adapters/mongo/customer"
	"orders/adapters/mongo/feed"
	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/journal"
	"orders/adapters/mongo/orders"
	"orders/adapters/mongo/readmodel"
	"orders/adapters/mongo/subscription"
	"orders/domain/order"
	"orders/ports"
	"orders/test/mongotest"
)

// Only a projection's saves of views may wait for less than the journals of a majority, and only
// queries may read what a majority does not have. Every read and write of both sides is listed in
// steps of one life, so that none is weakened by accident.
func TestWhatEachReadAndWriteWaitsFor(t *testing.T) {
	a := tapped(t)
	for _, s := range slices.Concat(
		a.commands(), a.subscriber(), a.operator(), a.projection(), a.queries(), a.verifier(),
		a.rebuilder(),
	) {
		a.Taken()
		ctx, cancel := context.WithTimeout(t.Context(), fixture.Patience)
		if err := s.does(ctx); err != nil {
			t.Errorf("%s: %v", s.name, err)
		}
		cancel()
		want := slices.Sorted(slices.Values(s.asks))
		if got := concerns(a.Taken()); !slices.Equal(got, want) {
			t.Errorf("%s asks\n\t%s, want\n\t%s", s.name,
				strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
		}
	}
}

// A step is what one port is asked for, and what that asks of the database: each command, its
// collection, and its concern.
type step struct {
	name string
	does func(context.Context) error
	asks []string
}

// concerns are those of the commands. Whatever looks up which generation is live may do so at any
// time, durably.
func concerns(commands []bson.Raw) []string {
	all := map[string]bool{}
	for _, c := range commands {
		first := c.Index(0)
		collection, _ := first.Value().StringValueOK()
		if slices.Contains(unconcerned, first.Key()) || collection == "" {
			continue
		}
		all[strings.Join([]string{first.Key(), collection, concern(c)}, " ")] = true
	}
	delete(all, "find projections majority")
	delete(all, "update projections flushes") // It changes nothing, a moment after a save.
	return slices.Sorted(maps.Keys(all))
}

// unconcerned are commands whose concern is that of another one, or that have none.
var unconcerned = []string{"listIndexes", "listCollections", "getMore", "killCursors"}

func concern(command bson.Raw) string {
	if write, is := command.Lookup("writeConcern").DocumentOK(); is {
		w, _ := write.Lookup("w").StringValueOK()
		j, _ := write.Lookup("j").BooleanOK()
		switch {
		case w == "majority" && j:
			return "durable"
		case j:
			return "flushes"
		}
		return "provisional"
	}
	level, _ := command.Lookup("readConcern", "level").StringValueOK()
	if _, _, after := command.Lookup("readConcern", "afterClusterTime").TimestampOK(); after {
		level += ", after a time"
	}
	return level
}

// A tappedApp is every adapter on one database, and what they send to it.
type tappedApp struct {
	*fixture.Tap
	d       *client.Database
	id      order.ID
	store   *journal.EventStore
	feed    *feed.EventFeed
	archive *journal.Archive
	relay   ports.Subscription
	audit   *audit.Audit

	model    ports.ReadModel[ports.OrderView]
	orders   *orders.Views
	viewFeed *readmodel.Feed
	durable  *orders.Durable
	rows     *customer.Purchases
}

func tapped(t *testing.T) *tappedApp {
	t.Helper()
	tap, uri := fixture.Tapped(t, mongotest.URI(t))
	d := fixture.Migrated(t, uri, journal.Set, orders.Set, customer.Set)
	a := &tappedApp{
		Tap: tap, d: d, id: fixture.NewID(), store: fixture.StoreOf(t, d, journal.GroupCommit{}),
		feed: fixture.ChangeStreamFeed(d), archive: journal.NewArchive(d),
		orders: orders.New(d), rows: customer.NewPurchases(d),
	}
	var err error
	if a.relay, err = subscription.NewSubscriptions(d).Open("relay"); err != nil {
		t.Fatal(err)
	}
	if a.audit, err = audit.Open(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	a.model, a.viewFeed = a.orders.Model(), a.orders.Feed(slog.Default())
	a.durable = orders.NewDurable(a.orders, a.viewFeed)
	t.Cleanup(a.orders.Close)
	t.Cleanup(a.durable.Close)
	return a
}

// view is that of the order at a version.
func (a *tappedApp) view(version int) []ports.OrderView {
	return []ports.OrderView{fixture.View(a.id, version, "ann")}
}

// only leaves out what a call returns beside its error.
func only[T any](_ T, err error) error { return err }

var errEnough = errors.New("enough")

func unlessEnough(err error) error {
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}
