package e2e_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"

	"orders/test/mongotest"
)

// newerEvents are what a newer version may store.
var newerEvents = map[string]bson.M{
	"an unknown event": {"type": "OrderGifted", "schema": 1, "data": bson.M{"to": "ann"}},
	"an unknown form":  {"type": "OrderHeld", "schema": 9, "data": bson.M{"why": bson.A{"fraud"}}},
}

// An order with an event that only a newer version knows is refused by every operation that has to
// read it, is shown as it was before by all others, and comes right once it can be read.
func TestWhatANewerVersionWroteIsRefusedClearly(t *testing.T) {
	skipShort(t)
	for name, event := range newerEvents {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			uri := mongotest.URI(t)
			env := []string{"MONGODB_URI=" + uri}
			s := start(t, env...)
			key := "Idempotency-Key: first"
			id := s.create(t, key).id()
			settles(t, env...)
			writes := mongotest.Database(t, uri).Collection("order_writes")
			plantCommit(t, writes, id, 2, event)
			s.parks(t, id)
			s.refusesAll(t, id)
			s.must(t, 200, "POST", "/commands/orders", body, key).want(t, `"`+id+`"`, "orderId")
			s.create(t)
			operatorsAreTold(t, id, env)

			known := bson.M{"type": "OrderHeld", "schema": 1, "data": bson.M{"reason": "fraud"}}
			_, err := writes.UpdateByID(t.Context(), id+"/000002",
				bson.M{"$set": bson.M{"events": bson.A{known}}})
			if err != nil {
				t.Fatal(err)
			}
			operates(t, 0, env, "projection", "retry")
			s.must(t, 200, "GET", "/queries/orders/"+id, "").want(t, `2`, "order", "version")
			operates(t, 0, env, "projection", "verify")
			s.refusesUnknown(t, writes, event)
		})
	}
}

// plantCommit stores a commit of an order.
func plantCommit(
	t *testing.T, writes *mongo.Collection, id string, version int, event bson.M,
) {
	t.Helper()
	if _, err := writes.InsertOne(t.Context(), bson.M{
		"_id": fmt.Sprintf("%s/%06d", id, version), "orderId": id, "version": version,
		"committedAt": time.Now(), "commitId": "newer", "events": bson.A{event},
	}); err != nil {
		t.Fatal(err)
	}
}

// parks waits until both read models have parked the order.
func (p *process) parks(t *testing.T, id string) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		all := fmt.Sprint(p.must(t, 200, "GET", "/admin/projections", "").json)
		if strings.Count(all, id) >= 2 {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatal("it is not parked")
}

// lives are the bodies of all commands on an order, by their paths.
var lives = map[string]string{
	"items": `{"items":[{"sku":"a","qty":1,"price":1}]}`, "confirm": "",
	"payments/authorize": `{"paymentId":"p","amount":1}`, "complete": "",
	"payments/capture": `{"paymentId":"p","amount":1}`,
	"payments/void":    `{"paymentId":"p"}`,
	"payments/refund":  `{"paymentId":"p","amount":1}`,
	"shipments":        `{"shipmentId":"s","items":[{"sku":"sku_mouse","qty":1}]}`,
	"deliveries":       `{"shipmentId":"s"}`, "hold": `{"reason":"fraud"}`, "release": "",
	"cancel": `{"reason":"staff"}`,
}

// refusesAll asks every operation for an order of which the first version alone can be read.
func (p *process) refusesAll(t *testing.T, id string) {
	t.Helper()
	refused := func(method, path, body string, headers ...string) {
		t.Helper()
		a := p.must(t, 503, method, path, body, headers...)
		a.want(t, `"order-unreadable"`, "code")
		a.wantHeader(t, "Retry-After", "1")
	}
	for path, body := range lives {
		path = "/commands/orders/" + id + "/" + path
		refused("POST", path, body)
		refused("POST", path+"?dryRun=true", body)
		refused("POST", path, body, `If-Match: "2"`, "Idempotency-Key: k")
	}
	query := "/queries/orders/" + id
	refused("GET", query+"/history", "")
	refused("GET", query+"?atVersion=2", "")
	p.must(t, 503, "GET", query+"?minVersion=2", "").want(t, `"projection-lagging"`, "code")
	for _, path := range []string{query, query + "?minVersion=1", query + "?atVersion=1"} {
		p.must(t, 200, "GET", path, "").want(t, `1`, "order", "version")
	}
	p.must(t, 200, "GET", "/queries/orders", "").want(t, `1`, "orders", "0", "version")
	p.must(t, 200, "GET", "/queries/users/user_123/summary", "").want(t, `1`, "orders")
	p.isReady(t)
}

