package mongotest

import (
	"context"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
	"go.mongodb.org/mongo-driver/x/mongo/driver/connstring"

	"orders/test/mongotest/server"
)

// hangTimeout is how long AwaitHung waits.
const hangTimeout = time.Minute

// A Hang holds up writes.
type Hang struct {
	// Release lets all of them go on. It is called after the test, too.
	Release func()

	tb      testing.TB
	uri     string
	point   string
	entered int // How often the server had held up writes before.
}

// HangInserts holds up all inserts into a collection of the database that uri names: each has its
// place in the server's history by then, and is not committed yet. As FailCommand, a server can
// do that for one collection at a time.
func HangInserts(tb testing.TB, uri, collection string) *Hang {
	tb.Helper()
	parsed, err := connstring.Parse(uri)
	if err != nil {
		tb.Fatal(err)
	}
	return hang(tb, uri, bson.D{
		{Key: "configureFailPoint", Value: "hangAfterCollectionInserts"},
		{Key: "mode", Value: "alwaysOn"},
		{Key: "data", Value: bson.M{"collectionNS": parsed.Database + "." + collection}},
	})
}

// HangUpdates holds up the server's updates, but not the next one: of a command of two statements
// the first is done, and the second is not begun.
func HangUpdates(tb testing.TB, uri string) *Hang {
	tb.Helper()
	return hang(tb, uri, bson.D{
		{Key: "configureFailPoint", Value: "hangDuringBatchUpdate"},
		{Key: "mode", Value: bson.M{"skip": 1}},
	})
}

func hang(tb testing.TB, uri string, arm bson.D) *Hang {
	tb.Helper()
	point, _ := arm[0].Value.(string)
	claim(tb, uri, point)
	h := &Hang{tb: tb, uri: uri, point: point}
	var armed struct{ Count int }
	if err := test(uri, arm, &armed); err != nil {
		tb.Fatalf("hang writes: %v", err)
	}
	h.entered = armed.Count
	h.Release = sync.OnceFunc(func() {
		off := bson.D{{Key: "configureFailPoint", Value: point}, {Key: "mode", Value: "off"}}
		if err := test(uri, off, nil); err != nil {
			tb.Errorf("release writes: %v", err)
		}
	})
	tb.Cleanup(h.Release)
	return h
}

// AwaitHung waits until a write hangs.
func (h *Hang) AwaitHung() {
	h.tb.Helper()
	err := test(h.uri, bson.D{
		{Key: "waitForFailPoint", Value: h.point}, {Key: "timesEntered", Value: h.entered + 1},
		{Key: "maxTimeMS", Value: hangTimeout.Milliseconds()},
	}, nil)
	if err != nil {
		h.tb.Fatalf("no write hangs: %v", err)
	}
}

// test runs one of the commands that servers know for tests, as a client that no failure is for.
func test(uri string, command bson.D, answer any) error {
	ctx, cancel := context.WithTimeout(context.Background(), hangTimeout+5*time.Second)
	defer cancel()
	opts := options.Client().ApplyURI(uri).SetAppName(failAppName)
	return server.With(ctx, opts, func(client *mongo.Client) error {
		result := client.Database("admin").RunCommand(ctx, command)
		if answer == nil {
			return result.Err()
		}
		return result.Decode(answer)
	})
}
