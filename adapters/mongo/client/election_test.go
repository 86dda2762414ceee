package client

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	"go.mongodb.org/mongo-driver/event"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/test/mongotest"
)

// What is read while another primary is elected is read again, and otherwise once.
func TestWhatIsReadDuringAnElectionIsReadAgain(t *testing.T) {
	t.Parallel()
	server := mongotest.Start(t)
	uri := server.URI("db")
	elect := func() {} // While a find is under way.
	d, err := Open(t.Context(), uri, &event.CommandMonitor{
		Started: func(_ context.Context, e *event.CommandStartedEvent) {
			if e.CommandName == "find" {
				elect()
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close(context.Background()) })
	if err := d.Reach(t.Context()); err != nil {
		t.Fatal(err)
	}
	find := func() {
		cursor, err := d.FindDurable(t.Context(), d.Collection("things"), bson.D{}, options.Find())
		if err != nil {
			t.Error(err)
			return
		}
		CloseSoon(t.Context(), cursor)
	}
	want := func(want string, during func()) {
		t.Helper()
		if asked := fmt.Sprint(mongotest.Asked(t, uri, during)); asked != want {
			t.Errorf("asked %s, want %s", asked, want)
		}
	}
	want("[find things]", find)
	elect = sync.OnceFunc(func() {
		d.elections.latest.Store(newElection(d.elections.latest.Load().id))
	})
	want("[find things find things]", find)
}

func TestAPrimaryKnowsTheMajorityOfItsTerm(t *testing.T) {
	of := func(term byte) primitive.ObjectID {
		return primitive.ObjectID{0x7f, 0xff, 0xff, 0xff, 11: term}
	}
	for _, tt := range []struct {
		writable bool
		election primitive.ObjectID
		majority int64
		knows    bool
	}{
		{true, of(7), 6, false}, {true, of(7), 7, true}, {false, of(7), 7, false},
		{false, primitive.ObjectID{}, 7, false},
		{true, primitive.ObjectID{}, 0, true}, {true, primitive.NewObjectID(), 0, true},
	} {
		h := Hello{Writable: tt.writable, Election: tt.election}
		h.LastWrite.Majority.Term = tt.majority
		if h.knowsMajority() != tt.knows {
			t.Errorf("%+v: knows: %t", tt, h.knowsMajority())
		}
	}
}
