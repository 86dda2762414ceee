// Package tail lets several followers in a process share one feed, which then is asked for, and
// decoded, once.
package tail

import (
	"context"
	"errors"
	"sync"

	"orders/ports"
)

var _ ports.EventFeed = (*Feed)(nil)

// queueMax is how many batches wait for a follower. One that falls further behind goes on alone,
// until it has caught up again.
const queueMax = 64

// Feed is an EventFeed whose followers share another one as soon as they have caught up.
//
// What it hands over is shared: followers must not change it.
type Feed struct {
	ports.EventFeed

	mu        sync.Mutex
	followers map[*follower]struct{}
	running   *run // The shared feed; nil while nobody follows it.
}

// Share returns a Feed that asks feed.
func Share(feed ports.EventFeed) *Feed {
	return &Feed{EventFeed: feed, followers: map[*follower]struct{}{}}
}

// A run is the shared feed from its first follower to its last.
type run struct {
	stop    context.CancelFunc
	stopped chan struct{}
}

// A follower is one who follows the shared feed, or soon will.
type follower struct {
	batches chan ports.Batch // Closed when the follower is too slow, or the run has failed.
	joined  *run             // The run at the time of joining; nil for none.
}

// errCaughtUp ends following alone.
var errCaughtUp = errors.New("caught up")

// Follow implements ports.EventFeed.
func (f *Feed) Follow(
	ctx context.Context, from ports.Position, handle func(context.Context, ports.Batch) error,
) error {
	for {
		w := f.join()
		err := f.EventFeed.Follow(ctx, from, func(ctx context.Context, b ports.Batch) error {
			from = b.Next
			if err := handle(ctx, b); err != nil {
				return err
			}
			if b.CaughtUp && from != "" {
				return errCaughtUp
			}
			return nil
		})
		if errors.Is(err, errCaughtUp) {
			err = nil
			if f.mayShare(w, from) {
				from, err = w.follow(ctx, from, handle)
			}
		}
		f.leave(w)
		if err != nil {
			return err
		}
	}
}

// join makes a follower, which from now on gets what the shared feed brings.
func (f *Feed) join() *follower {
	f.mu.Lock()
	defer f.mu.Unlock()
	w := &follower{batches: make(chan ports.Batch, queueMax), joined: f.running}
	f.followers[w] = struct{}{}
	return w
}

// mayShare reports whether a follower that has caught up to a position misses nothing by going on
// with the shared feed: because that ran when it joined, before it began to catch up; or because
// it begins now, at that very position. If it began in between, the follower must join again.
func (f *Feed) mayShare(w *follower, at ports.Position) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.running == nil {
		ctx, stop := context.WithCancel(context.Background())
		f.running = &run{stop, make(chan struct{})}
		w.joined = f.running
		go f.run(ctx, f.running, at)
	}
	return w.joined == f.running
}

func (f *Feed) run(ctx context.Context, r *run, from ports.Position) {
	defer close(r.stopped)
	_ = f.EventFeed.Follow(ctx, from, func(_ context.Context, b ports.Batch) error {
		f.tell(r, b)
		return nil
	})
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.running != r {
		return
	}
	f.running = nil // It failed: everybody goes on alone.
	for w := range f.followers {
		close(w.batches)
		delete(f.followers, w)
	}
}

// tell hands a batch of the current run to every follower that keeps up.
func (f *Feed) tell(r *run, b ports.Batch) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.running != r {
		return
	}
	for w := range f.followers {
		select {
		case w.batches <- b:
		default:
			close(w.batches)
			delete(f.followers, w)
		}
	}
}

// leave takes a follower away. With the last one, the run ends.
func (f *Feed) leave(w *follower) {
	f.mu.Lock()
	delete(f.followers, w)
	r := f.running
	if r == nil || len(f.followers) > 0 {
		f.mu.Unlock()
		return
	}
	f.running = nil
	f.mu.Unlock()
	r.stop()
	<-r.stopped
}

// follow hands over what the shared feed brings, and returns the position when that ends.
func (w *follower) follow(
	ctx context.Context, at ports.Position, handle func(context.Context, ports.Batch) error,
) (ports.Position, error) {
	for {
		select {
		case <-ctx.Done():
			return at, ctx.Err()
		case b, open := <-w.batches:
			if !open {
				return at, nil
			}
			b = w.gather(b)
			b.CaughtUp = true
			if err := handle(ctx, b); err != nil {
				return at, err
			}
			at = b.Next
		}
	}
}

// gatherMax is how many commits are handed over at once, about.
const gatherMax = 1000

// gather adds to a batch with commits what else waits.
func (w *follower) gather(b ports.Batch) ports.Batch {
	for len(b.Commits) > 0 && len(b.Commits) < gatherMax {
		select {
		case more, open := <-w.batches:
			if !open {
				return b
			}
			b.Commits = append(b.Commits[:len(b.Commits):len(b.Commits)], more.Commits...)
			b.Next = more.Next
		default:
			return b
		}
	}
	return b
}
