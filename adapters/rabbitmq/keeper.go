package rabbitmq

import (
	"context"
	"sync"
	"time"
)

// openEvery is the least time between two attempts to open something.
const openEvery = 500 * time.Millisecond

type endable interface {
	ended() bool
	close()
}

// keeper keeps one T open for all who use it, and opens another once it has ended.
type keeper[T endable] struct {
	open func(context.Context) (T, error)
	life context.Context // Ends with close.
	end  func()

	mu      sync.Mutex
	closed  bool
	current *T
	attempt *attempt[T] // The one under way.
	last    time.Time   // When the last one was made.
	tasks   sync.WaitGroup
}

type attempt[T any] struct {
	done chan struct{}
	T    T
	err  error
}

func newKeeper[T endable](open func(context.Context) (T, error)) *keeper[T] {
	life, end := context.WithCancel(context.Background())
	return &keeper[T]{open: open, life: life, end: func() { end() }}
}

// get returns the T that is open, or the result of the attempt to open one.
func (k *keeper[T]) get(ctx context.Context) (opened T, err error) {
	k.mu.Lock()
	if k.closed {
		k.mu.Unlock()
		return opened, errClosed
	}
	if k.current != nil && !(*k.current).ended() {
		defer k.mu.Unlock()
		return *k.current, nil
	}
	if k.attempt == nil {
		k.attempt = &attempt[T]{done: make(chan struct{})}
		k.tasks.Go(k.try)
	}
	a := k.attempt
	k.mu.Unlock()
	select {
	case <-ctx.Done():
		return opened, ctx.Err()
	case <-a.done:
		return a.T, a.err
	}
}

// try makes the attempt.
func (k *keeper[T]) try() {
	k.mu.Lock()
	a, old, pause := k.attempt, k.current, time.Until(k.last.Add(openEvery))
	k.mu.Unlock()
	if old != nil {
		(*old).close()
	}
	select {
	case <-time.After(pause):
		a.T, a.err = k.open(k.life)
	case <-k.life.Done():
		a.err = errClosed
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.current = nil; a.err == nil {
		k.current = &a.T
	}
	k.attempt, k.last = nil, time.Now()
	close(a.done)
}

// close closes what is open, for good.
func (k *keeper[T]) close() {
	k.mu.Lock()
	k.closed = true
	k.mu.Unlock()
	k.end()
	k.tasks.Wait()
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.current != nil {
		(*k.current).close()
		k.current = nil
	}
}
