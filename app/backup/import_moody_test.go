package backup_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"

	"orders/adapters/memory"
	"orders/app/backup"
	"orders/ports"
)

// A moody store fails, or lets others be first.
type moody struct {
	ports.EventStore
	before func(c ports.Commit) error
	after  func(c ports.Commit) error
}

func (m moody) Append(ctx context.Context, past ports.Stream, c ports.Commit) error {
	if m.before != nil {
		if err := m.before(c); err != nil {
			return err
		}
	}
	err := m.EventStore.Append(ctx, past, c)
	if err == nil && m.after != nil {
		err = m.after(c)
	}
	return err
}

func TestAnImportOutlastsFailures(t *testing.T) {
	for name, failure := range map[string]error{
		"nothing was recorded": ports.ErrUnavailable, "nobody knows": ports.ErrOutcomeUnknown,
	} {
		for _, isAfter := range []bool{false, true} {
			t.Run(fmt.Sprint(name, isAfter), func(t *testing.T) {
				all := exported(t, 300)
				synctest.Test(t, func(t *testing.T) {
					var mu sync.Mutex
					n := 0
					fail := func(ports.Commit) error {
						mu.Lock()
						defer mu.Unlock()
						if n++; n%5 == 0 {
							return fmt.Errorf("a failover: %w", failure)
						}
						return nil
					}
					s := memory.NewEventStore()
					m := moody{EventStore: s, before: fail}
					if isAfter {
						m.before, m.after = nil, fail
					}
					if _, err := importedInto(m, s, all).Run(t.Context()); err != nil {
						t.Error(err)
					}
					has(t, s, all)
				})
			})
		}
	}
}

// Somebody creates an order otherwise after the comparison.
func TestAnOrderThatSomebodyElseCreatesMeanwhileIsLeftAsItIs(t *testing.T) {
	all := exported(t, 100)
	synctest.Test(t, func(t *testing.T) {
		s := memory.NewEventStore()
		other := next(idOf(7), 1)
		other.ID = "of somebody else"
		m := moody{EventStore: s, before: func(c ports.Commit) error {
			if c.OrderID == idOf(7) {
				return s.Append(t.Context(), ports.Stream{ID: c.OrderID}, other)
			}
			return nil
		}}
		done, err := importedInto(m, s, all).Run(t.Context())
		var differs *backup.DiffersError
		if !errors.As(err, &differs) || differs.First[0].OrderID != idOf(7) {
			t.Errorf("%v, want that order %s differs", err, idOf(7))
		}
		if done.Recorded != len(all)-4 {
			t.Errorf("%d commits were recorded, want those of all others", done.Recorded)
		}
		has(t, s, []ports.Commit{other})
	})
}
