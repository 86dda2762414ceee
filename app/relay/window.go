package relay

import (
	"context"
	"errors"
	"sync"
	"time"

	"orders/domain/order"
	"orders/ports"
	"orders/ports/clock"
)

const (
	// publishMax is how many commits are under way at once, at most.
	publishMax = 256
	// waitingMax is how many commits wait or are under way, at most, and waitingBytes about how
	// many bytes they have, unless one has more.
	waitingMax, waitingBytes = 2048, 16 << 20
	// restFirst passes before a commit is published again; longer each time, up to restMost.
	restFirst, restMost = 50 * time.Millisecond, 2 * time.Second
)

// A window publishes commits: those of many orders at once, those of one order one after the other.
type window struct {
	ctx       context.Context //nolint:containedctx // It bounds what goes on between calls.
	stop      context.CancelFunc
	publisher ports.Publisher
	onFailure func(error)   // Is told of each failure that a later try may mend.
	slots     chan struct{} // Has one value for each commit under way.

	mu      sync.Mutex
	room    *sync.Cond // Signalled when a commit is done.
	count   int        // Commits that are not done,
	bytes   int        // and about how many bytes they have.
	last    map[order.ID]chan struct{}
	refused map[order.ID]*ports.ParkedOrder
	failed  error // The first failure that no later try mends.
}

// newWindow returns a window that works until ctx ends.
func newWindow(ctx context.Context, p ports.Publisher, onFailure func(error)) *window {
	w := &window{
		publisher: p, onFailure: onFailure, slots: make(chan struct{}, publishMax),
		last: map[order.ID]chan struct{}{}, refused: map[order.ID]*ports.ParkedOrder{},
	}
	w.room = sync.NewCond(&w.mu)
	w.ctx, w.stop = context.WithCancel(ctx)
	w.wakeAt(w.ctx)
	return w
}

// end abandons all that is not done, and returns when nothing is under way.
func (w *window) end() {
	w.stop()
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.count > 0 {
		w.room.Wait()
	}
}

// add begins to publish a commit once there is room.
func (w *window) add(ctx context.Context, c ports.Commit) error {
	size := c.Size()
	stop := w.wakeAt(ctx)
	defer stop()
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.count > 0 && (w.count >= waitingMax || w.bytes+size > waitingBytes) {
		if err := w.err(ctx); err != nil {
			return err
		}
		w.room.Wait()
	}
	if err := w.err(ctx); err != nil {
		return err
	}
	before, done := w.last[c.OrderID], make(chan struct{})
	w.count, w.bytes, w.last[c.OrderID] = w.count+1, w.bytes+size, done
	go func() {
		if before != nil {
			<-before
		}
		w.done(c, size, done, w.publish(c))
	}()
	return nil
}

// publish publishes a commit whose predecessor is done.
func (w *window) publish(c ports.Commit) error {
	select {
	case w.slots <- struct{}{}:
		defer func() { <-w.slots }()
	case <-w.ctx.Done():
		return w.ctx.Err()
	}
	w.mu.Lock()
	failed, isRefused := w.failed, w.refused[c.OrderID] != nil
	w.mu.Unlock()
	switch {
	case failed != nil:
		return failed
	case isRefused:
		return ports.ErrRefused // Its predecessor was.
	}
	return w.publishUntilTaken(c)
}

// publishUntilTaken publishes a commit again and again until the broker takes it, or never will.
func (w *window) publishUntilTaken(c ports.Commit) error {
	for rest := restFirst; ; rest = min(2*rest, restMost) {
		err := w.publisher.Publish(w.ctx, c)
		switch {
		case err == nil, errors.Is(err, ports.ErrRefused), errors.Is(err, ports.ErrGone):
			return err
		case w.ctx.Err() != nil:
			return w.ctx.Err()
		}
		w.onFailure(err)
		_ = clock.Sleep(w.ctx, rest)
	}
}

// done notes how the publishing of a commit went.
func (w *window) done(c ports.Commit, size int, done chan struct{}, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case err == nil:
	case errors.Is(err, ports.ErrRefused):
		w.note(c, err.Error())
	case w.failed == nil:
		w.failed = err
	}
	if w.last[c.OrderID] == done {
		delete(w.last, c.OrderID)
	}
	w.count, w.bytes = w.count-1, w.bytes-size
	close(done)
	w.room.Broadcast()
}

// park notes that a commit is not to be published. One of the same order may be under way.
func (w *window) park(c ports.Commit, why string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.note(c, why)
}

// note notes the first reason and the last version of an order that is to be parked.
func (w *window) note(c ports.Commit, why string) {
	if p := w.refused[c.OrderID]; p != nil {
		p.Version = max(p.Version, c.Version)
		return
	}
	w.refused[c.OrderID] = &ports.ParkedOrder{
		ID: c.OrderID, Version: c.Version, Reason: why,
		Since: time.Now().UTC().Truncate(time.Millisecond),
	}
}

// wait returns once each commit is published or refused, with the orders of the latter, until these
// are forgotten. Nobody adds meanwhile.
func (w *window) wait(ctx context.Context) (refused []ports.ParkedOrder, err error) {
	stop := w.wakeAt(ctx)
	defer stop()
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.count > 0 && w.err(ctx) == nil {
		w.room.Wait()
	}
	if err := w.err(ctx); err != nil {
		return nil, err
	}
	for _, p := range w.refused {
		refused = append(refused, *p)
	}
	return refused, nil
}

// forget forgets what was refused, once it is parked.
func (w *window) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	clear(w.refused)
}

// err is why the window does no more. The caller holds mu.
func (w *window) err(ctx context.Context) error {
	if w.failed != nil {
		return w.failed
	}
	return errors.Join(ctx.Err(), w.ctx.Err())
}

// wakeAt wakes the waiting callers when ctx ends, until stop is called.
func (w *window) wakeAt(ctx context.Context) (stop func() bool) {
	return context.AfterFunc(ctx, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.room.Broadcast()
	})
}
