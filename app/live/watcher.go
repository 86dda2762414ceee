package live

import (
	"context"
	"errors"
	"sync/atomic"

	"orders/domain/order"
	"orders/ports"
	"orders/ports/recent"
)

// A watcher tells one client what waits in its queue.
type watcher struct {
	what    ports.Watch
	came    ports.Position // Where the session was when the watcher came.
	reader  reader
	batches *atomic.Int64 // So many its session has begun.
	queue   *queue
	close   func()

	// What is below only Next and Position use.
	again *entry // Could not be read in time, so that it is the next one again.
	// Versions that were read when their entries were taken. What waits may be older, and so may
	// what the session tells until it begins the next batch.
	read   recent.Map[order.ID, int]
	readAt int64 // So many batches were begun then.
	missed bool  // What was missed may still wait, so that read may have as much.
}

// Close implements ports.Watcher.
func (w *watcher) Close() { w.close() }

// Position implements ports.Watcher.
func (w *watcher) Position() ports.Position {
	if w.again != nil {
		return ""
	}
	return w.queue.position()
}

// Next implements ports.Watcher.
func (w *watcher) Next(ctx context.Context) (c ports.Change, err error) {
	for err == nil && c == (ports.Change{}) {
		var e entry
		if e, err = w.take(ctx); err == nil {
			c, err = w.change(ctx, e)
		}
	}
	return c, err
}

// take waits for the next entry.
func (w *watcher) take(ctx context.Context) (e entry, err error) {
	if w.again != nil {
		e, w.again = *w.again, nil
		return e, nil
	}
	if begun := w.batches.Load(); w.missed && begun > w.readAt && w.queue.isEmpty() {
		w.missed, w.read = false, recent.New[order.ID, int](queueMax) // Nothing older can come.
	}
	return w.queue.pop(ctx)
}

// change is what an entry tells, as far as it is not older than what was told. When ctx ends first,
// the entry is the next one again.
func (w *watcher) change(ctx context.Context, e entry) (c ports.Change, err error) {
	told, v := w.read.Get(e.id), e.view
	isUnread := e.id != "" && v == nil && (e.version == 0 || e.version > told)
	if isUnread {
		v, err = w.reader.one(ctx, e.id)
	}
	switch {
	case err != nil && ctx.Err() != nil:
		w.again = &e
		return c, ctx.Err()
	case err != nil:
		w.queue.end(errors.Join(ports.ErrUnavailable, err))
		return c, errors.Join(ports.ErrUnavailable, err)
	case v != nil && v.Version > told && entryOf(v).isOf(w.what.UserID):
		c.View = v
	}
	if isUnread && c.View != nil {
		w.read.Put(e.id, v.Version)
		w.readAt = w.batches.Load()
	}
	c.Position, c.Reset = e.at, e.reset
	return c, nil
}

// lastOf is the index of the last of entries that is watched, or -1.
func (w *watcher) lastOf(entries []entry) int {
	for i := len(entries) - 1; i >= 0; i-- {
		if entries[i].isOf(w.what.UserID) {
			return i
		}
	}
	return -1
}
