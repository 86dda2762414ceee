package readmodel_test

import (
	"errors"
	"io/fs"
	"maps"
	"path"
	"testing"
	"testing/fstest"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/migrate"
	"orders/adapters/mongo/orders"
	"orders/test/mongotest"
)

// The new generation gets what indexes the live one has, whoever made them and with all their
// options, and those of the migrations that somebody dropped.
func TestASwitchCopiesTheIndexes(t *testing.T) {
	t.Parallel()
	s, there := fixture.FreshModel(t)
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
	g := fixture.OpenGeneration(t, s.Generations.Begin)
	if got := indexesIn(t, there.Collection("order_reads_2")); len(got) != 1 {
		t.Errorf("while it is filled it has the indexes %v", got)
	}
	fixture.SwitchTo(t, s, g.Number)
	if got := indexesIn(t, there.Collection("order_reads_2")); !maps.Equal(got, want) {
		t.Errorf("the indexes are\n%v, want\n%v", got, want)
	}
	fixture.AwaitStatus(t, s, 2, 0, 1)
	fixture.SwitchTo(t, s, fixture.OpenGeneration(t, s.Generations.Reopen).Number)
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
	s := fixture.MigratedModel(t, uri)
	fixture.SwitchTo(t, s, fixture.OpenGeneration(t, s.Generations.Begin).Number)
	err := fixture.Prepare(t.Context(), fixture.Connect(t, uri), newerSet(t))
	if err != nil {
		t.Fatal(err)
	}
	live := indexesIn(t, mongotest.Database(t, uri).Collection("order_reads_2"))
	if live["by_total"] == "" || live["by_change"] == "" {
		t.Errorf("the live generation has the indexes %v", live)
	}
}

// newerSet is the migrations of the views and one more.
func newerSet(t *testing.T) migrate.Set {
	t.Helper()
	newer := fstest.MapFS{"m/000009_by_total.up.json": {Data: []byte(`[{
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
