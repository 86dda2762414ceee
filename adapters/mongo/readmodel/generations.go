package readmodel

import (
	"context"
	"crypto/rand"
	"fmt"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/pipeline"
	"orders/ports"
	"orders/ports/clock"
)

const (
	// openTime is how long a generation stays open after Begin and each Renew.
	openTime = 6 * time.Second
	// leaveTime is how long a generation is still fed after a switch. By then no reader uses it.
	leaveTime = 3 * time.Second
)

// Generations are the collections of a read model: order_reads, order_reads_2, and so on.
type Generations[V any] struct {
	model *Model
	form  Form[V]

	mu     sync.Mutex
	opened map[int]opening // By number.
}

// An opening is what this process knows of a generation that it opened.
type opening struct {
	owner string    // As the state has it while the generation is this process's.
	fedAt time.Time // When every process knows a state that has the generation.
}

var _ ports.Generations[ports.OrderView] = (*Generations[ports.OrderView])(nil)

// NewGenerations returns the generations of m, whose views have a form.
func NewGenerations[V any](m *Model, form Form[V]) *Generations[V] {
	return &Generations[V]{model: m, form: form, opened: map[int]opening{}}
}

// Begin records a new generation. The caller may fill it before every process knows of it.
func (g *Generations[V]) Begin(ctx context.Context) (ports.Generation[V], error) {
	return g.open(ctx, g.model.open)
}

// Reopen records the previous generation as open.
func (g *Generations[V]) Reopen(ctx context.Context) (ports.Generation[V], error) {
	return g.open(ctx, g.model.reopen)
}

// An opener opens a generation in a state, for an owner.
type opener = func(ctx context.Context, s state, owner string) (previous, error)

func (g *Generations[V]) open(ctx context.Context, with opener) (ports.Generation[V], error) {
	opened, err := g.begin(ctx, with)
	if err != nil {
		return ports.Generation[V]{}, fmt.Errorf("open a generation of %s: %w",
			g.model.set.Collection, client.Translate(ctx, err))
	}
	to := g.model.collection(opened.Number)
	return ports.Generation[V]{
		Number: opened.Number, From: opened.Position,
		Save: func(ctx context.Context, views []V) []error {
			s := newSaveCall(views, g.form, client.WriteAll)
			s.fill(ctx, to)
			return s.result()
		},
		AwaitFed: func(ctx context.Context) error { return g.awaitFed(ctx, opened.Number) },
		Index:    func(ctx context.Context) error { return g.prepare(ctx, opened.Number) },
	}, nil
}

