package mongo_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.uber.org/fx"

	"orders/adapters/mongo"
	"orders/adapters/mongo/client"
	"orders/adapters/mongo/customer"
	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/journal"
	"orders/adapters/mongo/startup"
	"orders/test/mongotest"
)

// Tasks of processes with one role each.
var (
	commands  = startup.Tasks{Appends: true}
	queries   = startup.Tasks{Follows: true, Watches: true}
	projector = startup.Tasks{Follows: true, Projects: true}
	publisher = startup.Tasks{Follows: true, Subscribes: true}
)

// begins starts and stops an application with these tasks, and tells why it could not start.
func begins(t testing.TB, uri string, tasks startup.Tasks) error {
	t.Helper()
	app := fx.New(
		fx.Supply(mongo.WriteURI(uri), mongo.ReadURI(uri), slog.Default(), tasks),
		mongo.WriteModule, mongo.ReadModule, customer.Module, fx.NopLogger,
		fx.Invoke(func(everyPort, *customer.Purchases) {}),
	)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	err := app.Start(ctx)
	return errors.Join(err, app.Stop(ctx))
}

// What a role of one's own may have in a database, by collection.
type rights = map[string][]string

var (
	looking  = []string{"find", "listCollections", "listIndexes"}
	changing = []string{"insert", "update", "remove", "createIndex"}
)

func concat(lists ...[]string) (all []string) {
	for _, list := range lists {
		all = append(all, list...)
	}
	return all
}

// everywhere but in one collection the role may do all; there it may do what is named.
func everywhereBut(collection string, there ...string) rights {
	r := rights{"": {"listCollections", "changeStream", "listIndexes"}}
	for _, name := range []string{
		"order_writes", "order_reads", "customer_orders", "projections", "projection_leases",
		"projection_parked", "order_subscriptions", "order_subscription_parked",
		"order_writes_migrations", "order_reads_migrations", "customer_orders_migrations",
	} {
		r[name] = concat(looking[:1], changing)
	}
	r[collection] = append(there, "listIndexes")
	return r
}

// lacking are what users may do, and what is said of the first thing that they may not; empty if
// nothing is.
var lacking = map[string]struct {
	tasks  startup.Tasks
	rights rights
	said   string
}{
	"all": {allTasks, rights{"": concat(looking, changing, []string{"changeStream"})}, ""},

	"nothing": {allTasks, rights{"elsewhere": {"find"}}, "read order_writes"},
	"to look": {allTasks, rights{"": append(looking, "changeStream")},
		"record commits in order_writes in database shop: grant the role readWrite on shop, " +
			"or the privilege insert on order_writes"},
	"to look, as a query role":   {queries, rights{"": append(looking, "changeStream")}, ""},
	"to look, but at no changes": {queries, rights{"": looking}, "grant the role read on shop"},
	"all but to follow views": {queries,
		rights{"": looking, "order_writes": {"changeStream"}},
		"follow the changes of order_reads in database shop: grant the role read on shop, or the " +
			"privilege changeStream on order_reads, or name another database in the path"},
	"all but to follow changes": {allTasks, rights{"": concat(looking, changing)},
		"follow the changes of order_writes in database shop"},

	"to append, as a command role": {commands,
		rights{"": looking, "order_writes": {"insert"}}, ""},
	"to look, as a command role": {commands, rights{"": looking}, "record commits in"},
	"to project":                 {projector, everywhereBut("order_writes", "find"), ""},
	"to project, as all": {allTasks, everywhereBut("order_writes", "find"),
		"record commits"},
	"all but to read commits": {projector, everywhereBut("order_writes"), "read order_writes"},
	"all but to make indexes": {projector,
		everywhereBut("order_reads", "find", "insert", "update"),
		"make the indexes of order_reads"},
	"all but to save orders": {projector, everywhereBut("order_reads", "find"),
		"save views to order_reads"},
	"all but to update orders": {projector, everywhereBut("order_reads", "find", "insert"),
		"save views to order_reads"},
	"all but to read orders": {commands, everywhereBut("order_reads"), "read order_reads"},
	"all but to save summaries": {projector, everywhereBut("customer_orders", "find"),
		"save views to customer_orders"},
	"all but to read summaries": {queries, everywhereBut("customer_orders"),
		"read customer_orders"},
	"all but to lead": {projector, everywhereBut("projection_leases", "find"),
		"lead by a lease in projection_leases"},
	"all but to release": {projector,
		everywhereBut("projection_parked", "find", "insert", "update"), "park orders in"},
	"to publish": {publisher, rights{"": append(looking, "changeStream"),
		"order_subscriptions":       {"insert", "update"},
		"order_subscription_parked": {"insert", "update", "remove"}}, ""},
	"to look, as a publisher": {publisher, rights{"": append(looking, "changeStream")},
		"keep subscriptions in order_subscriptions in database shop: grant the role readWrite"},
	"to see what brokers are told": {startup.Tasks{SeesRelays: true},
		rights{"": append(looking, "changeStream")}, ""},
	"to see that, but not the subscriptions": {startup.Tasks{SeesRelays: true},
		everywhereBut("order_subscriptions"), "read order_subscriptions"},
	"to see that, but not the parked": {startup.Tasks{SeesRelays: true},
		everywhereBut("order_subscription_parked"), "read order_subscription_parked"},
	"all but to read subscriptions": {publisher, everywhereBut("order_subscriptions"),
		"read order_subscriptions"},
	"all but to read what a publisher parked": {publisher,
		everywhereBut("order_subscription_parked"), "read order_subscription_parked"},
	"all but to park, as a publisher": {publisher,
		everywhereBut("order_subscription_parked", "find"),
		"park orders in order_subscription_parked in database shop: grant the role readWrite"},
	"all but to release, as a publisher": {publisher,
		everywhereBut("order_subscription_parked", "find", "insert", "update"),
		"park orders in order_subscription_parked"},
	"all but to advance": {projector, everywhereBut("projections", "find"),
		"keep positions in projections"},
}

