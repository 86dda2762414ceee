package e2e_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.uber.org/fx"
	"go.uber.org/fx/fxtest"

	"orders/adapters/http"
	"orders/adapters/mongo/journal"
	"orders/service"
	"orders/test/mongotest"
)

// grouped serves from MongoDB with one write of commits at a time, a queue of so many and
// requests that have so long; 0 is as ever.
func grouped(t *testing.T, uri string, queue int, timeout time.Duration) client {
	t.Helper()
	var server *http.Server
	service := fxtest.New(t, module(service.Config{MongoURI: uri, Timeout: timeout}),
		fx.Supply(journal.GroupCommit{Slots: 1, Queue: queue}),
		fx.Populate(&server)).RequireStart()
	t.Cleanup(service.RequireStop)
	return newClient("http://" + server.Addr().String())
}

// A told is what became of a request with a key.
type told struct {
	answer

	key string
	err error
}

// ask sends a request to create an order, and puts what becomes of it into to.
func (c client) ask(ctx context.Context, key string, to chan<- told) {
	a, err := c.send(ctx, "POST", "/commands/orders", body, "Idempotency-Key: "+key)
	to <- told{a, key, err}
}

// wantProblem wants a refusal that says what became of the change, and when to come again.
func (a told) wantProblem(t *testing.T, code string) {
	t.Helper()
	if a.err != nil || a.status != 503 || a.at("code") != code {
		t.Fatalf("key %s: status %d, %v, %v; want 503 %s", a.key, a.status, a.json, a.err, code)
	}
	a.wantHeader(t, "Retry-After", "1")
	a.wantHeader(t, "Content-Type", "application/problem+json")
}

// recorded returns the order of each key in order_writes, and wants each once.
func recorded(t *testing.T, uri string) map[string]string {
	t.Helper()
	var commits []struct{ Key, OrderID string }
	cursor, err := mongotest.Database(t, uri).Collection("order_writes").Find(t.Context(), bson.M{})
	if err == nil {
		err = cursor.All(t.Context(), &commits)
	}
	if err != nil {
		t.Fatal(err)
	}
	orders := map[string]string{}
	for _, c := range commits {
		if other, twice := orders[c.Key]; twice {
			t.Errorf("key %s is recorded twice: %s, %s", c.Key, other, c.OrderID)
		}
		orders[c.Key] = c.OrderID
	}
	return orders
}

// wantRecorded wants these keys to be recorded, each once, and nothing else.
func wantRecorded(t *testing.T, uri string, keys ...string) {
	t.Helper()
	got := recorded(t, uri)
	for _, key := range keys {
		if got[key] == "" {
			t.Errorf("key %s is not recorded", key)
		}
	}
	if len(got) != len(keys) {
		t.Errorf("recorded are %v, want %s", got, strings.Join(keys, ", "))
	}
}

// While one write is under way and the queue is full, whoever comes is told to come again, and
// nothing of him is written.
func TestAFullQueueWritesNothing(t *testing.T) {
	const queue, more = 4, 5
	uri := mongotest.BreakableURI(t)
	c := grouped(t, uri, queue, patience)
	hang := mongotest.HangInserts(t, uri, "order_writes")
	answers := make(chan told, 1+queue+more)
	go c.ask(t.Context(), "first", answers)
	hang.AwaitHung()
	for n := range queue + more {
		go c.ask(t.Context(), fmt.Sprint("key-", n), answers)
	}
	var refused, accepted []string
	for range more {
		a := <-answers
		a.wantProblem(t, "unavailable")
		refused = append(refused, a.key)
	}
	hang.Release()
	for range 1 + queue {
		a := <-answers
		if a.err != nil || a.status != 201 {
			t.Errorf("key %s: status %d, %v, %v", a.key, a.status, a.json, a.err)
		}
		accepted = append(accepted, a.key)
	}
	wantRecorded(t, uri, accepted...)
	for _, key := range refused {
		c.create(t, "Idempotency-Key: "+key)
	}
	wantRecorded(t, uri, append(accepted, refused...)...)
}

// When a caller's time runs out, a commit that is queued is taken back, and one that is under way
// is pursued. He is told which, and finds out by asking again.
func TestACallerWhoseTimeRunsOut(t *testing.T) {
	uri := mongotest.BreakableURI(t)
	c := grouped(t, uri, 0, 5*time.Second) // A busy machine has to begin the write meanwhile.
	hang := mongotest.HangInserts(t, uri, "order_writes")
	underWay, queued := make(chan told, 1), make(chan told, 1)
	go c.ask(t.Context(), "under-way", underWay)
	hang.AwaitHung()
	go c.ask(t.Context(), "queued", queued)
	(<-underWay).wantProblem(t, "outcome-unknown")
	(<-queued).wantProblem(t, "unavailable")
	hang.Release()
	keys := &crowd{services: []client{c}, accepted: map[string]int{}}
	keys.insist("/commands/orders", body, "later") // It is written after all that was queued.
	wantRecorded(t, uri, "under-way", "later")
	first := recorded(t, uri)["under-way"]
	if id := keys.insist("/commands/orders", body, "under-way"); id != first {
		t.Errorf("asked again, it is order %s, want %s", id, first)
	}
	keys.insist("/commands/orders", body, "queued")
	wantRecorded(t, uri, "under-way", "later", "queued")
	keys.dismiss(t)
}

// A caller who hangs up while his commit is under way, and asks again at once, gets the order
// that he asked for first.
func TestACallerWhoHangsUp(t *testing.T) {
	uri := mongotest.BreakableURI(t)
	c := grouped(t, uri, 0, patience)
	hang := mongotest.HangInserts(t, uri, "order_writes")
	ctx, hangUp := context.WithCancel(t.Context())
	answers := make(chan told, 1)
	go c.ask(ctx, "key", answers)
	hang.AwaitHung()
	hangUp()
	if a := <-answers; a.err == nil {
		t.Errorf("whoever hung up got %v", a.json)
	}
	go c.ask(t.Context(), "key", answers)
	hang.Release()
	a := <-answers
	if a.err != nil || a.status != 200 || a.id() != recorded(t, uri)["key"] {
		t.Errorf("asked again: status %d, %v, %v", a.status, a.json, a.err)
	}
	a.wantHeader(t, "Idempotent-Replayed", "true")
	wantRecorded(t, uri, "key")
}
