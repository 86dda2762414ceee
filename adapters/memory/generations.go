package memory

import (
	"context"
	"fmt"
	"slices"
	"time"

	"orders/ports"
)

const (
	openFor = 5 * time.Second // How long a candidate stays open after it was renewed.
	fedFor  = 2 * time.Second // How long a generation is fed after it was left.
)

// A generation is one copy of a read model.
type generation[V any, I Index[V]] struct {
	number   int
	views    ordered[*V] // None is changed once it is there.
	index    I
	filling  ports.Filling  // As it was when it was last renewed.
	fedUntil time.Time      // Unless it is live, which is always fed.
	leftAt   ports.Position // The position at which another one became live.
}

func (m *Model[V, I]) newGeneration() *generation[V, I] {
	m.lastNumber++
	return &generation[V, I]{
		number: m.lastNumber, views: newOrdered[*V](), index: m.kind.Index(),
	}
}

// openCandidate is the candidate, or nil if none is open.
func (m *Model[V, I]) openCandidate() *generation[V, I] {
	if m.candidate != nil && !time.Now().Before(m.candidate.fedUntil) {
		m.candidate = nil // A new one is gone with that; a reopened one is still the previous one.
	}
	return m.candidate
}

// justLeft is the previous generation while it is still fed and not reopened, or nil.
func (m *Model[V, I]) justLeft() *generation[V, I] {
	g := m.previous
	if g == nil || g == m.openCandidate() || !time.Now().Before(g.fedUntil) {
		return nil
	}
	return g
}

// fed are all generations that a view is saved into; the live one is the last.
func (m *Model[V, I]) fed() []*generation[V, I] {
	return slices.DeleteFunc([]*generation[V, I]{m.openCandidate(), m.justLeft(), m.live},
		func(g *generation[V, I]) bool { return g == nil })
}

// Begin implements ports.Generations.
func (m *Model[V, I]) Begin(ctx context.Context) (ports.Generation[V], error) {
	return m.begin(ctx, m.newGeneration)
}

// Reopen implements ports.Generations.
func (m *Model[V, I]) Reopen(ctx context.Context) (ports.Generation[V], error) {
	return m.begin(ctx, func() *generation[V, I] { return m.previous })
}

// begin opens the generation that choose returns, unless that is nil.
func (m *Model[V, I]) begin(
	ctx context.Context, choose func() *generation[V, I],
) (ports.Generation[V], error) {
	if err := ctx.Err(); err != nil {
		return ports.Generation[V]{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if open := m.openCandidate(); open != nil {
		return ports.Generation[V]{}, fmt.Errorf("generation %d is open: %w", open.number,
			ports.ErrConflict)
	}
	g := choose()
	if g == nil {
		return ports.Generation[V]{}, fmt.Errorf("no generation is kept: %w", ports.ErrNotFound)
	}
	m.candidate = g
	m.epoch++
	g.fedUntil, g.filling = time.Now().Add(openFor), ports.Filling{}
	return ports.Generation[V]{
		Number: g.number, From: g.leftAt,
		Save: func(ctx context.Context, views []V) []error { return m.saveInto(ctx, g, views) },
		// Every saver shares the model, so both are done at once.
		AwaitFed: context.Context.Err, Index: context.Context.Err,
	}, nil
}

// saveInto saves into one generation. If it was forgotten the error is ErrUnavailable, since the
// views can be saved into another one.
func (m *Model[V, I]) saveInto(ctx context.Context, g *generation[V, I], views []V) []error {
	err := ctx.Err()
	m.mu.Lock()
	defer m.mu.Unlock()
	if err == nil && !slices.Contains(m.fed(), g) {
		err = fmt.Errorf("generation %d was forgotten: %w", g.number, ports.ErrUnavailable)
	}
	if err != nil {
		return slices.Repeat([]error{err}, len(views))
	}
	m.save(g, views)
	return nil
}

// Renew implements ports.Generations.
func (m *Model[V, I]) Renew(ctx context.Context, number int, f ports.Filling) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	open := m.openCandidate()
	if open == nil || open.number != number {
		return notOpen(number)
	}
	open.fedUntil, open.filling = time.Now().Add(openFor), f
	return nil
}

// Switch implements ports.Generations.
func (m *Model[V, I]) Switch(ctx context.Context, number int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	open := m.openCandidate()
	if open == nil || open.number != number {
		return notOpen(number)
	}
	m.previous, m.live, m.candidate = m.live, open, nil
	m.previous.fedUntil, m.previous.leftAt = time.Now().Add(fedFor), m.position
	m.wakeAll()
	m.tellNewer()
	return nil
}

// tellNewer tells of the live views that are newer than those that were live before. If these are
// more than are kept, followers are lost.
func (m *Model[V, I]) tellNewer() {
	for id, view := range m.live.views.of {
		if version := m.version(view); version > m.version(m.previous.views.of[id]) {
			m.changes.add(id, version)
		}
	}
}

func notOpen(number int) error {
	return fmt.Errorf("generation %d is not open: %w", number, ports.ErrConflict)
}

// Status implements ports.Generations.
func (m *Model[V, I]) Status(ctx context.Context) (ports.GenerationStatus, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := ports.GenerationStatus{Live: m.live.number, Position: m.position}
	open, left := m.openCandidate(), m.justLeft()
	switch {
	case open != nil:
		n.Open, n.Filling = open.number, open.filling
	case left != nil:
		n.Open = left.number
	}
	if m.previous != nil && m.previous.number != n.Open {
		n.Previous = m.previous.number
	}
	return n, ctx.Err()
}
