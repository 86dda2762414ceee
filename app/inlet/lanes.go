package inlet

import (
	"context"
	"sync"

	"orders/domain/order"
)

const (
	// LanesMax is how many messages wait or are worked on at once, at most.
	LanesMax = 128
	// lanesBytes is how many bytes they have, but for one batch of a broker.
	lanesBytes = 16 << 20
)

// Lanes let messages about one order be worked on one after the other, in the order in which they
// came, and those about different orders at the same time.
type Lanes struct {
	mu    sync.Mutex
	last  map[order.ID]chan struct{} // Closed after the last message about the order.
	count int
	bytes int
	freed chan struct{} // Has an element if there is more room than before.
}

// NewLanes returns Lanes without messages.
func NewLanes() *Lanes {
	return &Lanes{last: map[order.ID]chan struct{}{}, freed: make(chan struct{}, 1)}
}

// Room waits until there is room for more messages, and returns for how many. One caller at a time
// may wait.
func (l *Lanes) Room(ctx context.Context) (int, error) {
	for {
		l.mu.Lock()
		room := LanesMax - l.count
		if l.bytes >= lanesBytes {
			room = 0
		}
		l.mu.Unlock()
		if room > 0 {
			return room, nil
		}
		select {
		case <-l.freed:
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

// Go works on a message of so many bytes once all that came before it about the same order is done.
// An empty id is that of no order: such messages do not wait for each other.
func (l *Lanes) Go(id order.ID, bytes int, work func()) {
	before, done := l.enter(id, bytes)
	go func() {
		if before != nil {
			<-before
		}
		defer l.leave(id, bytes, done)
		work()
	}()
}

func (l *Lanes) enter(id order.ID, bytes int) (before, done chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count++
	l.bytes += bytes
	if id == "" {
		return nil, nil
	}
	before, done = l.last[id], make(chan struct{})
	l.last[id] = done
	return before, done
}

func (l *Lanes) leave(id order.ID, bytes int, done chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count--
	l.bytes -= bytes
	if done != nil {
		close(done)
		if l.last[id] == done {
			delete(l.last, id)
		}
	}
	select {
	case l.freed <- struct{}{}:
	default:
	}
}
