package live

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"orders/domain/order"
	"orders/ports"
	"orders/ports/recent"
)

const (
	// toldMax is of how many orders a session remembers at least which version it told.
	toldMax = 10_000
	// chunk is how many changes are put into queues at once.
	chunk = 64
	// roomTime is how long to wait for room in a full queue, before its watcher is too slow.
	roomTime = 250 * time.Millisecond
)

// A session tells its watchers what the feed tells, from the first one's coming to the last one's
// going.
type session struct {
	reader  reader
	ctx     context.Context
	stop    context.CancelFunc
	begun   chan struct{} // Closed by begin, when position or err is set.
	begin   func()
	done    chan struct{} // Closed when all that the session started has ended.
	members int           // Guarded by Broker.mu.
	batches atomic.Int64  // So many have been begun.

	told recent.Map[order.ID, int] // Versions. Only publish uses it.

	mu       sync.Mutex
	err      error // Why there is no more.
	position ports.Position
	busy     bool                               // A batch after position is being told.
	watchers map[order.ID]map[*watcher]struct{} // Of each order; those of all have none.
}

func newSession(r reader) *session {
	s := &session{
		reader: r, begun: make(chan struct{}), done: make(chan struct{}),
		told: recent.New[order.ID, int](toldMax), watchers: map[order.ID]map[*watcher]struct{}{},
	}
	s.begin = sync.OnceFunc(func() { close(s.begun) })
	s.ctx, s.stop = context.WithCancel(context.Background())
	return s
}

// follow tells what the feed tells, from the present on, until the session is stopped or the feed
// fails.
func (s *session) follow(feed ports.ViewFeed) error {
	return feed.Follow(s.ctx, "", func(ctx context.Context, b ports.ViewBatch) error {
		s.batches.Add(1)
		s.isTelling(true, s.position)
		if err := s.tell(ctx, b); err != nil {
			return err
		}
		s.isTelling(false, b.Next)
		s.begin()
		return nil
	})
}

// isTelling notes where the session is, and whether it tells a batch after that.
func (s *session) isTelling(busy bool, at ports.Position) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy, s.position = busy, at
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
	return latest(changes, func(id order.ID) bool {
		return len(s.watchers[""]) > 0 || len(s.watchers[id]) > 0
	})
}

// publish puts entries into the queues of those who watch their orders. The last one of each who
// watches all orders brings the position.
func (s *session) publish(entries []entry, next ports.Position) {
	entries = s.notOlder(entries)
	all := s.of("")
	last := make([]int, len(all))
	for i, w := range all {
		last[i] = w.lastOf(entries)
	}
	for n, e := range entries {
		if n%chunk == 0 {
			s.makeRoom(all)
		}
		for _, w := range s.of(e.id) {
			w.queue.push(e)
		}
		for i, w := range all {
			if e.at = ""; n == last[i] {
				e.at = next
			}
			if e.isOf(w.what.UserID) {
				w.queue.push(e)
			}
		}
	}
	for i, w := range all {
		if last[i] < 0 {
			w.queue.pass(next)
		}
	}
}

// notOlder leaves out entries of which a later version was told, and remembers the others as told.
// The same version is told again when the feed tells of it again: the database may have failed over
// and taken it back for a while, and who came meanwhile saw less.
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
		w.queue.push(entry{reset: true, at: at})
	}
	s.endWatches(ports.ErrUnavailable, func(w ports.Watch) bool { return w.Order != "" })
}

// admit adds a watcher once the session knows where it is. It reports whether what.After is there,
// so that nothing was missed.
func (s *session) admit(
	ctx context.Context, what ports.Watch,
) (w *watcher, current bool, err error) {
	select {
	case <-s.begun:
	case <-ctx.Done():
		return nil, false, ctx.Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return nil, false, s.err
	}
	current = what.After == "" || what.After == s.position && !s.busy
	most := queueMax
	if !current {
		most = missedMax
	}
	w = &watcher{
		what: what, came: s.position, reader: s.reader, batches: &s.batches, missed: !current,
		queue: newQueue(most, s.position), read: recent.New[order.ID, int](most),
	}
	if s.watchers[what.Order] == nil {
		s.watchers[what.Order] = map[*watcher]struct{}{}
	}
	s.watchers[what.Order][w] = struct{}{}
	return w, current, nil
}

func (s *session) remove(w *watcher) {
	s.mu.Lock()
	defer s.mu.Unlock()
	those := s.watchers[w.what.Order]
	if delete(those, w); len(those) == 0 {
		delete(s.watchers, w.what.Order)
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
		for w := range those {
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
	return slices.Collect(maps.Keys(s.watchers[id]))
}
