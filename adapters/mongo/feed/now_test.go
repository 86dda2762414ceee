package feed_test

import (
	"errors"
	"testing"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/journal"
	"orders/ports"
	"orders/test/mongotest"
)

// A commit is under way while another one, that is dated later, is recorded already. The position
// of that moment is before both.
func TestNowIsBeforeWhatIsUnderWay(t *testing.T) {
	uri := mongotest.BreakableURI(t)
	s, there := fixture.MigratedStore(t, uri, journal.GroupCommit{}), mongotest.Database(t, uri)
	followed := fixture.ChangeStreamFeed(fixture.Connect(t, uri))
	before := fixture.Create(t, s, "ann")
	hang := mongotest.HangInserts(t, uri, "order_writes")
	past := ports.Stream{ID: fixture.NewID()}
	late, recorded := fixture.Next(past, fixture.Created("ann")), make(chan error, 1)
	go func() { recorded <- s.Append(t.Context(), past, late) }()
	hang.AwaitHung()
	fixture.Run(t, there, bson.D{ // A majority cannot have it before it has what is under way.
		{Key: "insert", Value: "others"}, {Key: "documents", Value: bson.A{bson.M{}}},
		{Key: "writeConcern", Value: bson.M{"w": 1}},
	})
	at, err := followed.Now(t.Context())
	hang.Release()
	if err = errors.Join(err, <-recorded); err != nil {
		t.Fatal(err)
	}
	r, stop := fixture.Follow(t, followed, at)
	r.Has(t, late)
	stop()
	if r.Scanned > 0 || len(r.Commits) > 2 {
		t.Errorf("the position is the beginning: all was told, also %s", before.ID)
	}
}
