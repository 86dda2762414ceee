package mongo_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/adapters/mongo"
	"orders/adapters/mongo/client"
	"orders/domain/order"
	"orders/ports"
	"orders/test/mongotest"
)

var start = time.Date(2026, 11, 22, 13, 44, 48, 202e6, time.UTC)

// fragile returns the URI of a fresh database whose client can be made to fail, and how.
func fragile(t testing.TB) (uri string, fail func(times int, how bson.M) (heal func())) {
	t.Helper()
	name := "fragile" + rand.Text()
	uri = mongotest.BreakableURI(t) + "&appName=" + name
	return uri, func(times int, how bson.M) func() {
		t.Helper()
		how["appName"] = name
		return mongotest.FailCommand(t, uri, times, how)
	}
}

// newID makes an order ID that nobody has.
func newID() order.ID { return order.MakeID([]byte(rand.Text())) }

func created(user string) order.Event {
	return order.Created{UserID: user, Lines: []order.Line{
		{SKU: "mouse", Quantity: 2, Price: order.Money{Minor: 599, Currency: "USD"}},
	}}
}

// next makes a commit of events after past; each call makes another one.
func next(past ports.Stream, events ...order.Event) ports.Commit {
	version := past.Version() + 1
	return ports.Commit{
		OrderID: past.ID, Version: version, ID: rand.Text(), Events: events,
		At: start.Add(time.Duration(version) * time.Second), Actor: "ann",
	}
}

// create appends a first commit to an order of its own.
func create(t testing.TB, s ports.EventStore, actor string) ports.Commit {
	t.Helper()
	past := ports.Stream{ID: newID()}
	c := next(past, created("ann"))
	c.Actor = actor
	if err := s.Append(t.Context(), past, c); err != nil {
		t.Fatal(err)
	}
	return c
}

// wantCommits looks for exactly these commits in the order's stream.
func wantCommits(t testing.TB, s ports.EventStore, id order.ID, want ...ports.Commit) {
	t.Helper()
	got, err := s.Load(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	ids := func(commits []ports.Commit) (ids []string) {
		for _, c := range commits {
			ids = append(ids, c.ID)
		}
		return ids
	}
	if g, w := fmt.Sprint(ids(got.Commits)), fmt.Sprint(ids(want)); g != w {
		t.Errorf("order %s has the commits %s, want %s", id, g, w)
	}
}

// A profile is what the server did in a database since the profile was begun.
type profile struct{ database *driver.Database }

func begin(t testing.TB, uri string) profile {
	t.Helper()
	p := profile{mongotest.Database(t, uri)}
	run(t, p.database, bson.D{{Key: "profile", Value: 2}})
	return p
}

// find returns the recorded operations on a collection.
func (p profile) find(t testing.TB, op, collection string) (found []bson.M) {
	t.Helper()
	cursor, err := p.database.Collection("system.profile").Find(t.Context(), bson.M{
		"op": op, "ns": p.database.Name() + "." + collection,
	})
	if err == nil {
		err = cursor.All(t.Context(), &found)
	}
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// lists are the recorded reads of whole documents.
func (p profile) lists(t testing.TB, collection string) []bson.M {
	t.Helper()
	return slices.DeleteFunc(p.find(t, "query", collection), func(query bson.M) bool {
		return query["command"].(bson.M)["projection"] != nil
	})
}

func run(t testing.TB, database *driver.Database, command bson.D) {
	t.Helper()
	if err := database.RunCommand(t.Context(), command).Err(); err != nil {
		t.Fatal(err)
	}
}

// refuse makes a collection refuse documents that match a filter.
func refuse(t testing.TB, database *driver.Database, collection string, filter bson.M) {
	t.Helper()
	run(t, database, bson.D{
		{Key: "collMod", Value: collection},
		{Key: "validator", Value: bson.M{"$nor": bson.A{filter}}},
	})
}

// eventually waits until check succeeds.
func eventually(t testing.TB, check func() error) {
	t.Helper()
	var err error
	for begun := time.Now(); time.Since(begun) < 20*time.Second; time.Sleep(10 * time.Millisecond) {
		if err = check(); err == nil {
			return
		}
	}
	t.Error(err)
}

func migratedStore(t testing.TB, uri string, g mongo.GroupCommit) *mongo.EventStore {
	t.Helper()
	return storeOf(t, migrated(t, uri, mongo.WriteSet), g)
}

// underWay reports an error until the server is busy with an insert into the database.
func underWay(t testing.TB, database *driver.Database) error {
	t.Helper()
	var busy struct{ InProg []bson.Raw }
	err := database.Client().Database("admin").RunCommand(t.Context(), bson.D{
		{Key: "currentOp", Value: true}, {Key: "command.insert", Value: "order_writes"},
		{Key: "command.$db", Value: database.Name()},
	}).Decode(&busy)
	if err == nil && len(busy.InProg) == 0 {
		err = errors.New("no insert is under way")
	}
	return err
}

// prepare is what a process without tasks does with a set at its start.
func prepare(ctx context.Context, d *client.Database, set mongo.Set) error {
	trials := mongo.NewTrials(d, mongo.Tasks{})
	defer trials.Close()
	return trials.Prepare(ctx, set)
}
