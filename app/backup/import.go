package backup

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"orders/ports"
	"orders/ports/clock"
)

// Lines hands each the commits of a backup with the lines that they are in, those of an order in
// order. It can be called again. When each returns an error, it ends with that.
type Lines func(ctx context.Context, each func(line int, c ports.Commit) error) error

// An Import records in a store the commits that it lacks, and adds the keys of the orders that
// another program took. It is idempotent. With such keys it is to be alone: no handler of commands
// may work on the store meanwhile.
type Import struct {
	Into    ports.EventStore
	Archive ports.Archive      // Of the same store,
	Keys    ports.ImportedKeys // as are these.
	From    Lines
	Check   func(context.Context) error // Returns nil while it may add keys; nil for always.
	Options Options
	Report  func(Progress)
	Log     *slog.Logger
}

// An Imported says what became of the commits of a backup.
type Imported struct {
	Orders, Commits int
	Recorded        int // Commits that were not there before.
}

// Run first compares the backup with what the store has of its orders. If anything differs, it
// records nothing and returns a *DiffersError. Else it records what is missing.
func (i Import) Run(ctx context.Context) (Imported, error) {
	m := &importing{Import: i, pace: paceOf(i.Options.Rate)}
	if err := m.pass(ctx, Comparing, m.compare); err != nil {
		return Imported{}, err
	}
	if m.differs.Count > 0 {
		return Imported{}, &m.differs
	}
	err := m.pass(ctx, Recording, m.recordRest)
	if err == nil && m.differs.Count > 0 {
		err = &m.differs
	}
	return m.done, err
}

type importing struct {
	Import
	pace *rate.Limiter

	mu      sync.Mutex
	done    Imported
	differs DiffersError
	moved   time.Time // When the store answered last.
}

// pass looks what the store has of each window of the backup, and then works on its stretches, on
// many orders at once.
func (m *importing) pass(
	ctx context.Context, phase Phase, work func(context.Context, *stretch) error,
) error {
	m.done, m.moved = Imported{}, time.Now()
	w := newWindow()
	flush := func() error {
		err := m.look(ctx, w)
		if err == nil {
			err = w.each(ctx, work)
		}
		m.done.Orders, m.done.Commits = m.done.Orders+w.firsts, m.done.Commits+w.commits
		m.Report(Progress{phase, m.done.Commits, m.done.Orders, 0})
		w = newWindow()
		return err
	}
	err := m.From(ctx, func(line int, c ports.Commit) error {
		if w.add(line, c); w.isFull() {
			return flush()
		}
		return nil
	})
	if err == nil {
		err = flush()
	}
	return err
}

// compare notes where a stretch differs from what the store has.
func (m *importing) compare(ctx context.Context, s *stretch) error {
	if s.why == "" {
		if err := m.compareKey(ctx, s); err != nil {
			return err
		}
	}
	if s.why != "" {
		m.note(s.difference())
	}
	return nil
}

// recordRest records what the store lacks of a stretch, and nothing of an order that differs.
func (m *importing) recordRest(ctx context.Context, s *stretch) error {
	isSeen := true
	return m.untilAnswered(ctx, func() error {
		if !isSeen {
			if err := m.read(ctx, s); err != nil {
				return err
			}
		}
		isSeen = false
		if s.why == "" {
			if err := m.addKey(ctx, s); err != nil {
				return err
			}
		}
		switch {
		case s.why != "":
			return m.compare(ctx, s)
		case !s.follows:
			return fmt.Errorf("order %s has lost version %d", s.id, s.commits[0].Version-1)
		}
		for _, c := range s.commits[s.there:] {
			if err := m.record(ctx, c); err != nil {
				return err
			}
		}
		return nil
	})
}

func (m *importing) record(ctx context.Context, c ports.Commit) error {
	if err := m.pace.Wait(ctx); err != nil {
		return err
	}
	past := ports.Stream{ID: c.OrderID}
	past.Before.Version = c.Version - 1 // These are there, as was seen.
	if err := m.Into.Append(ctx, past, c); err != nil {
		return fmt.Errorf("record version %d of order %s: %w", c.Version, c.OrderID, err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.done.Recorded++
	return nil
}

// untilAnswered calls do again and again while the store does not answer or somebody else was
// first, but ends when it has not done so for long.
func (m *importing) untilAnswered(ctx context.Context, do func() error) error {
	for {
		err := do()
		if err == nil {
			m.move()
			return nil
		}
		isOpen := errors.Is(err, ports.ErrUnavailable) || errors.Is(err, ports.ErrConflict) ||
			errors.Is(err, ports.ErrOutcomeUnknown)
		if !isOpen || ctx.Err() != nil || m.isStuck() {
			return err
		}
		m.Log.Debug("The import asks the database again", "error", err)
		if err := clock.Sleep(ctx, pause); err != nil {
			return err
		}
	}
}

func (m *importing) move() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.moved = time.Now()
}

func (m *importing) isStuck() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return time.Since(m.moved) > patience
}
