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
	// leaveTime is how long one that was left is still fed, until every reader has turned.
	leaveTime = 3 * time.Second
)

// Generations are the collections of a read model: order_reads, order_reads_2, and so on.
type Generations[V any] struct {
	model *Model
	form  Form[V]

	mu     sync.Mutex
	opened map[int]opening // By number.
}

// An opening is how a generation was opened here.
type opening struct {
	owner string    // Proves that.
	fed   time.Time // When nobody uses a state any more that lacks the generation.
}

var _ ports.Generations[ports.OrderView] = (*Generations[ports.OrderView])(nil)

// NewGenerations returns the generations of m, whose views have a form.
func NewGenerations[V any](m *Model, form Form[V]) *Generations[V] {
	return &Generations[V]{model: m, form: form, opened: map[int]opening{}}
}

// Begin records a new generation. Filling it need not wait until everybody knows.
func (g *Generations[V]) Begin(ctx context.Context) (ports.Generation[V], error) {
	return g.open(ctx, g.model.open)
}

// Reopen records the generation before as one that is open.
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
			s := newSaves(views, g.form)
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
	case s.Candidate != nil:
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
	return *s.Previous, m.claim(ctx, s, raiseFedEpoch, nextIs(*s.Previous, owner))
}

// open opens a new generation. Who claims the next number drops what nobody needs and makes the
// collection; nobody feeds that before it is recorded with its UUID.
func (m *Model) open(ctx context.Context, s state, owner string) (opened previous, err error) {
	if opened.Number, err = m.free(ctx, s.Last+1); err != nil {
		return opened, err
	}
	if err := m.claim(ctx, s, bson.E{Key: "last", Value: opened.Number},
		nextIs(opened, owner)); err != nil {
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
	return opened, m.require(ctx, ours, raise, raiseFedEpoch, nextIs(opened, owner))
}

// claim records who opens a generation, if s is the state and nobody does.
func (m *Model) claim(ctx context.Context, s state, what ...bson.E) error {
	return m.require(ctx, bson.D{
		{Key: "epoch", Value: s.Epoch},
		{Key: "next", Value: bson.D{{Key: "$exists", Value: false}}},
	}, append(what, raise)...)
}

// require sets fields of a state that is as wanted, and reads it. Else it returns ErrConflict.
func (m *Model) require(ctx context.Context, wanted bson.D, fields ...bson.E) error {
	done, err := m.change(ctx, wanted, pipeline.Set(fields...))
	switch {
	case err != nil:
		return err
	case !done:
		return ports.ErrConflict
	}
	_, err = m.read(ctx)
	return err
}

func nextIs(g previous, owner string) bson.E {
	return bson.E{Key: "next", Value: bson.D{
		{Key: "number", Value: g.Number}, {Key: "uuid", Value: g.UUID},
		{Key: "owner", Value: owner}, {Key: "until", Value: pipeline.FromNow(openTime)},
		{Key: "leaving", Value: false},
	}}
}

// giveUp forgets a generation that could not be opened, if it can; else its time runs out.
func (m *Model) giveUp(ctx context.Context, owner string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), client.CloseTimeout)
	defer cancel()
	ours := bson.D{{Key: "next.owner", Value: owner}}
	_, _ = m.change(ctx, ours, pipeline.Set(raise), pipeline.Unset("next"))
}

// Renew gives the generation more time, whoever asks: only who opened it can switch to it.
func (g *Generations[V]) Renew(ctx context.Context, number int) error {
	done, err := g.model.change(ctx, isOpen(number),
		pipeline.Set(bson.E{Key: "next.until", Value: pipeline.FromNow(openTime)}))
	if err == nil && !done {
		err = ports.ErrConflict
	}
	if err != nil {
		return fmt.Errorf("renew generation %d of %s: %w",
			number, g.model.set.Collection, client.Translate(ctx, err))
	}
	return nil
}

// isOpen selects the state in which a generation is open.
func isOpen(number int) bson.D {
	return bson.D{
		{Key: "next.number", Value: number}, {Key: "next.leaving", Value: false},
		pipeline.IsYet("next.until"),
	}
}

// opening is how a generation was opened here; zero if it was not.
func (g *Generations[V]) opening(number int) opening {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.opened[number]
}

// awaitFed waits until nobody uses a state that lacks the generation.
func (g *Generations[V]) awaitFed(ctx context.Context, number int) error {
	return clock.Sleep(ctx, time.Until(g.opening(number).fed))
}

// Status tells what is recorded, once what is due is done. Of views that somebody dropped the
// position says nothing.
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
	if s.Candidate != nil {
		n.Open = s.Candidate.Number
	}
	if s.Previous != nil {
		n.Previous = s.Previous.Number
	}
	return n, nil
}
