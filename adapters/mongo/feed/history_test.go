package feed_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/journal"
	"orders/test/mongotest"
)

func TestTheFeedBeginsAnewWhenItsHistoryIsLost(t *testing.T) {
	t.Parallel()
	server := mongotest.Start(t, "--oplogSize", "1", "--syncdelay", "1")
	d := fixture.Migrated(t, server.URI("orders"), journal.Set)
	s := fixture.StoreOf(t, d, journal.GroupCommit{})
	r, stop := fixture.Follow(t, fixture.ChangeStreamFeed(d), "")
	r.CatchesUp(t)
	stop()
	missed := fixture.Create(t, s, "ann")
	outgrowHistory(t, server)
	again, stop := fixture.Follow(t, fixture.ChangeStreamFeed(d), r.Position())
	again.Has(t, missed)
	again.CatchesUp(t)
	stop()
	if again.Scanned == 0 {
		t.Error("it found its place, so this test proves nothing")
	}
}

// outgrowHistory writes until the server has forgotten what has been written so far. It shortens
// its history in the background.
func outgrowHistory(t *testing.T, server *mongotest.Server) {
	t.Helper()
	oplog := mongotest.Database(t, server.URI("local")).Collection("oplog.rs")
	edge := func(natural int) (entry struct{ TS primitive.Timestamp }, err error) {
		o := options.FindOne().SetSort(bson.M{"$natural": natural})
		err = oplog.FindOne(t.Context(), bson.M{}, o).Decode(&entry)
		return entry, err
	}
	last, err := edge(-1)
	if err != nil {
		t.Fatal(err)
	}
	rubbish := mongotest.Database(t, server.URI("rubbish")).Collection("rubbish")
	bulky := bson.M{"x": strings.Repeat("x", 1<<20)}
	fixture.Eventually(t, func() error {
		for range 5 {
			if _, err := rubbish.InsertOne(t.Context(), bulky); err != nil {
				return err
			}
		}
		time.Sleep(100 * time.Millisecond)
		first, err := edge(1)
		if err == nil && !first.TS.After(last.TS) {
			err = errors.New("the server forgets nothing")
		}
		return err
	})
}
