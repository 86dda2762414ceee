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

// A Definition says what a view shows of an order, and where views are kept.
type Definition[V any] struct {
	Name  string
	With  func(V, ports.Commit) V // After the next commit; of the zero view after the first.
	Size  func(V) int             // About how many bytes it takes.
	Model ports.ReadModel[V]
	// Pace is how long the projection rests between saves, so that more is saved at once. It is for
	// views that nobody waits for.
	Pace time.Duration
}

// A Source is where projections learn what happened.
type Source struct {
	Feed    ports.EventFeed
	History ports.History
	Archive ports.Archive
}

// A Projection keeps one read model, whatever its views are.
type Projection interface {
	// Name is the read model's.
	Name() string
	// Run projects whenever this process leads, until ctx ends.
	Run(ctx context.Context)

	// Rebuild makes every view anew, beside the live ones, and then switches to them in one step.
	// It may be broken off at any moment: until the switch nothing of what readers see is touched,
	// and during it the error is ErrUndecided. It tells how far it is, from several goroutines at
	// once.
	Rebuild(ctx context.Context, o Options, tell func(Progress)) error
	// Rollback switches back to the generation before, once that shows what was committed since.
	// It looks at all commits again: what was parked when that generation was left may have been
	// released since. It switches whatever it cannot read, as if with DropUnreadable.
	Rollback(ctx context.Context, o Options, tell func(Progress)) error

	// Verify compares every view with what its order's events add up to, field by field, and tells
	// each finding. With repair it puts the right view in place, unless somebody changes it just
	// then.
	Verify(ctx context.Context, repair bool, tell func(Finding)) (Totals, error)
	// Retry tries every parked order again, and releases those whose view can be made by now.
	Retry(ctx context.Context) (Retried, error)
	// Status asks the read model and the feed how far apart they are.
	Status(ctx context.Context) (ports.ProjectionStatus, error)
}

// New returns a Projection, which has yet to Run.
func New[V any](d Definition[V], s Source, log *slog.Logger) Projection {
	p := &projection[V]{definition: d, source: s, log: log.With("readModel", d.Name)}
	at := ports.Subscription{Checkpoint: d.Model.Checkpoint, Lease: d.Model.Lease}
	h := &handler[V]{projector: p.projector(d.Model.Views.Save), pace: d.Pace}
	p.subscriber = subscribe.New(d.Name, s.Feed, at, h, log)
	return p
}

// A projection is a Projection of views V.
type projection[V any] struct {
	definition Definition[V]
	source     Source
	subscriber *subscribe.Subscriber
	log        *slog.Logger
}

// Name implements Projection.
func (p *projection[V]) Name() string { return p.definition.Name }

// Run implements Projection.
func (p *projection[V]) Run(ctx context.Context) { p.subscriber.Run(ctx) }

// projector returns one that saves what it makes with save.
func (p *projection[V]) projector(save func(context.Context, []V) []error) *projector[V] {
	d := p.definition
	return &projector[V]{
		history: p.source.History, with: d.With, size: d.Size, save: save,
		parking: &parkingList{parked: d.Model.Parked, log: p.log},
		recent:  newRecentViews[V](), log: p.log,
	}
}
