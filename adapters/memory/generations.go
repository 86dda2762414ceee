package memory

import (
	"context"
	"fmt"
	"slices"
	"time"

	"orders/ports"
)

const (
	openFor = 5 * time.Second // How long a generation stays open without being renewed.
	fedFor  = 2 * time.Second // How long one is fed after it was left.
)

// A generation is one copy of a read model.
type generation[V any, I Index[V]] struct {
	number int
	views  ordered[*V] // None is changed once it is there.
	index  I
	fed    time.Time      // Until when it is, unless it is live.
	left   ports.Position // When another one became live.
}

func (m *Model[V, I]) fresh() *generation[V, I] {
	m.numbered++
	return &generation[V, I]{
		number: m.numbered, views: newOrdered[*V](), index: m.kind.Index(),
	}
}

// opened is the generation that is being filled, or nil.
func (m *Model[V, I]) opened() *generation[V, I] {
	if m.open != nil && !time.Now().Before(m.open.fed) {
		m.open = nil // And forgotten, unless it was live once: that one is kept as it is.
	}
	return m.open
}

// leaving is the generation that was left a moment ago, or nil.
func (m *Model[V, I]) leaving() *generation[V, I] {
	g := m.previous
	if g == nil || g == m.opened() || !time.Now().Before(g.fed) {
		return nil
	}
	return g
}

// fed are all generations that what is saved is put into; the live one is the last.
func (m *Model[V, I]) fed() []*generation[V, I] {
	return slices.DeleteFunc([]*generation[V, I]{m.opened(), m.leaving(), m.live},
		func(g *generation[V, I]) bool { return g == nil })
}

// Begin implements ports.Generations.
func (m *Model[V, I]) Begin(ctx context.Context) (ports.Generation[V], error) {
	return m.begin(ctx, m.fresh)
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
	if open := m.opened(); open != nil {
		return ports.Generation[V]{}, fmt.Errorf("generation %d is open: %w", open.number,
			ports.ErrConflict)
	}
	g := choose()
	if g == nil {
		return ports.Generation[V]{}, fmt.Errorf("no generation is kept: %w", ports.ErrNotFound)
	}
	m.open = g
	m.epoch++
	g.fed = time.Now().Add(openFor)
	return ports.Generation[V]{
		Number: g.number, From: g.left,
		Save: func(ctx context.Context, views []V) []error { return m.saveInto(ctx, g, views) },
		// Every saver shares the model, so both are done at once.
		AwaitFed: context.Context.Err, Index: context.Context.Err,
	}, nil
}

// saveInto saves into one generation. That it was forgotten is not the views' fault, so the error
// is one that passes, though only with another generation.
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
func (m *Model[V, I]) Renew(ctx context.Context, number int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	open := m.opened()
	if open == nil || open.number != number {
		return notOpen(number)
	}
	open.fed = time.Now().Add(openFor)
	return nil
}

// Switch implements ports.Generations.
func (m *Model[V, I]) Switch(ctx context.Context, number int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	open := m.opened()
	if open == nil || open.number != number {
		return notOpen(number)
	}
	m.previous, m.live, m.open = m.live, open, nil
	m.previous.fed, m.previous.left = time.Now().Add(fedFor), m.position
	m.wakeAll()
	return nil
}

func notOpen(number int) error {
	return fmt.Errorf("generation %d is not open: %w", number, ports.ErrConflict)
}

// Status implements ports.Generations.
func (m *Model[V, I]) Status(ctx context.Context) (ports.GenerationStatus, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := ports.GenerationStatus{Live: m.live.number, Position: m.position}
	open, leaving := m.opened(), m.leaving()
	switch {
	case open != nil:
		n.Open = open.number
	case leaving != nil:
		n.Open = leaving.number
	}
	if m.previous != nil && m.previous.number != n.Open {
		n.Previous = m.previous.number
	}
	return n, ctx.Err()
}
