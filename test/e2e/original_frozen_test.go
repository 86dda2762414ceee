package e2e_test

import (
	"context"
	"fmt"
	"syscall"
	"testing"

	"go.mongodb.org/mongo-driver/bson"

	"orders/test/mongotest"
	testprocess "orders/test/process"
)

// A process that is frozen while orders are taken over makes none of their keys anew when it thaws:
// not even by a request that waits for it by then.
func TestAProcessThatIsFrozenDuringATakeover(t *testing.T) {
	from, into := oneOriginal(t), mongotest.URI(t)
	p := start(t, "MONGODB_URI="+into)
	p.must(t, 200, "GET", "/health", "") // Its document is known.
	if err := testprocess.Freeze(p.cmd.Process); err != nil {
		t.Fatal(err)
	}
	answered := make(chan string, 1)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		a, err := p.send(ctx, "POST", "/commands/orders",
			`{"userId":"ann","items":[{"sku":"mouse","qty":2,"price":5.99}]}`, "Idempotency-Key: k")
		answered <- fmt.Sprint(a.status, " ", a.id(), " ", err)
	}()
	env := []string{"MONGODB_URI=" + into, "FROM_ORIGINAL=" + from}
	whenAlone(t, env).ends(t, 0, "1 are taken over")
	if err := p.cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	p.ends(t, 1, "This process did not answer for a while, and an import began")
	if got := <-answered; got[:3] == "200" || got[:3] == "201" {
		t.Errorf("it answered %s", got)
	}
	n, err := mongotest.Database(t, into).Collection("order_writes").
		CountDocuments(t.Context(), bson.M{})
	if err != nil || n != 1 {
		t.Errorf("there are %d commits, %v", n, err)
	}
	next := start(t, "MONGODB_URI="+into)
	next.must(t, 200, "POST", "/commands/orders",
		`{"userId":"ann","items":[{"sku":"mouse","qty":2,"price":5.99}]}`, "Idempotency-Key: k").
		want(t, `"ord_V1StGXR8_Z"`, "orderId")
}
