package live

import (
	"context"
	"sync"
	"sync/atomic"

	"orders/ports"
)

// queueMax is how many changes wait for a watcher at most, once it has caught up.
const queueMax = 256

// A watcher is told of changes by its run, through a queue.
type watcher struct {
	run   *run
	what  ports.Watch
	close func()
	ended chan struct{} // Closed when err is set.
	wake  chan struct{} // Holds one when the queue may have become longer,
	taken chan struct{} // and one when it may have become shorter.
	since atomic.Int64  // The round when it came or had caught up: later ones bring positions.

	mu    sync.Mutex
	queue []ports.Change
	limit int // Of the queue.
	err   error
	idle  ports.Position // After all that is in the queue, when its last change does not tell.

	// What is below only Next uses, and Close once that is not used any more.
	catchUp <-chan ports.Change // What changed since what.After; closed at its end.
	told    *versions           // What it told, as long as the run may tell of something older.
	latest  int                 // Version of the order watched that was told.

	unfilled *ports.Change // An outline that could not be filled in time.
	filled   versions      // Of orders of which more was told than their outlines said.
}

// newWatcher returns a watcher of r, which lets it catch up if it has to. The caller holds r.mu.
func newWatcher(r *run, what ports.Watch) *watcher {
	w := &watcher{
		run: r, what: what, limit: queueMax, idle: r.position, ended: make(chan struct{}),
		wake: make(chan struct{}, 1), taken: make(chan struct{}, 1),
	}
	w.since.Store(r.round.Load())
	stop := func() {}
	if what.After != "" && (what.After != r.position || r.ahead || r.busy || r.lags()) {
		stop = w.begin(r.position)
	}
	w.close = sync.OnceFunc(func() {
		stop()
		r.remove(w)
		r.leave(r)
	})
	return w
}

// Close implements ports.Watcher.
func (w *watcher) Close() { w.close() }

// Next implements ports.Watcher.
func (w *watcher) Next(ctx context.Context) (c ports.Change, err error) {
	for err == nil && c == (ports.Change{}) {
		if w.unfilled != nil {
			c, w.unfilled = *w.unfilled, nil
		} else if c, err = w.next(ctx); err != nil {
			return c, err
		}
		c, err = w.fill(ctx, c)
	}
	return c, err
}

// next waits for a change that was not told before, or its outline.
func (w *watcher) next(ctx context.Context) (ports.Change, error) {
	for {
		if w.catchUp != nil {
			if c, more, err := w.nextOld(ctx); more || err != nil {
				return c, err
			}
			w.catchUp = nil
		}
		if c, found := w.pop(); found {
			if c, left := w.unlessTold(c); left {
				return c, nil
			}
			continue
		}
		select {
		case <-w.wake:
		case <-w.ended:
			return ports.Change{}, w.err
		case <-ctx.Done():
			return ports.Change{}, ctx.Err()
		}
	}
}

// pop takes the first change out of the queue.
func (w *watcher) pop() (c ports.Change, found bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.queue) < queueMax-chunk {
		w.limit = queueMax
	}
	if len(w.queue) == 0 {
		if w.queue = nil; w.run.round.Load() > w.since.Load() {
			w.told = nil
		}
		return c, false
	}
	c, w.queue[0] = w.queue[0], c // What is taken is not held any longer.
	w.queue = w.queue[1:]
	signal(w.taken)
	return c, true
}

// unlessTold leaves of c what was not told before.
func (w *watcher) unlessTold(c ports.Change) (left ports.Change, some bool) {
	switch {
	case c.View == nil:
	case w.told != nil && c.View.Version <= w.told.of(c.View.ID), c.View.Version <= w.latest:
		c.View = nil
	case w.what.Order != "":
		w.latest = c.View.Version
	}
	return c, c != ports.Change{}
}

// Position implements ports.Watcher.
func (w *watcher) Position() ports.Position {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.catchUp != nil || len(w.queue) > 0 {
		return ""
	}
	return w.idle
}

// Expect implements ports.Watcher.
func (w *watcher) Expect(version int) {
	w.run.owe(want{w.what.Order, version}, false)
}

// fail ends the watch, and what waits in its queue is forgotten.
func (w *watcher) fail(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.end(err)
}

// end is fail for a caller that holds mu.
func (w *watcher) end(err error) {
	if w.err == nil {
		w.err, w.queue = err, nil
		close(w.ended)
	}
}

// push puts a change into the queue.
func (w *watcher) push(c ports.Change) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.err != nil:
	case len(w.queue) >= w.limit:
		w.end(ports.ErrSlow)
	default:
		w.queue, w.idle = append(w.queue, c), c.Position
		signal(w.wake)
	}
}

// put pushes the views that are watched; that at index last brings the position at.
func (w *watcher) put(views []*ports.SharedView, last int, at ports.Position) {
	for i, v := range views {
		c := ports.Change{View: v}
		if i == last {
			c.Position = at
		}
		if w.watches(v) {
			w.push(c)
		}
	}
}

// pass tells that there is nothing before the position at but what is in the queue.
func (w *watcher) pass(at ports.Position) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.idle = at
}

// waitForRoom waits until a chunk has room in the queue. One that catches up is not waited for.
func (w *watcher) waitForRoom(ctx context.Context) {
	for w.isFull() {
		select {
		case <-w.taken:
		case <-ctx.Done():
			return
		}
	}
}

func (w *watcher) isFull() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err == nil && len(w.queue)+chunk > w.limit
}

func (w *watcher) watches(v *ports.SharedView) bool {
	return w.what.UserID == "" || w.what.UserID == v.Order.UserID
}

// lastOf is the index of the last of views that is watched, or -1.
func (w *watcher) lastOf(views []*ports.SharedView) int {
	for i := len(views) - 1; i >= 0; i-- {
		if w.watches(views[i]) {
			return i
		}
	}
	return -1
}

func signal(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default: // There is one already.
	}
}
