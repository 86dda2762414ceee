package e2e_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"

	"orders/test/mongotest"
)

// takenOver wants an import to end with an exit code and a line.
func takenOver(t *testing.T, from, into string, code int, line string, args ...string) string {
	t.Helper()
	p := launch(t, "", []string{"MONGODB_URI=" + into, "FROM_ORIGINAL=" + from},
		append([]string{"import"}, args...)...)
	p.ends(t, code, line)
	return p.output.String()
}

// What Mongoose wrote answers here as it did there: by its id, in lists, to commands, by its key.
func TestOrdersOfTheOriginalAreTakenOver(t *testing.T) {
	from, into := mongotest.URI(t), mongotest.URI(t)
	all := writeOriginals(t, from, 30)
	takenOver(t, from, into, 0, "of 30 orders in .*orderwrites, 30 could be", "--dry-run")
	takenOver(t, from, into, 0,
		"of 30 orders in .*orderwrites, 30 are taken over as 40 commits, with 15 keys")
	takenOver(t, from, into, 0, "30 are taken over") // Again, which changes nothing.
	p := start(t, "MONGODB_URI="+into)
	for _, o := range all {
		shown := p.must(t, 200, "GET", "/queries/orders/"+o.OrderID+"?minVersion=1", "")
		shown.want(t, fmt.Sprintf("%q", o.Status), "order", "status")
		shown.want(t, fmt.Sprintf("%q", o.CreatedAt.Format("2006-01-02T15:04:05.000Z")),
			"order", "createdAt")
		if o.Status == "CANCELLED" {
			shown.want(t, fmt.Sprintf("%q", o.UpdatedAt.Format("2006-01-02T15:04:05.000Z")),
				"order", "updatedAt")
		}
		if o.IdemKey != "" {
			wantReplays(t, p.client, o)
		}
	}
	wantListed(t, p.client, all)
	open := all[0]
	p.must(t, 200, "POST", "/commands/orders/"+open.OrderID+"/cancel", `{"reason":"customer"}`).
		want(t, `"CANCELLED"`, "status")
	takenOver(t, from, into, 1, `processes with the role command are at work`)
	takenOver(t, from, into, 0, "30 could be", "--dry-run")
	p.terminate(t)
	<-p.exited
	takenOver(t, from, into, 0, "30 are taken over")
}

func wantReplays(t *testing.T, c client, o original) {
	t.Helper()
	key := "Idempotency-Key: " + o.IdemKey
	again := c.must(t, http.StatusOK, "POST", "/commands/orders", o.body(), key)
	if again.id() != o.OrderID {
		t.Errorf("key %s made %s, want %s", o.IdemKey, again.id(), o.OrderID)
	}
	again.want(t, `"🔁 Duplicate request (idempotent replay). Returning existing order."`, "message")
	other := strings.Replace(o.body(), `"qty":3`, `"qty":4`, 1)
	c.must(t, 422, "POST", "/commands/orders", other, key).
		want(t, `"idempotency-key-reused"`, "code")
	another := strings.Replace(o.body(), `"userId":"`, `"userId":"another-`, 1)
	if made := c.must(t, 201, "POST", "/commands/orders", another, key); made.id() == o.OrderID {
		t.Errorf("another user's key %s is order %s", o.IdemKey, made.id())
	}
}

// wantListed wants a list to have all orders, the newest first.
func wantListed(t *testing.T, c client, all []original) {
	t.Helper()
	want := map[string]bool{}
	for _, o := range all {
		want[o.OrderID] = true
	}
	cursor, last := "", ""
	for {
		page := c.must(t, 200, "GET", "/queries/orders?limit=7&cursor="+cursor, "")
		orders, _ := page.at("orders").([]any)
		for n := range orders {
			id, _ := page.at("orders", fmt.Sprint(n), "orderId").(string)
			at, _ := page.at("orders", fmt.Sprint(n), "createdAt").(string)
			if last != "" && at > last {
				t.Errorf("%s of %s comes after %s", id, at, last)
			}
			last = at
			delete(want, id)
		}
		if cursor, _ = page.at("nextCursor").(string); cursor == "" {
			break
		}
	}
	if len(want) > 0 {
		t.Errorf("not listed: %v", slices.Collect(maps.Keys(want)))
	}
}

