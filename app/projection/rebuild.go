package projection

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"orders/ports"
)

// Options are how a generation is filled.
type Options struct {
	Rate    int // Orders per second, at most; 0 for no limit.
	Workers int // Batches that are worked on at once; 0 for 4.

	// DropUnreadable also switches when orders that are shown now could not be made anew, and so
	// will not be shown: those whose events this program cannot read.
	DropUnreadable bool
}

// Progress is how far the filling of a generation is.
type Progress struct {
	Generation int
	Orders     int  // Views that were made; those whose commits came in two batches count twice.
	Commits    int  // Of them the views were made.
	Size       int  // About how many commits there are.
	Filled     bool // All that is left is to index, and what was committed meanwhile.
}

const (
	workersDefault  = 4
	burstsPerSecond = 4 // At a limited rate.
	// beginWithin is how long it waits for a generation that is open: one that was broken off is
	// soon forgotten, and one that was left a moment ago no longer fed.
	beginWithin = 15 * time.Second
	// holdEvery passes between renewals of the open generation, which lasts some seconds.
	holdEvery = time.Second
)

// ErrBusy means that somebody else fills a generation.
var ErrBusy = errors.New("a rebuild is under way elsewhere")

// ErrLosesOrders means that orders which are shown cannot be made anew.
var ErrLosesOrders = errors.New("orders that are shown now cannot be made anew and would be " +
	"gone; see which are parked, or rebuild with --drop-unreadable")

// ErrUndecided means that a rebuild was broken off while it switched, which may have happened.
var ErrUndecided = errors.New("it may have switched")

// ErrNoPrevious means that there is nothing to go back to.
var ErrNoPrevious = errors.New("no earlier generation is kept")

// Rebuild makes every view anew, beside the live ones, and then switches to them in one step. It
// may be broken off at any moment: until the switch nothing of what readers see is touched, and
// during it the error is ErrUndecided. It tells how far it is, from several goroutines at once.
func (p *Projection[V]) Rebuild(
	ctx context.Context, o Options, tell func(Progress),
) error {
	return p.replace(ctx, p.kind.Model.Generations.Begin, o, tell)
}

// Rollback switches back to the generation before, once that shows what was committed since. It
// looks at all commits again: what was parked when that was left may have been released since. It
// switches whatever it cannot read, as if with DropUnreadable.
func (p *Projection[V]) Rollback(
	ctx context.Context, o Options, tell func(Progress),
) error {
	o.DropUnreadable = true
	return p.replace(ctx, p.kind.Model.Generations.Reopen, o, tell)
}

// An opening is Begin or Reopen.
type opening[V any] = func(context.Context) (ports.Generation[V], error)

// replace opens a generation, fills it and switches to it.
func (p *Projection[V]) replace(
	ctx context.Context, open opening[V], o Options, tell func(Progress),
) error {
	g, err := opened(ctx, open)
	if err != nil {
		return fmt.Errorf("open a generation of %s: %w", p.kind.Name, err)
	}
	from, err := p.source.Feed.Now(ctx)
	if err != nil {
		return fmt.Errorf("ask for the end of the feed: %w", err)
	}
	size, err := p.source.Archive.Size(ctx)
	if err != nil {
		return fmt.Errorf("ask how many commits there are: %w", err)
	}
	f := &filling[V]{
		projector: p.projector(g.Save), tell: tell,
		progress: Progress{Generation: g.Number, Size: size},
	}
	if o.Rate > 0 {
		f.pace = rate.NewLimiter(rate.Limit(o.Rate), max(1, o.Rate/burstsPerSecond))
	}
	if f.workers = o.Workers; f.workers <= 0 {
		f.workers = workersDefault
	}
	return p.holding(ctx, g.Number, func(ctx context.Context) error {
		if err := f.fill(ctx, p.source.Feed, from, g); err != nil {
			return fmt.Errorf("fill generation %d of %s: %w", g.Number, p.kind.Name, err)
		}
		if err := p.losesNothing(ctx, f.projector.lot); err != nil && !o.DropUnreadable {
			return fmt.Errorf("generation %d does not go live: %w", g.Number, err)
		}
		if err := p.switchTo(ctx, g.Number); err != nil {
			return fmt.Errorf("switch to generation %d of %s: %w", g.Number, p.kind.Name, err)
		}
		return nil
	})
}

func (p *Projection[V]) switchTo(ctx context.Context, number int) error {
	err := p.kind.Model.Generations.Switch(ctx, number)
	if err != nil && ctx.Err() != nil {
		return fmt.Errorf("%w: %w", ErrUndecided, err)
	}
	return err
}

// losesNothing returns an error if an order that was parked while filling is shown now: its view
// is of a time when its events could still be read, and would be gone.
func (p *Projection[V]) losesNothing(ctx context.Context, l *lot) error {
	lost := 0
	for id := range l.known {
		only := ports.Range{From: id, Through: id, Limit: 1}
		shown, err := p.kind.Model.Views.Stored(ctx, only)
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

// opened opens a generation, and waits a while for one that is open.
func opened[V any](ctx context.Context, open opening[V]) (ports.Generation[V], error) {
	for until := time.Now().Add(beginWithin); ; rest(ctx, holdEvery) {
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

// holding keeps the generation open while it does the work, and breaks off when it is not.
func (p *Projection[V]) holding(
	ctx context.Context, number int, work func(context.Context) error,
) error {
	working, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var renewing sync.WaitGroup
	defer renewing.Wait()
	defer stop(nil) // Before the waiting.
	renewing.Go(func() {
		for rest(working, holdEvery); working.Err() == nil; rest(working, holdEvery) {
			err := p.kind.Model.Generations.Renew(working, number)
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