func TestWhatAUserMayNotDoIsSaidAtTheStart(t *testing.T) {
	g := mongotest.StartGuarded(t)
	uri := g.URI("shop", mongotest.BuiltIn("readWrite", "shop"))
	if err := begins(t, uri, allTasks); err != nil {
		t.Fatal(err)
	}
	for name, tt := range lacking {
		t.Run(name, func(t *testing.T) {
			g.Allow(uri, g.Role("shop", tt.rights))
			wantSaid(t, uri, tt.tasks, tt.said)
		})
	}
	g.Allow(uri, mongotest.BuiltIn("read", "shop"))
	wantSaid(t, uri, queries, "")
	wantSaid(t, uri, projector, "grant the role readWrite on shop")
	wantSaid(t, g.Open("shop"), allTasks, "lets nobody without a user read order_writes")
	wantSaid(t, g.URI("shop", mongotest.BuiltIn("readWrite", "other")), allTasks,
		"read order_writes in database shop: grant the role readWrite on shop")
	wantSaid(t, g.URI("fresh", mongotest.BuiltIn("read", "fresh")), queries,
		"run `orders migrate up` with a user who has that")
	wantSaid(t, g.URI("fresh", mongotest.BuiltIn("readWrite", "fresh")), allTasks, "")
	wantNothingStored(t, g)
}

// wantSaid wants a start that fails soon with what is said, or none if nothing is.
func wantSaid(t *testing.T, uri string, tasks startup.Tasks, said string) {
	t.Helper()
	begun := time.Now()
	err := begins(t, uri, tasks)
	switch {
	case err == nil && said == "":
	case err == nil || said == "", !strings.Contains(err.Error(), said),
		strings.Contains(err.Error(), "guarded"), strings.Contains(err.Error(), "\n"):
		t.Errorf("error %v, want one that says %q", err, said)
	}
	if took := time.Since(begun); took >= client.ReachTimeout { // As long as it tries again.
		t.Errorf("it took %v", took)
	}
	t.Log(err)
}

func wantNothingStored(t *testing.T, g *mongotest.Guarded) {
	t.Helper()
	for _, name := range []string{
		"order_writes", "order_reads", "customer_orders", "projections", "projection_leases",
		"projection_parked", "order_subscriptions", "order_subscription_parked",
	} {
		n, err := g.Root("shop").Collection(name).CountDocuments(t.Context(), bson.M{})
		if err != nil || n > 0 {
			t.Errorf("%s has %d documents, %v", name, n, err)
		}
	}
}

// Trials beside real work are not told by the feed, and stop nobody.
func TestTrialsAreNotTold(t *testing.T) {
	uri := mongotest.URI(t)
	store := fixture.MigratedStore(t, uri, journal.GroupCommit{})
	r, stop := fixture.Follow(t, fixture.ChangeStreamFeed(fixture.Connect(t, uri)), "")
	r.CatchesUp(t)
	tried := make(chan error, 1)
	go func() { tried <- begins(t, uri, allTasks) }()
	for range 20 {
		if err := fixture.TryAppend(t, store); err != nil {
			t.Error(err)
		}
	}
	if err := <-tried; err != nil {
		t.Error(err)
	}
	last := fixture.Create(t, store, "ann")
	r.Has(t, last)
	stop()
	if n := len(r.Commits); n != 21 {
		t.Errorf("%d commits were told", n)
	}
}
