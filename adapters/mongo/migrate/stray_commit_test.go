package migrate_test

import (
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/internal/foreign"
	"orders/adapters/mongo/journal"
	"orders/test/mongotest"
)

// One document that is none of ours among commits that are ends a start: the sentence says which,
// and to move or delete that one, not to leave the database.
func TestAStrayAmongOurCommitsIsToldByItsID(t *testing.T) {
	uri := mongotest.URI(t)
	d, commits := fixture.Connect(t, uri), mongotest.Database(t, uri).Collection("order_writes")
	fixture.Run(t, commits.Database(), foreign.In("order_writes",
		foreign.Documents(foreign.OrderID+"/000001", foreign.OrderID+"/000002")))
	for named, id := range map[string]any{
		foreign.OrderID + "/5": foreign.OrderID + "/5",
		foreign.OrderID + "/1": foreign.OrderID + "/1",

		"zebra": "zebra", "7": 7, foreign.ObjectID.Hex(): foreign.ObjectID, "null": nil,
	} {
		if _, err := commits.InsertOne(t.Context(), bson.M{"_id": id, "x": 1}); err != nil {
			t.Fatal(err)
		}
		err := fixture.Prepare(t.Context(), d, journal.Set)
		says := []string{"order_writes", named, "move this document", "delete it"}
		if err == nil || !fixture.Says(err, says...) ||
			strings.Contains(err.Error(), "another database") {
			t.Errorf("%v, want a sentence that names %s", err, named)
		}
		if _, err := commits.DeleteOne(t.Context(), bson.M{"_id": id}); err != nil {
			t.Fatal(err)
		}
		if err := fixture.Prepare(t.Context(), d, journal.Set); err != nil {
			t.Errorf("without %s: %v", named, err)
		}
	}
}
