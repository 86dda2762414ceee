package e2e_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/test/mongotest"
)

// dear is an order that many can pay for.
const dear = `{"userId":"u","items":[{"sku":"a","qty":1000,"price":1000}]}`

// forHundreds grants each request the time that hundreds on one order may take on a busy machine.
var forHundreds = fmt.Sprint("REQUEST_TIMEOUT=", patience)

// captures lets so many clients capture 1 each at once, each for a payment of its own, spread over
// services, and returns the versions that they were told, sorted.
func captures(t *testing.T, id string, clients int, services ...client) []int {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	defer cancel()
	versions := make([]int, clients)
	var all sync.WaitGroup
	for i := range clients {
		all.Go(func() {
			a, err := services[i%len(services)].send(ctx, "POST",
				"/commands/orders/"+id+"/payments/capture",
				fmt.Sprintf(`{"paymentId":"p-%d","amount":1}`, i))
			if err != nil || a.status != http.StatusOK {
				t.Errorf("status %d: %v, %v", a.status, a.json, err)
			}
			_, _ = fmt.Sscan(fmt.Sprint(a.json["version"]), &versions[i])
		})
	}
	all.Wait()
	slices.Sort(versions)
	return versions
}

// wantRow wants versions without a gap and without a double.
func wantRow(t *testing.T, versions []int, first int) {
	t.Helper()
	for i, v := range versions {
		if v != first+i {
			t.Fatalf("the versions are %v, want a row from %d", versions, first)
		}
	}
}

func TestHundredsOfClientsOnOneOrderAreAllServed(t *testing.T) {
	uri := mongotest.URI(t)
	p := start(t, "MONGODB_URI="+uri, forHundreds)
	id := p.must(t, http.StatusCreated, "POST", "/commands/orders", dear).id()
	wantRow(t, captures(t, id, 300, p.client), 2)
	a := p.must(t, http.StatusOK, "GET", "/queries/orders/"+id+"?minVersion=301", "")
	a.want(t, "301", "order", "version")
	if payments, _ := a.at("order", "payments").([]any); len(payments) != 300 {
		t.Errorf("%d payments are shown", len(payments))
	}
	settles(t, "MONGODB_URI="+uri)
}

// Between processes the version decides: nothing is lost and nothing doubled.
func TestTwoProcessesOnOneOrderLoseNothing(t *testing.T) {
	uri := mongotest.URI(t)
	env := []string{"MONGODB_URI=" + uri, forHundreds}
	one, two := start(t, env...), start(t, env...)
	id := one.must(t, http.StatusCreated, "POST", "/commands/orders", dear).id()
	wantRow(t, captures(t, id, 200, one.client, two.client), 2)
	path := "/commands/orders/" + id
	one.must(t, http.StatusOK, "POST", path+"/cancel", `{"reason":"fraud"}`,
		"Idempotency-Key: cancel")
	late := two.must(t, http.StatusConflict, "POST", path+"/payments/capture",
		`{"paymentId":"late","amount":1}`)
	late.want(t, `"CANCELLED"`, "currentStatus")
	again := two.must(t, http.StatusOK, "POST", path+"/cancel", `{"reason":"fraud"}`,
		"Idempotency-Key: cancel")
	again.wantHeader(t, "Idempotent-Replayed", "true")
	again.want(t, "202", "version")
	settles(t, "MONGODB_URI="+uri)
}

// restored puts documents in place of all commits, under whoever uses them.
func restored(t *testing.T, commits *driver.Collection, documents []any) {
	t.Helper()
	if err := commits.Drop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(documents) == 0 {
		return
	}
	if _, err := commits.InsertMany(t.Context(), documents); err != nil {
		t.Fatal(err)
	}
}

func TestCommandsGoOnAfterARestoreUnderARunningProcess(t *testing.T) {
	uri := mongotest.URI(t)
	p := start(t, "MONGODB_URI="+uri)
	commits := mongotest.Database(t, uri).Collection("order_writes")
	id := p.must(t, http.StatusCreated, "POST", "/commands/orders", dear).id()
	path := "/commands/orders/" + id
	pay := func(payment string, version string) {
		t.Helper()
		a := p.must(t, http.StatusOK, "POST", path+"/payments/capture",
			fmt.Sprintf(`{"paymentId":%q,"amount":1}`, payment), "Prefer: respond-async")
		a.want(t, version, "version")
	}
	pay("one", "2")
	old := stored(t, commits)
	pay("two", "3")
	pay("three", "4")

	restored(t, commits, old)
	pay("one", "2")   // It is there still,
	pay("three", "3") // it is there no more,
	pay("four", "4")  // and this follows.
	ours := stored(t, commits)

	restored(t, commits, old)
	pay("a", "3")
	pay("b", "4")
	restored(t, commits, ours) // Another history with as many commits.
	pay("four", "4")
	pay("a", "5")

	restored(t, commits, nil)
	p.must(t, http.StatusNotFound, "POST", path+"/confirm", "")
	restored(t, commits, ours)
	pay("five", "5")
	for _, name := range []string{"orders", "summary"} {
		operates(t, 0, []string{"MONGODB_URI=" + uri}, "projection", "rebuild", name)
	}
	settles(t, "MONGODB_URI="+uri)
}

func stored(t *testing.T, c *driver.Collection) (all []any) {
	t.Helper()
	cursor, err := c.Find(t.Context(), bson.D{})
	if err != nil {
		t.Fatal(err)
	}
	var found []bson.Raw
	if err := cursor.All(t.Context(), &found); err != nil {
		t.Fatal(err)
	}
	for _, d := range found {
		all = append(all, d)
	}
	return all
}
