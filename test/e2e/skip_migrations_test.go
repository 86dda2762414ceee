package e2e_test

import (
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/bson"

	"orders/test/mongotest"
)

// A process that skips migrations makes no collection and no index: it refuses to start until
// somebody has migrated, also the generation of the views that is read.
func TestAProcessThatSkipsMigrationsMakesNothing(t *testing.T) {
	skipShort(t)
	uri := mongotest.URI(t)
	migrating := []string{"MONGODB_URI=" + uri}
	skipping := append([]string{"SKIP_MIGRATIONS=true"}, migrating...)
	launch(t, "", skipping).ends(t, 1, "run `orders migrate up` of this version")
	made, err := mongotest.Database(t, uri).ListCollectionNames(t.Context(), bson.D{})
	if err != nil || len(made) > 0 {
		t.Errorf("it made %v, %v", made, err)
	}
	operates(t, 0, migrating, "migrate", "up")
	p := start(t, skipping...)
	id := p.create(t).id()
	p.must(t, 200, "GET", "/queries/orders/"+id+"?minVersion=1", "")
	p.terminate(t)
	p.ends(t, 0, "")
	for _, collection := range []string{"order_reads", "order_reads_2"} {
		if strings.HasSuffix(collection, "_2") {
			operates(t, 0, migrating, "projection", "rebuild", "orders")
		}
		views := mongotest.Database(t, uri).Collection(collection)
		if _, err := views.Indexes().DropOne(t.Context(), "newest_of_user"); err != nil {
			t.Fatal(err)
		}
		launch(t, "", skipping).ends(t, 1, "newest_of_user on order_reads")
		if collection == "order_reads" {
			operates(t, 0, migrating, "migrate", "down")
		}
		operates(t, 0, migrating, "migrate", "up")
		p := start(t, skipping...)
		p.must(t, 200, "GET", "/queries/orders/"+id+"?minVersion=1", "")
		p.terminate(t)
		p.ends(t, 0, "")
	}
}
