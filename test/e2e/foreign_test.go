package e2e_test

import (
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/test/mongotest"
)

// A database in which the Node.js original kept its orders, under our names, ends the start and
// the migration by one sentence; beside it, in another database, the service starts.
func TestOrdersOfAnotherApplicationEndTheStart(t *testing.T) {
	skipShort(t)
	uri := mongotest.URI(t)
	writes := mongotest.Database(t, uri).Collection("order_writes")
	if _, err := writes.InsertOne(t.Context(), bson.M{
		"orderId": "ord_V1StGXR8_Z", "userId": "ann", "totalAmount": 11.98, "status": "CREATED",
		"items":   bson.A{bson.M{"sku": "mouse", "qty": 2, "price": 5.99}},
		"idemKey": nil, "createdAt": time.Now(), "updatedAt": time.Now(), "__v": 0,
	}); err != nil {
		t.Fatal(err)
	}
	env := []string{"MONGODB_URI=" + uri, "LOG_LEVEL=error"}
	refuses := func(named string) {
		t.Helper()
		launch(t, "", env).ends(t, 1, `^orders: .*order_writes.*`+named+`.*another database.*\n$`)
		if said := operates(t, 1, env, "migrate", "up"); !strings.Contains(said, named) {
			t.Errorf("migrate up says %s", said)
		}
	}
	refuses("ObjectId")
	if _, err := writes.Indexes().CreateOne(t.Context(), mongo.IndexModel{
		Keys: bson.M{"orderId": 1}, Options: options.Index().SetUnique(true),
	}); err != nil {
		t.Fatal(err)
	}
	refuses("orderId_1 is unique")
	if n, err := writes.CountDocuments(t.Context(), bson.M{}); n != 1 || err != nil {
		t.Errorf("%d documents are left, %v", n, err)
	}
	ours := "MONGODB_URI=" + mongotest.URI(t)
	start(t, ours).create(t)
	const done = "Both databases are at this version.\n"
	if said := operates(t, 0, []string{ours}, "migrate", "up"); said != done {
		t.Errorf("migrate up says %q", said)
	}
}
