package journal_test

import (
	"errors"
	"testing"
	"time"

	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/journal"
	"orders/ports"
)

// A new primary does not know at once what a majority has. Whoever reads then waits until it does,
// and finds all that was acknowledged.
func TestANewPrimaryShowsWhatWasAcknowledged(t *testing.T) {
	t.Parallel()
	n := fixture.NewPrimary(t)
	time.AfterFunc(500*time.Millisecond, n.Learn)
	d, s, c := n.DB, n.Store, n.Late
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
			begun := time.Now()
			n, err := read()
			for errors.Is(err, ports.ErrUnavailable) && time.Since(begun) < fixture.Patience {
				t.Log(err) // It took longer to learn than a reader waits.
				n, err = read()
			}
			if n != 1 || err != nil {
				t.Errorf("finds %d commits, %v; want 1", n, err)
			}
		})
	}
}

// As long as the primary does not know, nobody is told that there is nothing.
func TestAPrimaryThatDoesNotKnowIsUnavailable(t *testing.T) {
	t.Parallel()
	n := fixture.NewPrimary(t)
	stream, err := n.Store.Load(t.Context(), n.Late.OrderID)
	if !errors.Is(err, ports.ErrUnavailable) {
		t.Errorf("found %d commits, %v; want ErrUnavailable", len(stream.Commits), err)
	}
	n.Learn()
	fixture.WantCommits(t, n.Store, n.Late.OrderID, n.Late)
}
