// Package sharedfeed lets several followers in a process share one feed, which then is asked for,
// and decoded, once.
package sharedfeed

import (
	"context"
	"errors"
	"slices"
	"sync"

	"orders/ports"
)

var _ ports.EventFeed = (*Feed)(nil)

// behindMax is how many commits wait for a follower, and behindBytes about how many bytes they
// have, unless they came at once. One that falls further behind goes on alone, until it has caught
// up again.
const behindMax, behindBytes = 10_000, 8 << 20

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
	joined *run          // The run at the time of joining; nil for none.
	news   chan struct{} // Has room for one, which says that something waits.

	mu      sync.Mutex
	waiting *ports.Batch // What the shared feed brought since it was last taken; nil for nothing.
	bytes   int          // About how many it has.
	ended   bool         // The follower is too slow, or the run has failed.
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
	w := &follower{news: make(chan struct{}, 1), joined: f.running}
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
		w.end()
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
		if !w.add(b) {
			w.end()
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
		case <-w.news:
		}
		b, ended := w.take()
		if b != nil {
			if err := handle(ctx, *b); err != nil {
				return at, err
			}
			at = b.Next
		}
		if ended {
			return at, nil
		}
	}
}

// add puts a batch behind what waits already, unless that becomes too much.
func (w *follower) add(b ports.Batch) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	b.CaughtUp = true
	for _, c := range b.Commits {
		w.bytes += c.Size()
	}
	most := behindBytes
	if w.waiting == nil {
		b.Commits = slices.Clip(b.Commits) // Others have them, too.
		w.waiting, most = &b, w.bytes
	} else {
		w.waiting.Commits = append(w.waiting.Commits, b.Commits...)
		w.waiting.Next = b.Next
	}
	w.wake()
	return len(w.waiting.Commits) <= behindMax && w.bytes <= most
}

func (w *follower) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended = true
	w.wake()
}

func (w *follower) wake() {
	select {
	case w.news <- struct{}{}:
	default:
	}
}

// take returns what waits.
func (w *follower) take() (b *ports.Batch, ended bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	b, w.waiting, w.bytes = w.waiting, nil, 0
	return b, w.ended
}