// refusesUnknown asks for an order of which not even the first version can be read.
func (p *process) refusesUnknown(t *testing.T, writes *mongo.Collection, event bson.M) {
	t.Helper()
	id := "ord_" + strings.Repeat("a", 26)
	plantCommit(t, writes, id, 1, event)
	p.parks(t, id)
	query := "/queries/orders/" + id
	for path, code := range map[string]string{
		query + "/history": "order-unreadable", query + "?atVersion=1": "order-unreadable",
		query + "/stream": "projection-lagging", query + "?minVersion=1": "projection-lagging",
	} {
		p.must(t, 503, "GET", path, "").want(t, `"`+code+`"`, "code")
	}
	p.must(t, 404, "GET", query, "").want(t, `"order-not-found"`, "code")
	p.must(t, 503, "POST", "/commands/orders/"+id+"/confirm", "").
		want(t, `"order-unreadable"`, "code")
}

// operatorsAreTold wants every command of operators to name the order, and to change nothing.
func operatorsAreTold(t *testing.T, id string, env []string) {
	t.Helper()
	for _, tt := range []struct {
		code int
		args string
		want string
	}{
		{0, "projection status", id},
		{1, "projection verify", id + " unreadable"},
		{1, "projection verify --repair", id + " unreadable"},
		{1, "projection retry", id},
		{1, "projection rebuild orders", "drop-unreadable"},
		{1, "export", "skip-unreadable"},
	} {
		said := operates(t, tt.code, env, strings.Fields(tt.args)...)
		if !strings.Contains(said, tt.want) {
			t.Errorf("%s says %s, want %s", tt.args, said, tt.want)
		}
	}
}

// Fields that only a newer version knows are passed over, wherever they are. A commit keeps them
// for ever; a view has them until this program saves it.
func TestFieldsOfANewerVersionArePassedOver(t *testing.T) {
	skipShort(t)
	uri := mongotest.URI(t)
	env := []string{"MONGODB_URI=" + uri}
	s := start(t, env...)
	id := s.create(t).id()
	db := mongotest.Database(t, uri)
	more := bson.M{"deep": bson.A{bson.M{"a": 1}}}
	plantCommit(t, db.Collection("order_writes"), id, 2, bson.M{
		"type": "OrderHeld", "schema": 1, "why": more,
		"data": bson.M{"reason": "fraud", "by": more},
	})
	query := "/queries/orders/" + id
	settles(t, env...)
	for collection, of := range map[string]string{
		"order_writes": id + "/000002", "order_reads": id, "customer_orders": id,
		"projections": "order_reads",
	} {
		found, err := db.Collection(collection).UpdateByID(t.Context(), of,
			bson.M{"$set": bson.M{"newer": more}})
		if err != nil || found.MatchedCount != 1 {
			t.Fatal(collection, found, err)
		}
	}
	for _, path := range []string{query, query + "/history", query + "?atVersion=2",
		"/queries/orders?held=true", "/queries/users/user_123/summary"} {
		s.must(t, 200, "GET", path, "")
	}
	s.must(t, 200, "POST", "/commands/orders/"+id+"/release", "").want(t, `3`, "version")
	settles(t, env...)
	operates(t, 0, env, "projection", "rebuild", "orders")
	for collection, of := range map[string]string{
		"order_writes": id + "/000002", "projections": "order_reads",
	} {
		raw, err := db.Collection(collection).FindOne(t.Context(), bson.M{"_id": of}).Raw()
		if err != nil || raw.Lookup("newer").IsZero() {
			t.Errorf("%s has lost a field: %s, %v", collection, raw, err)
		}
	}
}
