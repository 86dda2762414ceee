package e2e_test

import (
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"

	"orders/test/mongotest"
)

// Each kind of flaw that somebody may plant in the read model is found, told field by field, and
// mended.
func TestVerifyFindsAndMendsEveryFlaw(t *testing.T) {
	skipShort(t)
	uri := mongotest.URI(t)
	env := []string{"MONGODB_URI=" + uri}
	service := start(t, env...)
	ids := make([]string, 5)
	for i := range ids {
		ids[i] = service.create(t).id()
		service.must(t, 200, "POST", "/commands/orders/"+ids[i]+"/confirm", "")
	}
	settles(t, env...)
	service.terminate(t)
	service.ends(t, 0, "")

	views := mongotest.Database(t, uri).Collection("order_reads")
	surplus := "ord_" + strings.Repeat("a", 26)
	plant(t, views, ids, surplus)
	said := operates(t, 1, env, "projection", "verify", "orders")
	for _, want := range []string{
		"orders " + ids[0] + " missing\n",
		"orders " + ids[1] + " stale: it is at version 1 of 2\n",
		"orders " + ids[2] + " wrong\n    total is 1, should be 119800\n",
		"orders " + ids[3] + " wrong\n    paymentStatus is PAID, should be NONE\n",
		"orders " + surplus + " surplus: it is at version 1 of 0\n",
		"orders: 5 orders, 5 wrong, 0 repaired\n",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("it does not say %q: %s", want, said)
		}
	}
	said = operates(t, 0, env, "projection", "verify", "--repair")
	if !strings.Contains(said, "orders: 5 orders, 5 wrong, 5 repaired\n") {
		t.Errorf("the repair says %s", said)
	}
	said = operates(t, 0, env, "projection", "verify")
	if !strings.Contains(said, "orders: 5 orders, 0 wrong, 0 repaired\n") {
		t.Errorf("after the repair it says %s", said)
	}
}

// plant makes the first order's view missing, the second's stale, and a field of the third's and
// fourth's wrong, and adds a view of an order that nobody created.
func plant(t *testing.T, views *mongo.Collection, ids []string, surplus string) {
	t.Helper()
	ctx := t.Context()
	must := func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	set := func(fields bson.M) bson.M { return bson.M{"$set": fields} }
	must(views.DeleteOne(ctx, bson.M{"_id": ids[0]}))
	must(views.UpdateByID(ctx, ids[2], set(bson.M{"total": 1})))
	must(views.UpdateByID(ctx, ids[3], set(bson.M{"paymentStatus": "PAID"})))
	var whole bson.M
	must(nil, views.FindOne(ctx, bson.M{"_id": ids[4]}).Decode(&whole))
	whole["version"], whole["status"], whole["updatedAt"] = 1, "CREATED", whole["createdAt"]
	whole["_id"] = surplus
	must(views.InsertOne(ctx, whole))
	whole["_id"] = ids[1]
	var second bson.M
	must(nil, views.FindOne(ctx, bson.M{"_id": ids[1]}).Decode(&second))
	whole["createdAt"], whole["updatedAt"] = second["createdAt"], second["createdAt"]
	must(views.ReplaceOne(ctx, bson.M{"_id": ids[1]}, whole))
}

// An order whose events cannot be read is parked and delays no other; once they can be read, a
// retry shows it.
func TestAnUnreadableEventParksItsOrder(t *testing.T) {
	skipShort(t)
	uri := mongotest.URI(t)
	env := []string{"MONGODB_URI=" + uri}
	service := start(t, env...)
	bad := service.create(t).id()
	commits := mongotest.Database(t, uri).Collection("order_writes")
	key := bad + "/000002"
	if _, err := commits.InsertOne(t.Context(), bson.M{
		"_id": key, "orderId": bad, "version": 2, "committedAt": time.Now(), "commitId": "x",
		"events": bson.A{bson.M{"type": "Teleported", "schema": 1, "data": bson.M{}}},
	}); err != nil {
		t.Fatal(err)
	}
	service.shown(t, service.create(t))
	eventually(t, "it is parked", func() bool {
		said := operates(t, 0, env, "projection", "status")
		return strings.Count(said, bad+" version 2") == 2 && strings.Contains(said, "Teleported")
	})
	shown := service.must(t, 200, "GET", "/admin/projections", "")
	if got := shown.at("projections", "0", "parked", "0", "orderId"); got != bad {
		t.Errorf("/admin/projections shows %v as parked, want %s", got, bad)
	}
	said := operates(t, 1, env, "projection", "retry")
	if strings.Count(said, "shown again: 0, still parked: 1\n    "+bad+" version 2") != 2 {
		t.Errorf("the retry of what is still unreadable says %s", said)
	}
	parkedInJSON(t, env, bad)
	if _, err := commits.UpdateByID(t.Context(), key, bson.M{
		"$set": bson.M{"events.0.type": "OrderConfirmed"},
	}); err != nil {
		t.Fatal(err)
	}
	said = operates(t, 0, env, "projection", "retry")
	if strings.Count(said, ", still parked: 0") != 2 { // The process may have shown one first.
		t.Errorf("the retry says %s", said)
	}
	service.must(t, 200, "GET", "/queries/orders/"+bad, "").want(t, `2`, "order", "version")
	settles(t, env...)
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for until := time.Now().Add(patience); !is(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatalf("in %v it did not happen that %s", patience, what)
		}
	}
}
