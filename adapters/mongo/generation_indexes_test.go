package mongo_test

import (
	"errors"
	"io/fs"
	"maps"
	"path"
	"testing"
	"testing/fstest"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/journal"
	"orders/adapters/mongo/migrate"
	"orders/adapters/mongo/orders"
	"orders/ports"
	"orders/test/mongotest"
)

// The new generation gets what indexes the live one has, whoever made them and with all their
// options, and those of the migrations that somebody dropped.
func TestASwitchCopiesTheIndexes(t *testing.T) {
	t.Parallel()
	s, there := modelAt(t)
	fixture.Run(t, there, bson.D{
		{Key: "createIndexes", Value: "order_reads"},
		{Key: "indexes", Value: bson.A{bson.M{
			"key": bson.D{{Key: "userId", Value: 1}}, "name": "foreign", "hidden": true,
			"partialFilterExpression": bson.M{"status": "CREATED"},
			"collation":               bson.M{"locale": "en", "strength": 2},
		}, bson.M{
			"key": bson.D{{Key: "$**", Value: "text"}}, "name": "words",
			"weights": bson.M{"userId": 3},
		}}},
	})
	want := indexesIn(t, there.Collection("order_reads"))
	_, err := there.Collection("order_reads").Indexes().DropOne(t.Context(), "newest")
	if err != nil {
		t.Fatal(err)
	}
	g := opened(t, s.Generations.Begin)
	if got := indexesIn(t, there.Collection("order_reads_2")); len(got) != 1 {
		t.Errorf("while it is filled it has the indexes %v", got)
	}
	switchTo(t, s, g.Number)
	if got := indexesIn(t, there.Collection("order_reads_2")); !maps.Equal(got, want) {
		t.Errorf("the indexes are\n%v, want\n%v", got, want)
	}
	becomes(t, s, 2, 0, 1)
	switchTo(t, s, opened(t, s.Generations.Reopen).Number)
	if got := indexesIn(t, there.Collection("order_reads")); !maps.Equal(got, want) {
		t.Errorf("once switched back, the indexes are\n%v, want\n%v", got, want)
	}
}

// indexesIn spells the indexes of a collection by their names.
func indexesIn(t *testing.T, c *driver.Collection) map[string]string {
	t.Helper()
	cursor, err := c.Indexes().List(t.Context())
	var listed []bson.Raw
	if err == nil {
		err = cursor.All(t.Context(), &listed)
	}
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, i := range listed {
		found[i.Lookup("name").StringValue()] = i.String()
	}
	return found
}

// A newer program's migrations speak of order_reads. At its start the live generation gets their
// indexes, too, wherever it is.
func TestAtAStartTheLiveGenerationIsIndexed(t *testing.T) {
	t.Parallel()
	uri := mongotest.URI(t)
	s := migratedSubject(t, uri)
	switchTo(t, s, opened(t, s.Generations.Begin).Number)
	err := fixture.Prepare(t.Context(), fixture.Connect(t, uri), newerSet(t))
	if err != nil {
		t.Fatal(err)
	}
	live := indexesIn(t, mongotest.Database(t, uri).Collection("order_reads_2"))
	if live["by_total"] == "" || live["newest_of_sku"] == "" {
		t.Errorf("the live generation has the indexes %v", live)
	}
}

// newerSet is the migrations of the views and one more.
func newerSet(t *testing.T) migrate.Set {
	t.Helper()
	newer := fstest.MapFS{"m/000008_by_total.up.json": {Data: []byte(`[{
		"createIndexes": "order_reads",
		"indexes": [{"key": {"total.minor": 1}, "name": "by_total"}]
	}]`)}}
	names, err := fs.Glob(orders.Set.Files, orders.Set.Folder+"/*")
	for _, name := range names {
		text, failed := fs.ReadFile(orders.Set.Files, name)
		err = errors.Join(err, failed)
		newer["m/"+path.Base(name)] = &fstest.MapFile{Data: text}
	}
	if err != nil {
		t.Fatal(err)
	}
	return migrate.Set{Collection: "order_reads", Files: newer, Folder: "m"}
}

// A commit is under way while another one, that is dated later, is recorded already. The position
// of that moment is before both.
func TestNowIsBeforeWhatIsUnderWay(t *testing.T) {
	uri := mongotest.BreakableURI(t)
	s, there := fixture.MigratedStore(t, uri, journal.GroupCommit{}), mongotest.Database(t, uri)
	followed := feedOf(fixture.Connect(t, uri))
	before := fixture.Create(t, s, "ann")
	hang := mongotest.HangInserts(t, uri, "order_writes")
	past := ports.Stream{ID: fixture.NewID()}
	late, recorded := fixture.Next(past, fixture.Created("ann")), make(chan error, 1)
	go func() { recorded <- s.Append(t.Context(), past, late) }()
	hang.AwaitHung()
	fixture.Run(t, there, bson.D{ // A majority cannot have it before it has what is under way.
		{Key: "insert", Value: "others"}, {Key: "documents", Value: bson.A{bson.M{}}},
		{Key: "writeConcern", Value: bson.M{"w": 1}},
	})
	at, err := followed.Now(t.Context())
	hang.Release()
	if err = errors.Join(err, <-recorded); err != nil {
		t.Fatal(err)
	}
	r, stop := follow(t, followed, at)
	r.has(t, late)
	stop()
	if r.scanned > 0 || len(r.commits) > 2 {
		t.Errorf("the position is the beginning: all was told, also %s", before.ID)
	}
}

// A check tells within its caller's time that nobody takes writes.
func TestACheckTells(t *testing.T) {
	t.Parallel()
	server := mongotest.Start(t)
	// It answers in any role.
	d := fixture.Connect(t, server.URI("orders")+"&directConnection=true")
	if err := d.Ready(t.Context()); err != nil {
		t.Error(err)
	}
	server.Freeze()
	begun := time.Now()
	ctx, cancel := deadline(t, 300*time.Millisecond)
	defer cancel()
	if err := d.Ready(ctx); err == nil || time.Since(begun) > 2*time.Second {
		t.Errorf("error %v after %v", err, time.Since(begun))
	}
	server.Thaw()
	fixture.Eventually(t, func() error { return d.Ready(t.Context()) })
	stepDown := bson.D{{Key: "replSetStepDown", Value: 5}, {Key: "force", Value: true}}
	_ = mongotest.Database(t, server.URI("admin")).RunCommand(t.Context(), stepDown).Err()
	if err := d.Ready(t.Context()); err == nil {
		t.Error("it is ready without a primary")
	}
}
