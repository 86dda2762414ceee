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
	With  func(V, ports.Commit) V // Adds the next commit; the first one to the zero view.
	Size  func(V) int             // About how many bytes a view takes.
	Model ports.ReadModel[V]
	// Pace is how long the projection rests between saves, so that it saves more at once. It is for
	// views that no client waits for.
	Pace time.Duration
}

// A Source is where projections read what was committed.
type Source struct {
	Feed    ports.EventFeed
	History ports.History
	Archive ports.Archive
	// SaveIdle has a projection save each position that the feed hands over, also where nothing was
	// committed: the feed hands over only those that have passed something.
	SaveIdle bool

	Observer subscribe.Observer // Nil for none.
}

// A Projection keeps one read model, whatever its views are.
type Projection interface {
	// Name is the read model's.
	Name() string
	// Run keeps the read model in step whenever this process leads, until ctx ends.
	Run(ctx context.Context)

	// Rebuild makes every view again, in a candidate, and then switches to it in one step. The
	// caller may end ctx at any moment: until the switch readers see no change, and during the
	// switch the error is ErrUndecided. Rebuild calls report from several goroutines at once.
	Rebuild(ctx context.Context, o Options, report func(Progress)) error
	// Rollback switches to the previous generation, once that shows what was committed since. It
	// reads all commits again, as orders that were parked when that generation was left may have
	// been released since. It switches even if it loses unreadable orders, as if with
	// DropUnreadable.
	Rollback(ctx context.Context, o Options, report func(Progress)) error

	// Verify compares every view with what its order's events add up to, field by field, and
	// reports each finding.
	Verify(ctx context.Context, report func(Finding)) (Totals, error)
	// Repair does what Verify does, and puts the right view in the place of a wrong one before it
	// reports the finding. If a saver changes that view at the same time, Repair leaves it alone.
	Repair(ctx context.Context, report func(Finding)) (Totals, error)
	// Retry tries every parked order again, and releases those whose view it can make.
	Retry(ctx context.Context) (subscribe.Retried, error)
	// Status reports how far the read model is behind the feed.
	Status(ctx context.Context) (ports.ProjectionStatus, error)
	// Position returns the position that the read model has reached.
	Position(ctx context.Context) (ports.Position, error)
	// Leader is the process that leads, or nothing if none does.
	Leader(ctx context.Context) (string, error)
	// IsLed reports whether a process leads, which keeps the read model in step.
	IsLed(ctx context.Context) (bool, error)
}

// New returns a Projection, which has yet to Run.
func New[V any](d Definition[V], s Source, log *slog.Logger) Projection {
	p := &projection[V]{definition: d, source: s, log: log.With("readModel", d.Name)}
	at := ports.Subscription{Checkpoint: d.Model.Checkpoint, Lease: d.Model.Lease}
	h := &handler[V]{
		projector:   p.projector(d.Model.Provisional.Save),
		makeDurable: d.Model.Provisional.MakeDurable,
		retryParked: p.Retry, pace: d.Pace,
	}
	p.subscriber = subscribe.New(d.Name, s.Feed, at, h, log)
	p.subscriber.ObservedBy(s.Observer)
	if s.SaveIdle {
		p.subscriber.SaveIdle()
	}
	return p
}

// A projection is a Projection whose views have the type V.
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

// projector returns a projector that saves views with save.
func (p *projection[V]) projector(save func(context.Context, []V) []error) *projector[V] {
	d := p.definition
	return &projector[V]{
		history: p.source.History, with: d.With, size: d.Size, save: save,
		parking: newParkingList(d.Model.Parked, p.log),
		recent:  newRecentViews(d.Size), log: p.log,
	}
}
