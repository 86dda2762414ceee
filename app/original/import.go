// Package original takes over the orders of the Node.js program that this service replaces.
package original

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/time/rate"

	"orders/domain/order"
	"orders/ports"
	"orders/ports/clock"
)

const (
	// atOnce is how many orders are worked on: enough for group commits that are full.
	atOnce = 256
	// patience is how long a store is waited for that does not answer, and pause how long it has
	// before it is asked again.
	patience = 2 * time.Minute
	pause    = 500 * time.Millisecond
)

// An Import records the orders of the original, and their keys. It is idempotent: what is there
// already stays as it is.
type Import struct {
	From ports.Original
	Into ports.EventStore
	Keys ports.ImportedKeys

	Currency order.Currency // Of all orders.
	DryRun   bool           // Say what would be refused, and record nothing.
	Rate     int            // Orders per second at most; 0 for any.

	// Check returns nil while the import may write; nil for always.
	Check func(context.Context) error
	// Refuse hears of each order that is not taken over, and Note of what is left out of one that
	// is. Neither is called twice at once.
	Refuse, Note func(o ports.OriginalOrder, f ports.Fault)
	Report       func(Progress)
	Log          *slog.Logger
}

// A Progress is how far an import is.
type Progress struct {
	Orders   int // That were worked on.
	Commits  int // What they have become.
	Keys     int // That keep replaying.
	Refused  int // Orders.
	WithNote int // Orders of which something is left out.
}

// Run takes over all orders that can be, and refuses the others.
func (i Import) Run(ctx context.Context) (Progress, error) {
	r := &run{Import: i, now: time.Now(), pace: rate.NewLimiter(rate.Inf, 1)}
	if i.Rate > 0 {
		r.pace = rate.NewLimiter(rate.Limit(i.Rate), 1)
	}
	workers, working := errgroup.WithContext(ctx)
	workers.SetLimit(atOnce)
	err := i.From.Orders(working, func(o ports.OriginalOrder) error {
		if err := r.pace.Wait(working); err != nil {
			return err
		}
		workers.Go(func() error { return r.takeOver(working, o) })
		return working.Err()
	})
	if failed := workers.Wait(); failed != nil {
		err = failed
	}
	return r.done, err
}

type run struct {
	Import
	now  time.Time
	pace *rate.Limiter

	mu   sync.Mutex
	done Progress
}

// takeOver records an order, or refuses it.
func (r *run) takeOver(ctx context.Context, o ports.OriginalOrder) error {
	m, faults := convert(o, r.Currency, r.now)
	if len(faults) == 0 {
		var err error
		if faults, err = r.record(ctx, o, &m); err != nil {
			return fmt.Errorf("order %s: %w", o.OrderID, err)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done.Orders++
	if len(faults) > 0 {
		r.done.Refused++
		for _, f := range bounded(faults) {
			r.Refuse(o, f)
		}
	} else {
		r.done.Commits += len(m.commits)
		if m.key != nil {
			r.done.Keys++
		}
		if len(m.notes) > 0 {
			r.done.WithNote++
		}
		for _, f := range m.notes {
			r.Note(o, f)
		}
	}
	r.Report(r.done)
	return nil
}

// bounded are the first faults of an order, and how many more there are.
func bounded(faults []ports.Fault) []ports.Fault {
	const listed = 20
	more := len(faults) - listed
	if more <= 0 {
		return faults
	}
	return append(faults[:listed:listed], ports.Fault{
		Field: "items", Value: "…", Why: fmt.Sprintf("%d more fields are wrong", more),
	})
}

// record records the key first: an order without its key could be made once more.
func (r *run) record(
	ctx context.Context, o ports.OriginalOrder, m *made,
) (faults []ports.Fault, err error) {
	err = r.untilAnswered(ctx, func() error {
		faults = nil
		if m.key != nil {
			if err := r.checkKey(ctx, o, m); err != nil {
				faults, err = conflict(err, "idemKey", o.Key, "stands for another order already")
				return err
			}
		}
		for _, c := range m.commits {
			if err := r.commit(ctx, c); err != nil {
				faults, err = conflict(err, fieldOf(c), string(c.OrderID), whyNot(c))
				return err
			}
		}
		return nil
	})
	return faults, err
}

// conflict makes a fault of ErrConflict.
func conflict(err error, field, value, why string) ([]ports.Fault, error) {
	if errors.Is(err, ports.ErrConflict) {
		return []ports.Fault{{Field: field, Value: value, Why: why}}, nil
	}
	return nil, err
}

func fieldOf(c ports.Commit) string {
	if c.Version == 1 {
		return "orderId"
	}
	return "status"
}

func whyNot(c ports.Commit) string {
	if c.Version == 1 {
		return "is there already, with other content"
	}
	return "was changed here since it was taken over, and is CANCELLED in the original"
}

// checkKey adds the key, unless a create to this service has used it.
func (r *run) checkKey(ctx context.Context, o ports.OriginalOrder, m *made) error {
	s, err := r.Into.Load(ctx, m.derived)
	if err != nil {
		return err
	}
	if s.Version() > 0 {
		request := m.key.Request
		m.withoutKey(request)
		m.notes = append(m.notes, ports.Fault{
			Field: "idemKey", Value: o.Key,
			Why: fmt.Sprintf("has made order %s here: it is left out", m.derived),
		})
		return nil
	}
	if r.DryRun {
		there, err := r.Keys.Find(ctx, m.key.Key)
		switch {
		case errors.Is(err, ports.ErrNotFound):
			return nil
		case err == nil && there != *m.key:
			return ports.ErrConflict
		}
		return err
	}
	return r.checked(ctx, func() error { return r.Keys.Add(ctx, *m.key) })
}

// commit records a commit, or in a dry run finds out whether it could.
func (r *run) commit(ctx context.Context, c ports.Commit) error {
	if r.DryRun {
		return r.Into.Read(ctx, c.OrderID, c.Version-1, func(there ports.Commit) error {
			if there.Version == c.Version && there.ID != c.ID {
				return ports.ErrConflict
			}
			return nil
		})
	}
	past := ports.Stream{ID: c.OrderID}
	past.Before.Version = c.Version - 1 // It was recorded a moment ago.
	return r.checked(ctx, func() error { return r.Into.Append(ctx, past, c) })
}

// checked writes while the import may.
func (r *run) checked(ctx context.Context, write func() error) error {
	if r.Check == nil {
		return write()
	}
	err := r.Check(ctx)
	if err == nil {
		err = write()
	}
	if err == nil {
		err = r.Check(ctx)
	}
	return err
}

// untilAnswered does something again while the store does not answer, for as long as patience.
func (r *run) untilAnswered(ctx context.Context, do func() error) error {
	for begun := time.Now(); ; {
		err := do()
		isOpen := errors.Is(err, ports.ErrUnavailable) || errors.Is(err, ports.ErrOutcomeUnknown)
		if !isOpen || time.Since(begun) > patience {
			return err
		}
		r.Log.Debug("The import asks the database again", "error", err)
		if err := clock.Sleep(ctx, pause); err != nil {
			return err
		}
	}
}
