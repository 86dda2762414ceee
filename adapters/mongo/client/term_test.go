package client

import (
	"context"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/test/mongotest"
)

// Every reply to a write tells the term of the primary, also if the write changes nothing, and also
// over a connection that was used in an earlier term.
func TestEachReplyTellsTheTerm(t *testing.T) {
	t.Parallel()
	server := mongotest.Start(t)
	d := connectTo(t, server.URI("db"))
	c, last := d.Collection("things"), int64(0)
	for round := range 3 {
		if round > 0 {
			server.StepDown()
		}
		want := currentTerm(t, d)
		if want <= last {
			t.Fatalf("term %d after %d", want, last)
		}
		last = want
		for range 2 { // What was there before, and what was written in this term.
			for name, write := range writesOfAllKinds(t, c) {
				term, err := write()
				if err != nil || term != want {
					t.Errorf("%s tells term %d, %v; want %d", name, term, err, want)
				}
			}
		}
	}
}

func connectTo(t *testing.T, uri string) *Database {
	t.Helper()
	d, err := Connect(t.Context(), uri)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close(context.Background()) })
	return d
}

// writesOfAllKinds are what a saver of views may send.
func writesOfAllKinds(t *testing.T, c *driver.Collection) map[string]func() (int64, error) {
	write := func(k Kind, statement any) func() (int64, error) {
		raw, err := bson.Marshal(statement)
		if err != nil {
			t.Fatal(err)
		}
		return func() (int64, error) {
			_, term, err := WriteProvisionally(t.Context(), c, k, []bson.Raw{raw, raw})
			return term, err
		}
	}
	keep := bson.A{bson.D{{Key: "$replaceWith", Value: "$$ROOT"}}}
	id := func(id any) bson.D { return bson.D{{Key: "_id", Value: id}} }
	nowhere := Update(id("nowhere"), bson.D{{Key: "$currentDate", Value: id(true)}})
	return map[string]func() (int64, error){
		"an insert, and a duplicate":     write(Inserts, id(time.Now().UnixNano())),
		"an insert of duplicates":        write(Inserts, id("kept")),
		"an upsert":                      write(Updates, Upsert(id(time.Now().UnixNano()), keep)),
		"an upsert that changes nothing": write(Updates, Upsert(id("kept"), keep)),
		"a barrier that finds no document": func() (int64, error) {
			return UpdateTellingTerm(t.Context(), c, nowhere)
		},
	}
}

// currentTerm is what the server says of itself.
func currentTerm(t *testing.T, d *Database) int64 {
	t.Helper()
	var status struct{ Term int64 }
	err := d.Client.Database("admin").RunCommand(t.Context(),
		bson.D{{Key: "replSetGetStatus", Value: 1}}).Decode(&status)
	if err != nil {
		t.Fatal(err)
	}
	return status.Term
}

// A stepdown ends the command that it interrupts, even if the same member is primary again before
// that goes on: no reply speaks of writes of two terms.
func TestNoReplySpeaksOfTwoTerms(t *testing.T) {
	t.Parallel()
	server := mongotest.Start(t)
	c := connectTo(t, server.URI("db")).Collection("things")
	for name, write := range writesOfAllKinds(t, c) {
		if !strings.HasPrefix(name, "an upsert") {
			continue
		}
		hang := mongotest.HangUpdates(t, server.URI("admin"))
		ended := make(chan error, 1)
		go func() {
			_, err := write()
			ended <- err
		}()
		hang.AwaitHung()
		server.StepDown()
		hang.Release()
		if err := <-ended; err == nil {
			t.Errorf("%s: half of it was done in one term, and half in another", name)
		}
	}
}

// What a server found before it was deposed may be gone when it replies. It then tells the term of
// the primary that it follows, but not the election of that one.
func TestAReplyOfADeposedServerIsNoReply(t *testing.T) {
	of := func(term byte) primitive.ObjectID {
		return primitive.ObjectID{0x7f, 0xff, 0xff, 0xff, 11: term}
	}
	for _, tt := range []struct {
		election primitive.ObjectID
		deposed  bool
	}{{of(7), false}, {of(6), true}, {of(8), true}, {primitive.ObjectID{}, false}} {
		raw, err := bson.Marshal(bson.M{"opTime": bson.M{"t": int64(7)}, "electionId": tt.election})
		if err != nil {
			t.Fatal(err)
		}
		var r reply
		if err := bson.Unmarshal(raw, &r); err != nil || r.isDeposed() != tt.deposed {
			t.Errorf("elected %v: deposed %t, %v", tt.election, r.isDeposed(), err)
		}
	}
}
