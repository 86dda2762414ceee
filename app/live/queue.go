package live

import (
	"context"
	"sync"

	"orders/domain/order"
	"orders/ports"
)

const (
	// queueMax is how many entries wait in a queue at most, once its watcher has taken what it
	// missed.
	queueMax = 256
	// keptMax is about how many bytes a view has at most that waits in queues, where many watchers
	// share it. A larger one is read again when its entry is taken.
	keptMax = 4 << 10
)

// An entry is what waits for a watcher: mostly an order that is to be told.
type entry struct {
	id      order.ID         // Empty for none.
	version int              // Of id, at least; 0 if it was missed, and that is not known.
	userID  string           // Whose order it is; empty if it was missed.
	view    *ports.OrderView // Nil if it is to be read when the entry is taken.
	at      ports.Position   // All that was shown before it has been told then; mostly empty.
	reset   bool             // What was shown before is not known.
}

func entryOf(v *ports.OrderView) entry {
	e := entry{id: v.ID, version: v.Version, userID: v.Order.UserID}
	if v.Size() <= keptMax {
		e.view = v
	}
	return e
}

// isOf reports whether the order is the user's, or whether no user is asked for.
func (e entry) isOf(userID string) bool { return userID == "" || userID == e.userID }

// A queue holds what waits for a watcher. One goroutine pops, others push.
type queue struct {
	ended chan struct{} // Closed when err is set.
	wake  chan struct{} // Holds one when the queue may have become longer,
	taken chan struct{} // and one when it may have become shorter.

	mu      sync.Mutex
	entries []entry
	limit   int // Of the entries that wait.
	err     error
	idle    ports.Position // After all that is in the queue, if its last entry does not tell.
}

func newQueue(limit int, at ports.Position) *queue {
	return &queue{
		limit: limit, idle: at, ended: make(chan struct{}),
		wake: make(chan struct{}, 1), taken: make(chan struct{}, 1),
	}
}

// push puts an entry into the queue, which ends if it is full.
func (q *queue) push(e entry) {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case q.err != nil:
	case len(q.entries) >= q.limit:
		q.fail(ports.ErrSlow)
	default:
		q.entries, q.idle = append(q.entries, e), e.at
		signal(q.wake)
	}
}

// pushFront puts entries before those that wait, and makes room for as many more. The last one
// brings the position at.
func (q *queue) pushFront(entries []entry, at ports.Position) {
	if len(entries) == 0 {
		entries = []entry{{}}
	}
	entries[len(entries)-1].at = at
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.err != nil {
		return
	}
	if len(q.entries) == 0 {
		q.idle = at
	}
	q.limit += len(entries)
	q.entries = append(entries, q.entries...)
}

// pop waits for the first entry.
func (q *queue) pop(ctx context.Context) (e entry, err error) {
	for {
		if e, found := q.first(); found {
			return e, nil
		}
		select {
		case <-q.wake:
		case <-q.ended:
			return e, q.err
		case <-ctx.Done():
			return e, ctx.Err()
		}
	}
}

// first takes the first entry, if there is one.
func (q *queue) first() (e entry, found bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.entries) < queueMax-chunk {
		q.limit = queueMax // What was missed has been taken.
	}
	if len(q.entries) == 0 {
		q.entries = nil
		return e, false
	}
	e, q.entries[0] = q.entries[0], e // What is taken is not held any longer.
	q.entries = q.entries[1:]
	signal(q.taken)
	return e, true
}

// pass tells that nothing was shown before at but what is in the queue.
func (q *queue) pass(at ports.Position) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.idle = at
}

func (q *queue) isEmpty() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.entries) == 0
}

// position is where to go on after all that was taken, or empty where that is not known.
func (q *queue) position() ports.Position {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.entries) > 0 {
		return ""
	}
	return q.idle
}

// waitForRoom waits until a chunk has room.
func (q *queue) waitForRoom(ctx context.Context) {
	for q.isFull() {
		select {
		case <-q.taken:
		case <-ctx.Done():
			return
		}
	}
}

func (q *queue) isFull() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.err == nil && len(q.entries)+chunk > q.limit
}

// end ends the queue, and forgets what waits in it.
func (q *queue) end(err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.fail(err)
}

// fail is end for a caller that holds mu.
func (q *queue) fail(err error) {
	if q.err == nil {
		q.err, q.entries = err, nil
		close(q.ended)
	}
}

func signal(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default: // There is one already.
	}
}
