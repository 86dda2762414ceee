package live

import (
	"cmp"
	"context"
	"sync"

	"orders/domain/order"
	"orders/ports"
)

const (
	// queueMax is how many entries wait in a queue at most, once its watcher has taken what it
	// missed.
	queueMax = 256
	// missedMax is how many changes a watcher may have missed, and how many of those that are made
	// before it has taken them wait for it. Beyond that its client had better look anew at
	// everything.
	missedMax = 10_000
	// chunkMax is how many entries are put into a queue at once.
	chunkMax = 64
	// keptMax is about how many bytes a view has at most that waits in queues, where many watchers
	// share it. A larger one is read again when its entry is taken.
	keptMax = 4 << 10
)

// An entry is what waits for a watcher: mostly an order that is to be told.
type entry struct {
	id      order.ID         // Empty for none.
	version int              // Of id, at least; 0 if it was missed, and that is not known.
	userID  string           // Whose order it is; empty if it was missed, and that is not known.
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
func (e entry) isOf(userID string) bool { return isOf(e.userID, userID) }

func isOf(owner, asked string) bool { return asked == "" || asked == owner }

// A queue holds what waits for a watcher. One goroutine takes, another one pushes.
type queue struct {
	userID string // Of this user's orders alone, unless it is empty.

	ended chan struct{} // Closed when err is set.
	wake  chan struct{} // Holds one when the queue may have become longer,
	taken chan struct{} // and one when it may have become shorter.

	mu       sync.Mutex
	entries  []entry
	limit    int // Of the entries that wait.
	err      error
	learning bool           // Nothing is taken until pushFront.
	idle     ports.Position // Where to go on after all that was put into it; empty if not known.
	batches  int            // So many have been put into it as a whole.
}

func newQueue(userID string, limit int, at ports.Position) *queue {
	return &queue{
		userID: userID, limit: limit, idle: at, ended: make(chan struct{}),
		wake: make(chan struct{}, 1), taken: make(chan struct{}, 1),
	}
}

// push puts entries into the queue, but for those of other users. It ends if they have no room.
// Unless at is empty, a batch ends with them: that is where to go on after all that waits then.
func (q *queue) push(at ports.Position, entries ...entry) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.err != nil {
		return
	}
	waiting := len(q.entries)
	for _, e := range entries {
		if e.reset || e.isOf(q.userID) {
			q.entries = append(q.entries, e)
		}
	}
	last := len(q.entries) - 1
	switch {
	case last >= q.limit:
		q.fail(ports.ErrSlow)
	case at == "" && last < waiting:
		return
	case at != "" && last >= 0:
		q.entries[last].at = at
	}
	if q.idle = at; at != "" {
		q.batches++
	}
	signal(q.wake)
}

// pushFront puts entries before those that wait, and makes room for as many more. The last one
// brings the position at; or if that is empty, the one where the queue is, unless entries wait that
// will bring theirs.
func (q *queue) pushFront(entries []entry, at ports.Position) {
	if len(entries) == 0 {
		entries = []entry{{}}
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.err != nil {
		return
	}
	if len(q.entries) == 0 {
		at = cmp.Or(at, q.idle)
		q.idle = at
	}
	entries[len(entries)-1].at = at
	q.limit += len(entries)
	q.entries, q.learning = append(entries, q.entries...), false
	signal(q.wake)
}

// first waits for the first entry, and leaves it where it is.
func (q *queue) first(ctx context.Context) (e entry, err error) {
	for {
		if e, isThere := q.peek(); isThere {
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

func (q *queue) peek() (e entry, isThere bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.entries) == 0 || q.learning {
		return e, false
	}
	return q.entries[0], true
}

// drop takes the first entry away.
func (q *queue) drop() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.entries) > 0 { // The queue may have ended.
		q.entries[0] = entry{}
		q.entries = q.entries[1:]
	}
	if len(q.entries) < queueMax-chunkMax {
		q.limit = queueMax // What was missed has been taken.
	}
	signal(q.taken)
}

// progress is how many batches have been put into the queue as a whole, and whether all that was
// put into it has been taken.
func (q *queue) progress() (batches int, isEmpty bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.batches, len(q.entries) == 0 && !q.learning
}

// position is where to go on after all that was taken, or empty where that is not known.
func (q *queue) position() ports.Position {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.entries) > 0 || q.learning {
		return ""
	}
	return q.idle
}

// waitForRoom waits until a chunk has room, or the queue has ended.
func (q *queue) waitForRoom(ctx context.Context) {
	for q.isFull() {
		select {
		case <-q.taken:
		case <-q.ended:
		case <-ctx.Done():
			return
		}
	}
}

func (q *queue) isFull() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.err == nil && len(q.entries)+chunkMax > q.limit
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
