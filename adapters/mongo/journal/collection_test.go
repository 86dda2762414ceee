package journal_test

import (
	"errors"
	"testing"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/journal"
	"orders/domain/order"
	"orders/ports"
	"orders/test/mongotest"
)

// An older copy is put back under a running process, which has read what is no more.
func TestNothingIsAppendedToWhatWasReplaced(t *testing.T) {
	uri := mongotest.URI(t)
	s := fixture.MigratedStore(t, uri, journal.GroupCommit{})
	db := mongotest.Database(t, uri)
	past := ports.Stream{ID: fixture.NewID()}
	add := func(n int) {
		t.Helper()
		for range n {
			c := fixture.Next(past, order.Confirmed{})
			if err := s.Append(t.Context(), past, c); err != nil {
				t.Fatal(err)
			}
			past = past.With(c)
		}
	}
	add(2)
	copied := bson.A{bson.M{"$out": "older"}}
	if _, err := db.Collection("order_writes").Aggregate(t.Context(), copied); err != nil {
		t.Fatal(err)
	}
	older := past
	add(3)
	rename := bson.D{
		{Key: "renameCollection", Value: db.Name() + ".older"},
		{Key: "to", Value: db.Name() + ".order_writes"}, {Key: "dropTarget", Value: true},
	}
	if err := db.Client().Database("admin").RunCommand(t.Context(), rename).Err(); err != nil {
		t.Fatal(err)
	}
	err := s.Append(t.Context(), past, fixture.Next(past, order.Confirmed{}))
	if !errors.Is(err, ports.ErrConflict) {
		t.Errorf("error %v, want ErrConflict", err)
	}
	fixture.WantCommits(t, s, past.ID, older.Commits...)
	past = older
	add(1)
	fixture.WantCommits(t, s, past.ID, past.Commits...)
}
