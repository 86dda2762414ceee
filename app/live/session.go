package live

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"orders/domain/order"
	"orders/ports"
	"orders/ports/recent"
)

const (
	// toldMax is of how many orders a session remembers at least which version it told.
	toldMax = 10_000
	// roomTime is how long to wait for room in a full queue, before its watcher is too slow.
	roomTime = 250 * time.Millisecond
)

// A session tells its watchers what the feed tells, from the first one's coming to the last one's
// going.
type session struct {
	reader  reader
	learner learner
	ctx     context.Context
	stop    context.CancelFunc
	begun   chan struct{} // Closed by begin, when position or err is set.
	begin   func()
	done    chan struct{} // Closed when all that the session started has ended.
	members int           // Guarded by Broker.mu.

	learning sync.WaitGroup // What learns for those who are behind.

	told recent.Map[order.ID, int] // Versions. Only publish uses it.

	mu       sync.Mutex
	err      error                         // Why there is no more.
	position ports.Position                // After the batch that is told, or was told last.
	behind   map[ports.Position][]*watcher // Wait to learn; there while some learn.
	watchers map[order.ID][]*watcher       // By order; those of all have none. No list is changed.
}

func newSession(r reader, l learner) *session {
	s := &session{
		reader: r, learner: l, begun: make(chan struct{}), done: make(chan struct{}),
		told:   recent.New[order.ID, int](toldMax),
		behind: map[ports.Position][]*watcher{}, watchers: map[order.ID][]*watcher{},
	}
	s.begin = sync.OnceFunc(func() { close(s.begun) })
	s.ctx, s.stop = context.WithCancel(context.Background())
	return s
}

// follow tells what the feed tells, from the present on, until the session is stopped or the feed
// fails. The position moves before a batch is told: whoever comes meanwhile and knows all that was
// shown before the batch ends has missed nothing.
func (s *session) follow(feed ports.ViewFeed) error {
	return feed.Follow(s.ctx, "", func(ctx context.Context, b ports.ViewBatch) error {
		s.mu.Lock()
		s.position = b.Next
		s.mu.Unlock()
		if err := s.tell(ctx, b); err != nil {
			return err
		}
		s.begin()
		return nil
	})
}

// tell tells watchers of a batch.
func (s *session) tell(ctx context.Context, b ports.ViewBatch) error {
	if b.Lost {
		s.reset(b.Next)
		return nil
	}
	entries, err := s.reader.all(ctx, s.wanted(b.Changes))
	if err == nil {
		s.publish(entries, b.Next)
	}
	return err
}

// wanted are the changed orders that anybody watches.
func (s *session) wanted(changes []ports.ViewChange) []order.ID {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(ordersOf(changes), func(id order.ID) bool {
		return len(s.watchers[""])+len(s.watchers[id]) == 0
	})
}

// publish puts entries into the queues of those who watch their orders, and tells those who watch
// all orders that next comes after them.
func (s *session) publish(entries []entry, next ports.Position) {
	all := s.of("")
	for entries = s.notOlder(entries); len(entries) > chunkMax; entries = entries[chunkMax:] {
		s.put(all, entries[:chunkMax], "")
	}
	s.put(all, entries, next)
}

// put puts a chunk into the queues, and the position after it, if that is the last one.
func (s *session) put(all []*watcher, entries []entry, next ports.Position) {
	if len(entries) > 0 {
		s.makeRoom(all)
	}
	for _, e := range entries {
		for _, w := range s.of(e.id) {
			w.queue.push("", e)
		}
	}
	for _, w := range all {
		w.queue.push(next, entries...)
	}
}

// notOlder leaves out entries of which a later version was told, and remembers the others as told.
// What was told is durable, so none of it has to be forgotten when the database fails over. The
// same version is told again when the feed tells of it again: the view may have been damaged and
// repaired, and who came meanwhile saw something else.
func (s *session) notOlder(entries []entry) []entry {
	return slices.DeleteFunc(entries, func(e entry) bool {
		if e.version < s.told.Get(e.id) {
			return true
		}
		s.told.Put(e.id, e.version)
		return false
	})
}

// makeRoom waits until every queue has room for a chunk, or for roomTime.
func (s *session) makeRoom(all []*watcher) {
	ctx, cancel := context.WithTimeout(s.ctx, roomTime)
	defer cancel()
	for _, w := range all {
		w.queue.waitForRoom(ctx)
	}
}

// reset tells those who watch all orders that there is a gap before at. The watches of single
// orders end: their clients come again, and look anew.
func (s *session) reset(at ports.Position) {
	for _, w := range s.of("") {
		w.queue.push(at, entry{reset: true})
	}
	s.endWatches(ports.ErrUnavailable, func(w ports.Watch) bool { return w.Order != "" })
}

// admit adds a watcher once the session knows where it is. Unless what.After is there, so that
// nothing was missed, the watcher learns what it missed.
func (s *session) admit(ctx context.Context, what ports.Watch) (*watcher, error) {
	select {
	case <-s.begun:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return nil, s.err
	}
	isCurrent := what.After == "" || what.After == s.position
	limit := queueMax
	if !isCurrent {
		limit = missedMax
	}
	w := newWatcher(what, s.reader, newQueue(what.UserID, limit, s.position))
	s.watchers[what.Order] = append(slices.Clone(s.watchers[what.Order]), w)
	if !isCurrent {
		w.queue.learning = true
		s.learn(w)
	}
	return w, nil
}

// remove takes a watcher away, also if its queue is waited for.
func (s *session) remove(w *watcher) {
	w.queue.end(errClosed)
	s.mu.Lock()
	defer s.mu.Unlock()
	id, those := w.what.Order, slices.Clone(s.watchers[w.what.Order])
	i := slices.Index(those, w)
	if s.watchers[id] = slices.Delete(those, i, i+1); len(those) == 1 {
		delete(s.watchers, id)
	}
}

// end tells every watcher, and whoever waits to be one, that there is no more.
func (s *session) end(err error) {
	if s.ctx.Err() == nil {
		s.reader.log.Warn("Live changes end: the feed failed", "error", err)
	}
	s.stop()
	s.mu.Lock()
	s.err = errors.Join(ports.ErrUnavailable, err)
	s.mu.Unlock()
	s.endWatches(s.err, func(ports.Watch) bool { return true })
	s.begin()
}

func (s *session) endWatches(err error, which func(ports.Watch) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, those := range s.watchers {
		for _, w := range those {
			if which(w.what) {
				w.queue.end(err)
			}
		}
	}
}

// of returns the watchers of an order, or without one those of all orders.
func (s *session) of(id order.ID) []*watcher {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.watchers[id]
}
