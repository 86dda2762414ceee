package projection

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"orders/ports"
	"orders/ports/clock"
)

// Options say how a generation is filled.
type Options struct {
	Rate    int // Orders per second, at most; 0 for no limit.
	Workers int // Batches that are worked on at once; 0 for 4.

	// DropUnreadable allows a switch that loses orders: they are shown now, but their views could
	// not be made again, as this program cannot read their events.
	DropUnreadable bool
}

// Progress is how far the filling of a generation is.
type Progress struct {
	Generation int
	Orders     int  // How many views were made; an order with commits in two batches counts twice.
	Commits    int  // How many commits these views were made of.
	Size       int  // About how many commits there are.
	Filled     bool // What is left are the indexes, and the commits that came meanwhile.
}

const (
	workersDefault  = 4
	burstsPerSecond = 4 // At a limited rate.
	// beginWithin is how long a rebuild waits while another generation is open: a candidate whose
	// rebuild was broken off is soon forgotten, and one that was left is soon no longer fed.
	beginWithin = 15 * time.Second
	// renewEvery passes between renewals of the open generation, each of which lasts some seconds.
	renewEvery = time.Second
)

// ErrBusy means that another rebuild has its candidate open.
var ErrBusy = errors.New("a rebuild is under way elsewhere")

// ErrLosesOrders means that a switch would lose orders: the views that are shown now cannot be made
// again.
var ErrLosesOrders = errors.New("orders that are shown now cannot be made anew and would be " +
	"gone; see which are parked, or rebuild with --drop-unreadable")

// ErrUndecided means that a rebuild was broken off during the switch, which may have happened or
// not.
var ErrUndecided = errors.New("it may have switched")

// ErrNoPrevious means that there is no previous generation for a rollback.
var ErrNoPrevious = errors.New("no earlier generation is kept")

// Rebuild implements Projection.
func (p *projection[V]) Rebuild(
	ctx context.Context, o Options, report func(Progress),
) error {
	return p.replace(ctx, p.definition.Model.Generations.Begin, o, report)
}

// Rollback implements Projection.
func (p *projection[V]) Rollback(
	ctx context.Context, o Options, report func(Progress),
) error {
	o.DropUnreadable = true
	return p.replace(ctx, p.definition.Model.Generations.Reopen, o, report)
}

// An openFunc is Begin or Reopen of ports.Generations.
type openFunc[V any] = func(context.Context) (ports.Generation[V], error)

// replace opens a generation, fills it and switches to it.
func (p *projection[V]) replace(
	ctx context.Context, open openFunc[V], o Options, report func(Progress),
) error {
	g, err := openSoon(ctx, open)
	if err != nil {
		return fmt.Errorf("open a generation of %s: %w", p.definition.Name, err)
	}
	from, err := p.source.Feed.Now(ctx)
	if err != nil {
		return fmt.Errorf("ask for the end of the feed: %w", err)
	}
	size, err := p.source.Archive.Size(ctx)
	if err != nil {
		return fmt.Errorf("ask how many commits there are: %w", err)
	}
	f := &fill[V]{
		projector: p.projector(g.Save), report: report,
		progress: Progress{Generation: g.Number, Size: size},
	}
	if o.Rate > 0 {
		f.pace = rate.NewLimiter(rate.Limit(o.Rate), max(1, o.Rate/burstsPerSecond))
	}
	if f.workers = o.Workers; f.workers <= 0 {
		f.workers = workersDefault
	}
	return p.whileOpen(ctx, g.Number, f.filling, func(ctx context.Context) error {
		if err := f.all(ctx, p.source.Feed, from, g); err != nil {
			return fmt.Errorf("fill generation %d of %s: %w", g.Number, p.definition.Name, err)
		}
		if err := p.losesNothing(ctx, f.projector.parking); err != nil && !o.DropUnreadable {
			return fmt.Errorf("generation %d does not go live: %w", g.Number, err)
		}
		if err := p.switchTo(ctx, g.Number); err != nil {
			return fmt.Errorf("switch to generation %d of %s: %w", g.Number, p.definition.Name, err)
		}
		return nil
	})
}

func (p *projection[V]) switchTo(ctx context.Context, number int) error {
	err := p.definition.Model.Generations.Switch(ctx, number)
	if err != nil && ctx.Err() != nil {
		return fmt.Errorf("%w: %w", ErrUndecided, err)
	}
	return err
}

// losesNothing returns an error if an order that the fill has parked is shown now. Its live view
// was made when its events could still be read, and the switch would lose it.
func (p *projection[V]) losesNothing(ctx context.Context, parked *parkingList) error {
	lost := 0
	for id := range parked.known {
		only := ports.Range{From: id, Through: id, Limit: 1}
		shown, err := p.definition.Model.Views.Stored(ctx, only)
		if err != nil {
			return err
		}
		lost += len(shown)
	}
	if lost > 0 {
		return fmt.Errorf("%d %w", lost, ErrLosesOrders)
	}
	return nil
}

// openSoon opens a generation. While another one is open it tries again, for a while.
func openSoon[V any](ctx context.Context, open openFunc[V]) (ports.Generation[V], error) {
	for until := time.Now().Add(beginWithin); ; _ = clock.Sleep(ctx, renewEvery) {
		g, err := open(ctx)
		switch {
		case errors.Is(err, ports.ErrNotFound):
			return g, ErrNoPrevious
		case !errors.Is(err, ports.ErrConflict), ctx.Err() != nil:
			return g, err
		case time.Now().After(until):
			return g, ErrBusy
		}
	}
}

// whileOpen renews the generation while it does the work, and stops the work if the generation is
// no longer open.
func (p *projection[V]) whileOpen(
	ctx context.Context, number int, filling func() ports.Filling,
	work func(context.Context) error,
) error {
	working, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var renewing sync.WaitGroup
	defer renewing.Wait()
	defer stop(nil) // Runs before the Wait, which needs it.
	renewing.Go(func() {
		for clock.Sleep(working, renewEvery) == nil {
			err := p.definition.Model.Generations.Renew(working, number, filling())
			if errors.Is(err, ports.ErrConflict) {
				stop(fmt.Errorf("generation %d is no longer open: %w", number, err))
			}
		}
	})
	err := work(working)
	if cause := context.Cause(working); err != nil && cause != nil && ctx.Err() == nil {
		return cause
	}
	return err
}
