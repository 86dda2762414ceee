package projection

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/time/rate"

	"orders/ports"
)

// Options are how a generation is filled.
type Options struct {
	Rate    int // Orders per second, at most; 0 for no limit.
	Workers int // Batches that are worked on at once; 0 for 4.
}

// Progress is how far the filling of a generation is.
type Progress struct {
	Generation int
	Orders     int  // Views that were made; those whose commits came in two batches count twice.
	Commits    int  // Of them the views were made.
	Size       int  // About how many commits there are.
	Filled     bool // All that is left is to switch.
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

// ErrNoPrevious means that there is nothing to go back to.
var ErrNoPrevious = errors.New("no earlier generation is kept")

// Rebuild makes every view anew, beside the live ones, and then switches to them in one step. It
// may be broken off at any moment: until the switch nothing of what readers see is touched. It
// tells how far it is, from several goroutines at once.
func (p *Projection[V]) Rebuild(
	ctx context.Context, o Options, tell func(Progress),
) error {
	return p.replace(ctx, false, o, tell)
}

// Rollback switches back to the generation before, once that shows what was committed since.
func (p *Projection[V]) Rollback(
	ctx context.Context, o Options, tell func(Progress),
) error {
	return p.replace(ctx, true, o, tell)
}

func (p *Projection[V]) replace(
	ctx context.Context, again bool, o Options, tell func(Progress),
) error {
	g, err := p.begin(ctx, again)
	if err != nil {
		return fmt.Errorf("open a generation of %s: %w", p.kind.Name, err)
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
		if err := f.fill(ctx, p.source.Feed, g.From); err != nil {
			return fmt.Errorf("fill generation %d of %s: %w", g.Number, p.kind.Name, err)
		}
		if err := p.kind.Model.Generations.Switch(ctx, g.Number); err != nil {
			return fmt.Errorf("switch to generation %d of %s: %w", g.Number, p.kind.Name, err)
		}
		return nil
	})
}

// begin opens a generation, and waits a while for one that is open.
func (p *Projection[V]) begin(ctx context.Context, again bool) (ports.Generation[V], error) {
	for until := time.Now().Add(beginWithin); ; rest(ctx, holdEvery) {
		g, err := p.kind.Model.Generations.Begin(ctx, again)
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

// A filling puts all that was committed into a generation.
type filling[V any] struct {
	projector *projector[V]
	pace      *rate.Limiter // Of orders; nil for none.
	workers   int
	tell      func(Progress)

	mu       sync.Mutex
	progress Progress
}

// errFilled ends the feed once everything that was committed before is in the generation.
var errFilled = errors.New("filled")

func (f *filling[V]) fill(ctx context.Context, feed ports.EventFeed, from ports.Position) error {
	workers, working := errgroup.WithContext(ctx)
	workers.SetLimit(f.workers)
	err := feed.Follow(working, from, func(_ context.Context, b ports.Batch) error {
		if len(b.Commits) > 0 {
			workers.Go(func() error { return f.work(working, b.Commits) })
		}
		if b.CaughtUp {
			return errFilled
		}
		return nil
	})
	failed := workers.Wait()
	switch {
	case failed != nil:
		return failed
	case !errors.Is(err, errFilled):
		return err
	}
	f.add(0, 0, true)
	return nil
}

// work makes the views of a batch, at the pace if there is one.
func (f *filling[V]) work(ctx context.Context, commits []ports.Commit) error {
	if f.pace == nil {
		return f.show(ctx, commits)
	}
	for len(commits) > 0 {
		burst, orders := cut(commits, f.pace.Burst())
		if err := f.pace.WaitN(ctx, orders); err != nil {
			return err
		}
		if err := f.show(ctx, commits[:burst]); err != nil {
			return err
		}
		commits = commits[burst:]
	}
	return nil
}

// cut finds how many of the commits tell of at most a number of orders, which come one by one.
func cut(commits []ports.Commit, most int) (n, orders int) {
	for n < len(commits) {
		if n == 0 || commits[n].OrderID != commits[n-1].OrderID {
			if orders == most {
				break
			}
			orders++
		}
		n++
	}
	return n, orders
}

// show makes the views of commits, again and again until they are saved: an outage of some
// seconds shall not cost the work of hours.
func (f *filling[V]) show(ctx context.Context, commits []ports.Commit) error {
	for {
		orders, err := f.projector.project(ctx, commits)
		switch {
		case err == nil:
			f.add(orders, len(commits), false)
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		}
		f.projector.lot.log.Warn("some views were not saved and are saved again", "error", err)
		rest(ctx, retryAfter)
	}
}

func (f *filling[V]) add(orders, commits int, filled bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.progress.Orders += orders
	f.progress.Commits += commits
	f.progress.Filled = filled
	f.tell(f.progress)
}
