package memory

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"orders/domain/order"
	"orders/ports"
)

// A Model keeps views of type V: in generations, each with an index of its own.
type Model[V any, I Index[V]] struct {
	kind   Kind[V, I]
	parked *Parked
	lease  *Lease

	mu         sync.RWMutex
	live       *generation[V, I]
	candidate  *generation[V, I] // May have expired: see openCandidate.
	previous   *generation[V, I] // Fed for a moment after it was left; nil if there is none.
	lastNumber int               // Of all generations.
	epoch      int               // How many generations were opened.
	position   ports.Position
	waiters    map[order.ID]*waiters
	changes    changes
}

// A Kind is what a Model needs to know of its views.
type Kind[V any, I Index[V]] struct {
	Key   func(V) (id order.ID, version int)
	Clone func(V) V // A copy that shares no memory with its argument.
	Index func() I  // An empty one.
}

// An Index finds views by something else than their IDs.
type Index[V any] interface {
	// Replace takes a view out and puts another one of the same order in; either may be nil.
	Replace(was, is *V)
}

// NewModel returns an empty Model.
func NewModel[V any, I Index[V]](kind Kind[V, I]) *Model[V, I] {
	m := &Model[V, I]{
		kind: kind, parked: NewParked(), lease: &Lease{}, waiters: map[order.ID]*waiters{},
		changes: newChanges(),
	}
	m.live = m.newGeneration()
	return m
}

// ReadModel returns the ports of m. Each call returns a Checkpoint of its own, so two projections
// with a ReadModel each behave like two processes.
func (m *Model[V, I]) ReadModel() ports.ReadModel[V] {
	c := &checkpoint[V, I]{model: m}
	return ports.ReadModel[V]{
		Views: m, Provisional: &provisional[V, I]{c}, Checkpoint: c, Generations: m,
		Parked: m.parked, Lease: m.lease,
	}
}

// Read calls query with the live views and their index, which query must neither change nor keep.
func (m *Model[V, I]) Read(ctx context.Context, query func(map[order.ID]*V, I)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	query(m.live.views.of, m.live.index)
	return nil
}

// Save implements ports.Views.
func (m *Model[V, I]) Save(ctx context.Context, views []V) []error {
	if err := ctx.Err(); err != nil {
		return slices.Repeat([]error{err}, len(views))
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, g := range m.fed() {
		m.save(g, views)
	}
	return nil
}

func (m *Model[V, I]) save(g *generation[V, I], views []V) {
	for _, view := range views {
		id, version := m.kind.Key(view)
		if was := g.views.of[id]; m.version(was) < version {
			m.put(g, id, was, view)
		}
	}
}

// version is that of a view, 0 for none.
func (m *Model[V, I]) version(view *V) int {
	if view == nil {
		return 0
	}
	_, version := m.kind.Key(*view)
	return version
}

// put puts view in the place of was, which is nil if there was none.
func (m *Model[V, I]) put(g *generation[V, I], id order.ID, was *V, view V) {
	view = m.kind.Clone(view)
	g.index.Replace(was, &view)
	g.views.set(id, &view)
	if g == m.live {
		m.wake(id)
		m.changes.add(id, m.version(&view))
	}
}

// Stored implements ports.Views.
func (m *Model[V, I]) Stored(ctx context.Context, r ports.Range) ([]ports.Stored[V], error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	stored := []ports.Stored[V]{}
	for _, id := range m.live.views.idsIn(r) {
		view := m.live.views.of[id]
		stored = append(stored, ports.Stored[V]{
			ID: id, Version: m.version(view),
			Differences: func(right V) []ports.Difference { return differences(*view, right) },
		})
	}
	return stored, nil
}

// Strays implements ports.Views. There are none, as every key is the ID of an order.
func (m *Model[V, I]) Strays(ctx context.Context, _ func(ports.Stray) error) error {
	return ctx.Err()
}

// Repair implements ports.Views.
func (m *Model[V, I]) Repair(ctx context.Context, id order.ID, seen int, right *V) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if right != nil {
		if of, _ := m.kind.Key(*right); of != id {
			return fmt.Errorf("order %s cannot have the view of order %s", id, of)
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	view := m.live.views.of[id]
	switch there := m.version(view); {
	case there != seen:
		return fmt.Errorf("the view of order %s is at version %d, not %d: %w", id, there, seen,
			ports.ErrConflict)
	case right != nil:
		m.put(m.live, id, view, *right)
	case view != nil:
		m.live.index.Replace(view, nil)
		m.live.views.remove(id)
	}
	return nil
}
