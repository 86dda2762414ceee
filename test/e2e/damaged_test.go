package e2e_test

import (
	"maps"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	"go.mongodb.org/mongo-driver/mongo"

	"orders/test/mongotest"
)

// Documents that cannot be read trouble nobody but the log, and a repair puts them right, whatever
// their keys; commands go on meanwhile.
func TestDamagedDocumentsAreLeftOutAndRepaired(t *testing.T) {
	skipShort(t)
	uri := mongotest.URI(t)
	env := []string{"MONGODB_URI=" + uri}
	service := start(t, env...)
	bad, good := service.create(t).id(), service.create(t).id()
	settles(t, env...)
	database := mongotest.Database(t, uri)
	for _, name := range []string{"order_reads", "customer_orders"} {
		deface(t, database.Collection(name), good, bad)
	}
	listed := service.must(t, 200, "GET", "/queries/orders?limit=1", "")
	listed.want(t, `1`, "count")
	listed.want(t, `"`+good+`"`, "orders", "0", "orderId")
	service.must(t, 200, "GET", "/queries/orders/"+bad, "").want(t, `1`, "order", "version")
	service.must(t, 200, "GET", "/queries/users/user_123/summary", "")

	said := operates(t, 1, env, "projection", "verify")
	if strings.Count(said, "surplus") != 12 || strings.Count(said, bad+" wrong\n") != 2 {
		t.Errorf("verify says %s", said)
	}
	said = operates(t, 0, env, "projection", "verify", "--repair")
	if strings.Count(said, "(repaired)") != 14 {
		t.Errorf("the repair says %s", said)
	}
	operates(t, 0, env, "projection", "verify")
	service.must(t, 200, "GET", "/queries/orders", "").want(t, `2`, "count")
	service.must(t, 200, "POST", "/commands/orders/"+bad+"/confirm", "")
	settles(t, env...)
}

// Documents that are no commits delay no order, whatever their keys.
func TestForeignCommitsDelayNoOrder(t *testing.T) {
	skipShort(t)
	uri := mongotest.URI(t)
	service := start(t, "MONGODB_URI="+uri)
	service.shown(t, service.create(t))
	writes := mongotest.Database(t, uri).Collection("order_writes")
	if _, err := writes.InsertMany(t.Context(), []any{
		bson.M{"orderId": "ord_V1StGXR8_Z", "version": 1}, bson.M{"_id": 7}, bson.M{"_id": nil},
		bson.M{"_id": "", "version": "one"}, bson.M{"_id": "foreign\xff"}, bson.M{"_id": "a/b/c"},
		bson.M{"_id": bson.M{"a": 1}, "orderId": bson.A{}, "events": "none"},
	}); err != nil {
		t.Fatal(err)
	}
	service.shown(t, service.create(t))
	service.must(t, 200, "GET", "/queries/orders", "").want(t, `2`, "count")
	service.must(t, 200, "GET", "/admin/projections", "")
	service.isReady(t)
}

// deface copies the document of a good order under keys that no order has, and makes that of
// another order unreadable.
func deface(t *testing.T, views *mongo.Collection, good, bad string) {
	t.Helper()
	var whole bson.M
	if err := views.FindOne(t.Context(), bson.M{"_id": good}).Decode(&whole); err != nil {
		t.Fatal(err)
	}
	strays := []any{bson.M{"createdAt": whole["createdAt"]}}
	for _, key := range []any{primitive.NewObjectID(), 7, nil, bson.M{"a": 1}, "foreign\n"} {
		copied := maps.Clone(whole)
		copied["_id"] = key
		strays = append(strays, copied)
	}
	_, err := views.InsertMany(t.Context(), strays)
	_, failed := views.UpdateByID(t.Context(), bad, bson.M{"$set": bson.M{
		"version": "one", "createdAt": "today",
	}})
	if err != nil || failed != nil {
		t.Fatal(err, failed)
	}
}

// A rebuild makes everything anew and leaves behind what is no order's.
func TestARebuildLeavesDamageBehind(t *testing.T) {
	skipShort(t)
	uri := mongotest.URI(t)
	env := []string{"MONGODB_URI=" + uri}
	service := start(t, env...)
	bad, good := service.create(t).id(), service.create(t).id()
	settles(t, env...)
	for _, name := range []string{"order_reads", "customer_orders"} {
		deface(t, mongotest.Database(t, uri).Collection(name), good, bad)
	}
	operates(t, 0, env, "projection", "rebuild", "orders")
	operates(t, 0, env, "projection", "rebuild", "summary")
	operates(t, 0, env, "projection", "verify")
	service.must(t, 200, "GET", "/queries/orders", "").want(t, `2`, "count")
}
