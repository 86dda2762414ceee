package mongo_test

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/adapters/mongo/customer"
	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/journal"
	"orders/adapters/mongo/migrate"
	"orders/adapters/mongo/orders"
	"orders/test/mongotest"
)

// indexRow is a line of the page's table of indexes.
var indexRow = regexp.MustCompile("^\\| (?:`([a-z_]+)`)? ?\\| `([a-z_]+)` \\| ([^|]+) \\|")

func TestThePageOfTheDataHasTheIndexes(t *testing.T) {
	t.Parallel()
	_, text := dataPage(t)
	told, collection := map[string]string{}, ""
	for line := range strings.Lines(text) {
		if found := indexRow.FindStringSubmatch(line); found != nil {
			collection = cmp.Or(found[1], collection)
			told[collection+" "+found[2]] = found[3]
		}
	}
	is, uri := map[string]string{}, mongotest.URI(t)
	sets := []migrate.Set{journal.Set, orders.Set, customer.Set}
	fixture.Migrated(t, uri, sets...)
	for _, set := range sets {
		addIndexes(t, mongotest.Database(t, uri).Collection(set.Collection), is)
	}
	if !maps.Equal(told, is) {
		t.Errorf("docs/data.md says\n%v, and there are\n%v", told, is)
	}
}

func addIndexes(t *testing.T, of *driver.Collection, into map[string]string) {
	t.Helper()
	var all []struct {
		Name string
		Key  bson.D
	}
	cursor, err := of.Indexes().List(t.Context())
	if err == nil {
		err = cursor.All(t.Context(), &all)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, index := range all {
		var keys []string
		for _, key := range index.Key {
			keys = append(keys, fmt.Sprint(key.Key, " ", key.Value))
		}
		if index.Name != "_id_" {
			into[of.Name()+" "+index.Name] = strings.Join(keys, ", ")
		}
	}
}
