package journal_test

import (
	"testing"

	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/journal"
	"orders/domain/order"
	"orders/ports"
	"orders/test/mongotest"
)

// Orders may have more commits than the thousand up to which they take any number of a kind.
func TestALongStreamIsLoadedWhole(t *testing.T) {
	s := fixture.MigratedStore(t, mongotest.URI(t), journal.GroupCommit{})
	past := ports.Stream{ID: fixture.NewID()}
	for range order.CommitsMax + 5 {
		c := fixture.Next(past, fixture.Created("ann"))
		if err := s.Append(t.Context(), past, c); err != nil {
			t.Fatal(err)
		}
		past = past.With(c)
	}
	fixture.WantCommits(t, s, past.ID, past.Commits...)
}