// threeHundred writes as many orders, of which two are wrong.
func threeHundred(t *testing.T, uri string) *mongo.Collection {
	t.Helper()
	there := mongotest.Database(t, uri).Collection("order_writes")
	var docs []any
	at := time.Now().Add(-time.Hour).UTC().Truncate(time.Millisecond)
	for n := range 300 {
		docs = append(docs, bson.M{
			"orderId": fmt.Sprintf("ord_%010d", n), "userId": "ann", "status": "CREATED",
			"items":       bson.A{bson.M{"sku": "mouse", "qty": 2, "price": 5.99}},
			"totalAmount": 11.98, "idemKey": fmt.Sprint("key-", n),
			"createdAt": at, "updatedAt": at,
		})
	}
	docs[7].(bson.M)["items"].(bson.A)[0].(bson.M)["price"] = 5.999
	docs[8].(bson.M)["totalAmount"] = 11.99
	if _, err := there.InsertMany(t.Context(), docs); err != nil {
		t.Fatal(err)
	}
	return there
}

// An import that is killed in the middle goes on; what is wrong is listed, and taken over once it
// is corrected.
func TestAnImportOfTheOriginalGoesOn(t *testing.T) {
	from, into := mongotest.URI(t), mongotest.URI(t)
	there := threeHundred(t, from)
	env := []string{"MONGODB_URI=" + into, "FROM_ORIGINAL=" + from}
	killed := launch(t, "", env, "import", "--rate=2") // It takes minutes.
	commits := mongotest.Database(t, into).Collection("order_writes")
	for n := int64(0); n < 10; time.Sleep(20 * time.Millisecond) {
		n, _ = commits.CountDocuments(t.Context(), bson.M{})
		if t.Context().Err() != nil {
			t.Fatal(killed.output)
		}
	}
	takenOver(t, from, into, 1, "an import is at work on this database")
	refused := launch(t, "", []string{"MONGODB_URI=" + into, "PORT=" + fmt.Sprint(freePort(t))})
	refused.ends(t, 1, "an import is at work on this database.*at most 15s")
	killed.kill()
	p := whenAlone(t, env)
	p.ends(t, 1, "2 of 300 orders are refused")
	said := p.output.String()
	for _, line := range []string{
		"refused: order ord_0000000007", "items.0.price 5999e-3: has more decimals than USD",
		"refused: order ord_0000000008",
		"totalAmount 1199e-2: is not the sum of the items, 11.98 USD",
		"of 300 orders in", "298 are taken over", "2 of 300 orders are refused",
	} {
		if !strings.Contains(said, line) {
			t.Errorf("it does not say %q: %s", line, said)
		}
	}
	mend(t, there, "ord_0000000007", bson.M{"items.0.price": 5.99})
	mend(t, there, "ord_0000000008", bson.M{"totalAmount": 11.98})
	takenOver(t, from, into, 0, "300 are taken over as 300 commits, with 300 keys")
	n, err := commits.CountDocuments(context.Background(), bson.M{})
	if err != nil || n != 300 {
		t.Errorf("there are %d commits, %v", n, err)
	}
}

// whenAlone imports once nobody else is at work.
func whenAlone(t *testing.T, env []string) *process {
	t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(time.Second) {
		p := launch(t, "", env, "import")
		<-p.exited
		if !strings.Contains(p.output.String(), "at work") || time.Now().After(deadline) {
			return p
		}
	}
}

func mend(t *testing.T, in *mongo.Collection, id string, fields bson.M) {
	t.Helper()
	_, err := in.UpdateOne(t.Context(), bson.M{"orderId": id}, bson.M{"$set": fields})
	if err != nil {
		t.Fatal(err)
	}
}
