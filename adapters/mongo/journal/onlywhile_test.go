package journal_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/journal"
	"orders/ports"
	"orders/test/mongotest"
)

var errMayNot = errors.New("it may not write")

// While the store may not write, it records nothing; what it recorded in a time in which others may
// have been let in, it does not acknowledge before it is known that they were not.
func TestAStoreWritesOnlyWhileItMay(t *testing.T) {
	d := fixture.Migrated(t, mongotest.URI(t), journal.Set)
	store := fixture.StoreOf(t, d, journal.GroupCommit{})
	var checks, denies atomic.Int64
	var forbidden atomic.Bool
	store.OnlyWhile(func(context.Context) error {
		if n := checks.Add(1); forbidden.Load() || n == denies.Load() {
			return errMayNot
		}
		return nil
	})
	forbidden.Store(true)
	past := ports.Stream{ID: fixture.NewID()}
	c := fixture.Next(past, fixture.Created("ann"))
	if err := store.Append(t.Context(), past, c); !errors.Is(err, ports.ErrUnavailable) {
		t.Errorf("error %v, want ErrUnavailable", err)
	}
	if s, err := store.Load(t.Context(), c.OrderID); err != nil || s.Version() > 0 {
		t.Errorf("recorded is %v, %v", s, err)
	}
	forbidden.Store(false)
	denies.Store(checks.Load() + 2) // After the insert.
	begun := checks.Load()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := store.Append(ctx, past, c); err != nil {
		t.Errorf("once it may: %v", err)
	}
	if again := checks.Load() - begun; again < 4 {
		t.Errorf("it was acknowledged after %d checks", again)
	}
	if s, err := store.Load(t.Context(), c.OrderID); err != nil || s.Version() != 1 {
		t.Errorf("recorded is %v, %v", s, err)
	}
}
