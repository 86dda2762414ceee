// Package slots gathers what many callers ask for into few batches.
package slots

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"orders/ports"
)

// Limits are those of a Batcher.
type Limits struct {
	Slots   int // Batches under way at once. All slots but one wait for Company.
	Company int // Items that have to wait for a further slot to take them.
	Queue   int // Items that wait for a slot. Further ones are refused.
	Items   int // Items in one batch, at most.
	Bytes   int // Bytes in one batch, at most, unless one item alone has more; 0 for any number.
}

// A Batcher has a queue and some slots. A slot that is free takes everything that is queued, up to
// the limits, and works on it at once; no timer makes anybody wait for company. Slots are
// goroutines that live while there is work.
type Batcher[T comparable] struct {
	limits Limits
	of     string // What the items are, in errors.
	size   func(T) int
	work   func(batch []T)

	mu     sync.Mutex
	queue  []T
	busy   int // Slots at work.
	closed bool
	idle   chan struct{} // Closed when the last slot ends after closed was set.
}

// New returns a Batcher whose slots call work with each batch. Its errors name the items by of, as
// in "appends". It asks size for an item's bytes only if Bytes is a limit.
func New[T comparable](of string, l Limits, size func(T) int, work func(batch []T)) *Batcher[T] {
	return &Batcher[T]{limits: l, of: of, size: size, work: work, idle: make(chan struct{})}
}

// ErrClosed is ports.ErrUnavailable once the Batcher is closed.
var ErrClosed = fmt.Errorf("%w: it is shutting down", ports.ErrUnavailable)

// Add queues an item. The error is ports.ErrUnavailable if the queue is full, or ErrClosed.
func (b *Batcher[T]) Add(item T) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.closed:
		return ErrClosed
	case len(b.queue) >= b.limits.Queue:
		return fmt.Errorf("%w: %d %s wait already", ports.ErrUnavailable, len(b.queue), b.of)
	}
	b.queue = append(b.queue, item)
	if b.busy < b.limits.Slots && b.suffices(b.busy+1) {
		b.busy++
		go b.run()
	}
	return nil
}

// suffices reports whether so many slots shall work on what is queued.
func (b *Batcher[T]) suffices(slots int) bool {
	return slots == 1 || len(b.queue) >= b.limits.Company
}

// Waiting is how many items are queued.
func (b *Batcher[T]) Waiting() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.queue)
}

// TakeBack reports whether the item was still queued, and forgets it.
func (b *Batcher[T]) TakeBack(item T) bool {
	return len(b.TakeBackAll(func(queued T) bool { return queued == item })) > 0
}

// TakeBackAll forgets the queued items that are chosen, and returns them.
func (b *Batcher[T]) TakeBackAll(chosen func(T) bool) (taken []T) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.queue = slices.DeleteFunc(b.queue, func(item T) bool {
		is := chosen(item)
		if is {
			taken = append(taken, item)
		}
		return is
	})
	return taken
}

// run is a slot.
func (b *Batcher[T]) run() {
	for batch := b.next(); len(batch) > 0; batch = b.next() {
		b.work(batch)
	}
}

// next removes the next batch from the queue. When there is none for the slot, it is busy no more.
func (b *Batcher[T]) next() []T {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := 0
	if b.suffices(b.busy) {
		n = b.fits()
	}
	batch := slices.Clone(b.queue[:n])
	b.queue = slices.Delete(b.queue, 0, n)
	if n == 0 {
		b.busy--
		if b.closed && b.busy == 0 {
			close(b.idle)
		}
	}
	return batch
}

// fits is how many of the queued items one batch takes.
func (b *Batcher[T]) fits() int {
	most := min(len(b.queue), b.limits.Items)
	if b.limits.Bytes == 0 {
		return most
	}
	bytes := 0
	for n, item := range b.queue[:most] {
		if bytes += b.size(item); n > 0 && bytes > b.limits.Bytes {
			return n
		}
	}
	return most
}

// Close takes no more items and waits until all are worked on. When ctx ends first, it returns the
// items that no slot has taken, and the context's error.
func (b *Batcher[T]) Close(ctx context.Context) (left []T, err error) {
	b.mu.Lock()
	if !b.closed {
		b.closed = true
		if b.busy == 0 {
			close(b.idle)
		}
	}
	b.mu.Unlock()
	select {
	case <-b.idle:
		return nil, nil
	case <-ctx.Done():
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.busy == 0 {
		return nil, nil
	}
	left, b.queue = b.queue, nil
	return left, ctx.Err()
}
