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

	// The versions that Next has read as it took their entries. Older ones may wait in the queue,
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
		if batches, isEmpty := w.queue.progress(); isEmpty && batches > w.readAt {
			w.read = recent.New[order.ID, int](readMax) // Nothing older can come any more.
		}
		var e entry
		if e, err = w.queue.first(ctx); err == nil {
			c, err = w.change(ctx, e)
		}
	}
	return c, err
}

// change takes the first entry, and is what that tells, as far as it is not older than what was
// told. When ctx ends before it is known, the entry stays the first one.
func (w *watcher) change(ctx context.Context, e entry) (c ports.Change, err error) {
	told, v := w.read.Get(e.id), e.view
	isUnread := e.id != "" && v == nil && (e.version == 0 || e.version > told)
	if isUnread {
		v, err = w.reader.one(ctx, e.id)
	}
	switch {
	case err != nil && ctx.Err() != nil:
		return c, ctx.Err()
	case err != nil:
		err = errors.Join(ports.ErrUnavailable, err)
		w.queue.end(err)
		return c, err
	case v != nil && v.Version > told && isOf(v.Order.UserID, w.what.UserID):
		c.View = v
	}
	if isUnread && c.View != nil {
		w.read.Put(e.id, v.Version)
		w.readAt, _ = w.queue.progress()
	}
	c.Position, c.Reset = e.at, e.reset
	w.queue.drop()
	return c, nil
}