func (g *Generations[V]) begin(ctx context.Context, open opener) (opened previous, err error) {
	s, err := g.model.upToDate(ctx)
	switch {
	case err != nil:
		return opened, err
	case s.AlsoFed != nil:
		return opened, ports.ErrConflict
	}
	owner := rand.Text()
	if opened, err = open(ctx, s, owner); err != nil {
		g.model.giveUp(ctx, owner)
		return opened, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.opened[opened.Number] = opening{owner, time.Now().Add(staleTime)}
	return opened, nil
}

// reopen opens the previous generation, which stays recorded as such until it is live.
func (m *Model) reopen(ctx context.Context, s state, owner string) (previous, error) {
	if s.Previous == nil {
		return previous{}, ports.ErrNotFound
	}
	uuid, err := client.UUID(ctx, m.collection(s.Previous.Number))
	switch {
	case err != nil:
		return previous{}, err
	case uuid != s.Previous.UUID:
		return previous{}, ports.ErrNotFound
	}
	return *s.Previous, m.claim(ctx, s, raiseFedEpoch, alsoFedIs(*s.Previous, owner))
}

// open opens a new generation. The process that claims the next number drops the generations of no
// use and makes the collection. No saver feeds the collection before its UUID is recorded.
func (m *Model) open(ctx context.Context, s state, owner string) (opened previous, err error) {
	if opened.Number, err = m.nextFreeNumber(ctx, s.Last+1); err != nil {
		return opened, err
	}
	if err := m.claim(ctx, s, bson.E{Key: "last", Value: opened.Number},
		alsoFedIs(opened, owner)); err != nil {
		return opened, err
	}
	if err := m.sweep(ctx); err != nil {
		return opened, err
	}
	if err := m.discard(ctx, opened.Number); err != nil { // Left from before the state was lost.
		return opened, err
	}
	name := m.name(opened.Number)
	if err := m.db.Handle.CreateCollection(ctx, name); err != nil {
		return opened, err
	}
	if opened.UUID, err = client.UUID(ctx, m.db.Collection(name)); err != nil {
		return opened, err
	}
	ours := bson.D{{Key: "next.owner", Value: owner}}
	return opened, m.require(ctx, ours, raiseEpoch, raiseFedEpoch, alsoFedIs(opened, owner))
}

// claim records the owner of a new generation, if s is still the state and none is open.
func (m *Model) claim(ctx context.Context, s state, what ...bson.E) error {
	return m.require(ctx, bson.D{
		{Key: "epoch", Value: s.Epoch},
		{Key: "next", Value: bson.D{{Key: "$exists", Value: false}}},
	}, append(what, raiseEpoch)...)
}

// require sets fields if the state is as wanted, and reads it then; else it returns ErrConflict.
func (m *Model) require(ctx context.Context, wanted bson.D, fields ...bson.E) error {
	done, err := m.transition(ctx, wanted, pipeline.Set(fields...))
	switch {
	case err != nil:
		return err
	case !done:
		return ports.ErrConflict
	}
	_, err = m.read(ctx)
	return err
}

func alsoFedIs(g previous, owner string) bson.E {
	return bson.E{Key: "next", Value: bson.D{
		{Key: "number", Value: g.Number}, {Key: "uuid", Value: g.UUID},
		{Key: "since", Value: "$$CLUSTER_TIME"},
		{Key: "owner", Value: owner}, {Key: "until", Value: pipeline.FromNow(openTime)},
		{Key: "leaving", Value: false},
	}}
}

// giveUp tries to end a generation that could not be opened. If that fails, its time runs out.
func (m *Model) giveUp(ctx context.Context, owner string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), client.CloseTimeout)
	defer cancel()
	ours := bson.D{{Key: "next.owner", Value: owner}}
	_, _ = m.transition(ctx, ours, pipeline.Set(raiseEpoch), pipeline.Unset("next"))
}

// Renew gives the generation more time for any caller. Only the process that opened it switches.
func (g *Generations[V]) Renew(ctx context.Context, number int, f ports.Filling) error {
	return g.renew(ctx, number,
		bson.E{Key: "next.commits", Value: f.Commits}, bson.E{Key: "next.size", Value: f.Size})
}

func (g *Generations[V]) renew(ctx context.Context, number int, more ...bson.E) error {
	until := bson.E{Key: "next.until", Value: pipeline.FromNow(openTime)}
	done, err := g.model.transition(ctx, isOpenFor(number), pipeline.Set(append(more, until)...))
	if err == nil && !done {
		err = ports.ErrConflict
	}
	if err != nil {
		return fmt.Errorf("renew generation %d of %s: %w",
			number, g.model.set.Collection, client.Translate(ctx, err))
	}
	return nil
}

// isOpenFor selects the state in which a generation is open.
func isOpenFor(number int) bson.D {
	return bson.D{
		{Key: "next.number", Value: number}, {Key: "next.leaving", Value: false},
		pipeline.IsYet("next.until"),
	}
}

// opening returns the opening of a generation, or zero if another process opened it.
func (g *Generations[V]) opening(number int) opening {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.opened[number]
}

// awaitFed waits until every process knows a state that has the generation.
func (g *Generations[V]) awaitFed(ctx context.Context, number int) error {
	return clock.Sleep(ctx, time.Until(g.opening(number).fedAt))
}

// Status ends what is overdue and reports what is recorded. The position is empty if somebody
// dropped the live views.
func (g *Generations[V]) Status(ctx context.Context) (n ports.GenerationStatus, err error) {
	s, err := g.model.endOverdue(ctx)
	uuid := ""
	if err == nil {
		uuid, err = client.UUID(ctx, g.model.collection(s.Live.Number))
	}
	if uuid != s.Live.UUID {
		s.Position = ""
	}
	if err != nil {
		return n, fmt.Errorf("ask for the generations of %s: %w",
			g.model.set.Collection, client.Translate(ctx, err))
	}
	n.Live, n.Position = s.Live.Number, s.Position
	if next := s.AlsoFed; next != nil {
		n.Open = next.Number
		if !next.Leaving {
			n.Filling = ports.Filling{Commits: int(next.Commits), Size: int(next.Size)}
		}
	}
	if s.Previous != nil {
		n.Previous = s.Previous.Number
	}
	return n, nil
}
