// Package projection keeps read models in step with what was committed, and rebuilds and
// verifies them.
package projection

import (
	"context"
	"log/slog"
	"time"

	"orders/app/subscribe"
	"orders/ports"
)

// A Kind is a kind of view: what it shows of an order, and where it is kept.
type Kind[V any] struct {
	Name  string
	With  func(V, ports.Commit) V // After the next commit; of the zero view after the first.
	Size  func(V) int             // About how many bytes it takes.
	Model ports.ReadModel[V]
	// Pace is how long it rests between saves, so that more is saved at once. It is for views that
	// nobody waits for.
	Pace time.Duration
}

// A Source is where projections learn what happened.
type Source struct {
	Feed    ports.EventFeed
	History ports.History
	Archive ports.Archive
}

// A Projection keeps the read model of one kind.
type Projection[V any] struct {
	kind       Kind[V]
	source     Source
	log        *slog.Logger
	subscriber *subscribe.Subscriber
}

// Any is a Projection of any kind.
type Any interface {
	Name() string
	Run(ctx context.Context)
	Rebuild(ctx context.Context, o Options, tell func(Progress)) error
	Rollback(ctx context.Context, o Options, tell func(Progress)) error
	Verify(ctx context.Context, repair bool, tell func(Finding)) (Summary, error)
	Retry(ctx context.Context) (Retried, error)
	Status(ctx context.Context) (ports.ProjectionStatus, error)
}

// New returns a Projection of the kind k, which has yet to Run.
func New[V any](k Kind[V], s Source, log *slog.Logger) *Projection[V] {
	p := &Projection[V]{kind: k, source: s, log: log.With("view", k.Name)}
	p.subscriber = p.subscribe(log)
	return p
}

// Name is the read model's.
func (p *Projection[V]) Name() string { return p.kind.Name }

// Run projects whenever this process leads, until ctx ends.
func (p *Projection[V]) Run(ctx context.Context) { p.subscriber.Run(ctx) }

// projector returns one that saves what it makes with save.
func (p *Projection[V]) projector(save func(context.Context, []V) []error) *projector[V] {
	return &projector[V]{
		history: p.source.History, with: p.kind.With, size: p.kind.Size, save: save,
		lot: &lot{parked: p.kind.Model.Parked, log: p.log},
	}
}
