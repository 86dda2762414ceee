package journal_test

import (
	"errors"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/journal"
	"orders/ports"
	"orders/test/mongotest"
)

// A new primary does not know at once what a majority has. Whoever reads then waits until it does,
// and finds all that was acknowledged.
func TestANewPrimaryShowsWhatWasAcknowledged(t *testing.T) {
	t.Parallel()
	n := newPrimary(t)
	time.AfterFunc(500*time.Millisecond, n.learn)
	d, s, c := n.db, n.store, n.late
	for name, read := range map[string]func() (found int, err error){
		"Load": func() (int, error) {
			stream, err := s.Load(t.Context(), c.OrderID)
			return len(stream.Commits), err
		},
		"Read": func() (found int, err error) {
			err = s.Read(t.Context(), c.OrderID, 0, func(ports.Commit) error {
				found++
				return nil
			})
			return found, err
		},
		"Archive": func() (found int, err error) {
			all := ports.Range{Limit: 10}
			err = journal.NewArchive(d).Commits(t.Context(), all, func(ports.Commit) error {
				found++
				return nil
			})
			return found - 1, err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if n, err := read(); n != 1 || err != nil {
				t.Errorf("finds %d commits, %v; want 1", n, err)
			}
		})
	}
}

// As long as the primary does not know, nobody is told that there is nothing.
func TestAPrimaryThatDoesNotKnowIsUnavailable(t *testing.T) {
	t.Parallel()
	n := newPrimary(t)
	stream, err := n.store.Load(t.Context(), n.late.OrderID)
	if !errors.Is(err, ports.ErrUnavailable) {
		t.Errorf("found %d commits, %v; want ErrUnavailable", len(stream.Commits), err)
	}
	n.learn()
	fixture.WantCommits(t, n.store, n.late.OrderID, n.late)
}

// An elected primary does not know yet that a majority has the last commit.
type elected struct {
	db    *client.Database
	store *journal.EventStore
	late  ports.Commit // There is one more before it.
	learn func()
}

func newPrimary(t *testing.T) elected {
	t.Helper()
	set := mongotest.Cluster(t)
	d := fixture.Migrated(t, set.URI("orders"), journal.Set)
	n := elected{db: d, store: fixture.StoreOf(t, d, journal.GroupCommit{})}
	early := fixture.Create(t, n.store, "ann")
	fixture.WantCommits(t, n.store, early.OrderID, early)
	n.learn = set.HoldMajority()
	n.late = fixture.Create(t, n.store, "ann")
	set.StepDown()
	shown, err := d.Collection(journal.Collection).CountDocuments(t.Context(), bson.D{})
	if shown != 1 || err != nil {
		t.Fatalf("a majority read shows %d commits, %v; want that of before", shown, err)
	}
	return n
}
