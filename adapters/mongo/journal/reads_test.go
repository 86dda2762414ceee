package journal_test

import (
	"errors"
	"fmt"
	"testing"

	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/journal"
	"orders/domain/order"
	"orders/ports"
	"orders/test/mongotest"
)

// grown is an order with so many commits.
func grown(t *testing.T, s ports.EventStore, commits int) order.ID {
	t.Helper()
	past := ports.Stream{ID: fixture.NewID()}
	for range commits {
		c := fixture.Next(past, fixture.Created("ann"))
		if err := s.Append(t.Context(), past, c); err != nil {
			t.Fatal(err)
		}
		past = past.With(c)
	}
	return past.ID
}

// A reader that ends after the first commit asks the database as often as one that finds none:
// whether a stranger's order exists is not to be seen from what is read.
func TestReadingTheFirstCommitAsksOnce(t *testing.T) {
	uri := mongotest.URI(t)
	s := fixture.MigratedStore(t, uri, journal.GroupCommit{})
	enough := errors.New("enough")
	for _, commits := range []int{0, 1, 7, 8, 9, 100} {
		id := grown(t, s, commits)
		asked := mongotest.Asked(t, uri, func() {
			err := s.Read(t.Context(), id, 0, func(ports.Commit) error { return enough })
			if commits > 0 && !errors.Is(err, enough) {
				t.Errorf("%d commits: %v", commits, err)
			}
		})
		if fmt.Sprint(asked) != "[find order_writes]" {
			t.Errorf("of an order with %d commits was asked: %q", commits, asked)
		}
	}
}
