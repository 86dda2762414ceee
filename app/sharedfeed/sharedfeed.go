// Package sharedfeed lets several followers in a process share one feed, which then is read and
// decoded once.
package sharedfeed

import (
	"context"
	"errors"
	"slices"
	"sync"

	"orders/ports"
)

var _ ports.EventFeed = (*Feed)(nil)

// backlogMax is how many commits wait for a follower, at most, and backlogBytes about how many
// bytes they have, unless one batch has more. A follower with a larger backlog follows alone until
// it has caught up again.
const backlogMax, backlogBytes = 10_000, 8 << 20

// Feed is an EventFeed whose followers share another one as soon as they have caught up.
//
// They get the same commits, so none may change them.
type Feed struct {
	ports.EventFeed

	mu        sync.Mutex
	followers map[*follower]struct{}
	upstream  *upstream // Nil while nobody follows it.
}

// Share returns a Feed whose followers share feed.
func Share(feed ports.EventFeed) *Feed {
	return &Feed{EventFeed: feed, followers: map[*follower]struct{}{}}
}

// An upstream follows the shared feed once, for all followers, from the first one's coming to the
// last one's going.
type upstream struct {
	stop    context.CancelFunc
	stopped chan struct{}
}

// A follower is a caller of Follow.
type follower struct {
	joined *upstream     // The upstream when it joined; nil if there was none.
	wakeup chan struct{} // Has room for one value, which says that there is a backlog or an end.

	mu      sync.Mutex
	backlog *ports.Batch // What came from upstream and was not handled yet; nil for nothing.
	bytes   int          // About how many the backlog has.
	silent  bool         // The last batch from upstream had no commits.
	ended   bool         // The follower is too slow, or the upstream has failed.
}

// errCaughtUp ends the time in which a follower follows alone.
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
				w.begin(from)
				from, err = w.follow(ctx, from, handle)
			}
		}
		f.leave(w)
		if err != nil {
			return err
		}
	}
}

// join returns a new follower, which from now on gets what the upstream brings.
func (f *Feed) join() *follower {
	f.mu.Lock()
	defer f.mu.Unlock()
	w := &follower{wakeup: make(chan struct{}, 1), joined: f.upstream}
	f.followers[w] = struct{}{}
	return w
}

// mayShare reports whether a follower that has caught up to a position misses nothing when it goes
// on with the upstream. It misses nothing if that ran before the follower began to catch up, or if
// mayShare starts it now, at that very position. If it started in between, the follower joins
// again.
func (f *Feed) mayShare(w *follower, at ports.Position) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.upstream == nil {
		ctx, stop := context.WithCancel(context.Background())
		f.upstream = &upstream{stop, make(chan struct{})}
		w.joined = f.upstream
		go f.read(ctx, f.upstream, at)
	}
	return w.joined == f.upstream
}

// read follows the shared feed for u, until ctx ends or the feed fails.
func (f *Feed) read(ctx context.Context, u *upstream, from ports.Position) {
	defer close(u.stopped)
	_ = f.EventFeed.Follow(ctx, from, func(_ context.Context, b ports.Batch) error {
		f.distribute(u, b)
		return nil
	})
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.upstream != u {
		return
	}
	f.upstream = nil // The feed failed: every follower goes on alone.
	for w := range f.followers {
		w.end()
		delete(f.followers, w)
	}
}

// distribute adds a batch to the backlog of each follower, and ends those that are too slow.
func (f *Feed) distribute(u *upstream, b ports.Batch) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.upstream != u {
		return
	}
	for w := range f.followers {
		if !w.add(b) {
			w.end()
			delete(f.followers, w)
		}
	}
}

// leave takes a follower away. After the last one has gone, the upstream ends.
func (f *Feed) leave(w *follower) {
	f.mu.Lock()
	delete(f.followers, w)
	u := f.upstream
	if u == nil || len(f.followers) > 0 {
		f.mu.Unlock()
		return
	}
	f.upstream = nil
	f.mu.Unlock()
	u.stop()
	<-u.stopped
}

// begin makes a follower that got nothing from upstream handle a batch without commits: it has
// caught up, and the upstream may have told of that silence already.
func (w *follower) begin(at ports.Position) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.backlog == nil {
		w.backlog = &ports.Batch{Next: at, CaughtUp: true}
		w.wake()
	}
}

// follow handles what the upstream brings, and returns the position when that ends.
func (w *follower) follow(
	ctx context.Context, at ports.Position, handle func(context.Context, ports.Batch) error,
) (ports.Position, error) {
	for {
		select {
		case <-ctx.Done():
			return at, ctx.Err()
		case <-w.wakeup:
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

// add adds a batch to the backlog, and reports whether that is still small enough.
func (w *follower) add(b ports.Batch) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	b.CaughtUp, w.silent = true, len(b.Commits) == 0
	for _, c := range b.Commits {
		w.bytes += c.Size()
	}
	most := backlogBytes
	if w.backlog == nil || len(w.backlog.Commits) == 0 {
		b.Commits = slices.Clip(b.Commits) // They are shared: an append must copy.
		w.backlog, most = &b, w.bytes
	} else {
		w.backlog.Commits = append(w.backlog.Commits, b.Commits...)
		w.backlog.Next = b.Next
	}
	w.wake()
	return len(w.backlog.Commits) <= backlogMax && w.bytes <= most
}

func (w *follower) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended = true
	w.wake()
}

func (w *follower) wake() {
	select {
	case w.wakeup <- struct{}{}:
	default:
	}
}

// take returns the backlog, and leaves nothing, or a batch without commits if one came after those.
func (w *follower) take() (b *ports.Batch, ended bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	b, w.backlog, w.bytes = w.backlog, nil, 0
	if b != nil && len(b.Commits) > 0 && w.silent {
		w.backlog = &ports.Batch{Next: b.Next, CaughtUp: true}
		w.wake()
	}
	return b, w.ended
}
