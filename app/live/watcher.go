package live

import (
	"context"
	"errors"

	"orders/domain/order"
	"orders/ports"
	"orders/ports/recent"
)

// readMax is of how many orders a watcher remembers at least which version it read: of more than
// its queue and a batch have.
const readMax = 3 * missedMax

var errClosed = errors.New("the watch was closed")

// A watcher tells one client what waits in its queue.
type watcher struct {
	what   ports.Watch
	reader reader
	queue  *queue
	close  func()

	// The versions that were read as their entries were taken. Older ones may wait in the queue,
	// or be in the batch that the session was telling then.
	read   recent.Map[order.ID, int]
	readAt int // So many batches had been put into the queue.
}

func newWatcher(what ports.Watch, r reader, q *queue) *watcher {
	return &watcher{what: what, reader: r, queue: q, read: recent.New[order.ID, int](readMax)}
}

// Close implements ports.Watcher.
func (w *watcher) Close() { w.close() }

// Position implements ports.Watcher.
func (w *watcher) Position() ports.Position { return w.queue.position() }

// Next implements ports.Watcher.
func (w *watcher) Next(ctx context.Context) (c ports.Change, err error) {
	for err == nil && c == (ports.Change{}) {
		w.forgetRead()
		var e entry
		if e, err = w.queue.first(ctx); err == nil {
			c, err = w.change(ctx, e)
		}
	}
	return c, err
}

// Ready implements ports.Watcher.
func (w *watcher) Ready() (c ports.Change, isReady bool) {
	for c == (ports.Change{}) {
		w.forgetRead()
		e, isThere := w.queue.peek()
		if !isThere || w.isUnread(e) {
			return c, false
		}
		c = w.take(e, e.view)
	}
	return c, true
}

// forgetRead forgets what was read once nothing older can come any more.
func (w *watcher) forgetRead() {
	if batches, isEmpty := w.queue.progress(); isEmpty && batches > w.readAt {
		w.read = recent.New[order.ID, int](readMax)
	}
}

// isUnread reports whether the view of e has to be read before e is taken.
func (w *watcher) isUnread(e entry) bool {
	return e.id != "" && e.view == nil && (e.version == 0 || e.version > w.read.Get(e.id))
}

// change is what the first entry tells. When ctx ends before it is known, the entry stays the first
// one.
func (w *watcher) change(ctx context.Context, e entry) (c ports.Change, err error) {
	v := e.view
	if w.isUnread(e) {
		v, err = w.reader.one(ctx, e.id)
	}
	switch {
	case err != nil && ctx.Err() != nil:
		return c, ctx.Err()
	case err != nil:
		err = errors.Join(ports.ErrUnavailable, err)
		w.queue.end(err)
		return c, err
	}
	return w.take(e, v), nil
}

// take takes the first entry, and is what that tells with its view, as far as that is not older
// than what was read.
func (w *watcher) take(e entry, v *ports.OrderView) ports.Change {
	c := ports.Change{Position: e.at, Reset: e.reset}
	if v != nil && v.Version > w.read.Get(e.id) && isOf(v.Order.UserID, w.what.UserID) {
		c.View = v
		if e.view == nil {
			w.read.Put(e.id, v.Version)
			w.readAt, _ = w.queue.progress()
		}
	}
	w.queue.drop()
	return c
}
