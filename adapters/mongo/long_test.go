package mongo_test

import (
	"testing"

	"orders/adapters/mongo"
	"orders/domain/order"
	"orders/ports"
	"orders/test/mongotest"
)

// Orders may have more commits than the thousand up to which they take any number of a kind.
func TestALongStreamIsLoadedWhole(t *testing.T) {
	s := migratedStore(t, mongotest.URI(t), mongo.GroupCommit{})
	past := ports.Stream{ID: newID()}
	for range order.CommitsMax + 5 {
		c := next(past, created("ann"))
		if err := s.Append(t.Context(), past, c); err != nil {
			t.Fatal(err)
		}
		past = past.With(c)
	}
	wantCommits(t, s, past.ID, past.Commits...)
}
