package projection

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/time/rate"

	"orders/ports"
	"orders/ports/clock"
)

// A fill puts the views of all that was committed into a generation.
type fill[V any] struct {
	projector *projector[V]
	pace      *rate.Limiter // Of orders; nil for none.
	workers   int
	report    func(Progress)

	mu       sync.Mutex
	progress Progress
}

// restAfter is how long a fill rests after a failure.
const restAfter = 200 * time.Millisecond

// errFilled ends following the feed once everything that was committed before is in the generation.
var errFilled = errors.New("filled")

// all puts into g what is committed until g is fed: a scan takes everything from the beginning, and
// once g is fed a second reading takes everything after from. It is needed because, until g is fed,
// a projector that does not know of g may save a view to the live generation alone.
func (f *fill[V]) all(
	ctx context.Context, feed ports.EventFeed, from ports.Position, g ports.Generation[V],
) error {
	both, ctx := errgroup.WithContext(ctx)
	both.Go(func() error {
		if err := f.upToNow(ctx, feed, ""); err != nil {
			return err
		}
		f.add(0, 0, true)
		return g.Index(ctx)
	})
	both.Go(func() error {
		if err := g.AwaitFed(ctx); err != nil {
			return err
		}
		return f.upToNow(ctx, feed, from)
	})
	return both.Wait()
}

// upToNow makes the views of what was committed after a position and before the call.
func (f *fill[V]) upToNow(
	ctx context.Context, feed ports.EventFeed, from ports.Position,
) error {
	workers, working := errgroup.WithContext(ctx)
	workers.SetLimit(f.workers)
	err := feed.Follow(working, from, func(_ context.Context, b ports.Batch) error {
		if len(b.Commits) > 0 {
			workers.Go(func() error { return f.paced(working, b.Commits) })
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
	return nil
}

// paced makes the views of a batch, no faster than the pace if there is one.
func (f *fill[V]) paced(ctx context.Context, commits []ports.Commit) error {
	if f.pace == nil {
		return f.save(ctx, commits)
	}
	for len(commits) > 0 {
		burst, orders := firstOrders(commits, f.pace.Burst())
		if err := f.pace.WaitN(ctx, orders); err != nil {
			return err
		}
		if err := f.save(ctx, commits[:burst]); err != nil {
			return err
		}
		commits = commits[burst:]
	}
	return nil
}

// firstOrders returns how many commits the first orders have, of which there are at most most, and
// how many orders these are. The commits of an order come together.
func firstOrders(commits []ports.Commit, most int) (n, orders int) {
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

// save makes the views of commits, and tries until they are saved: an outage of some seconds must
// not cost the work of hours.
func (f *fill[V]) save(ctx context.Context, commits []ports.Commit) error {
	commits = byAge(commits)
	for {
		orders, err := f.projector.project(ctx, commits)
		if err == nil {
			err = f.projector.parking.releaseShown(ctx) // What it saves is durable at once.
		}
		switch {
		case err == nil:
			f.add(orders, len(commits), false)
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		}
		f.projector.log.Warn("Some views were not saved and are saved again", "error", err)
		_ = clock.Sleep(ctx, restAfter)
	}
}

// byAge returns the commits in the order of their times; those of one order stay in order. It makes
// building the indexes by age cheaper, as the views then are stored in sorted stretches.
func byAge(commits []ports.Commit) []ports.Commit {
	return slices.SortedFunc(slices.Values(commits), func(a, b ports.Commit) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Version, b.Version))
	})
}

func (f *fill[V]) add(orders, commits int, filled bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.progress.Orders += orders
	f.progress.Commits += commits
	f.progress.Filled = f.progress.Filled || filled
	f.report(f.progress)
}

// filling is how far the fill is.
func (f *fill[V]) filling() ports.Filling {
	f.mu.Lock()
	defer f.mu.Unlock()
	return ports.Filling{Commits: f.progress.Commits, Size: f.progress.Size}
}
