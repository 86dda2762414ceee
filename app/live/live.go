// Package live tells whoever watches how orders change, as queries show them.
//
// A Broker follows the feed of changed views once for all watchers, in a session:
//
//	first watcher            the feed tells where it is              the last one leaves
//	───────────────> opening ──────────────────────────> telling ─────────────────────> gone
//	                    │                                │  ▲ │
//	                    │ the feed fails                 │  └─┘ the feed loses its place: watchers
//	                    └────────────────┬───────────────┘      of all orders are told to look
//	                                     ▼                      anew, those of one order end
//	                   failed: its watchers end, and the next
//	                      one begins another session
//
// A watcher has a queue, into which the session puts entries from the moment it is admitted:
//
//	Watch           with no position, or where the session is
//	─────> admitted ─────────────────────────────────────────────> current
//	          │                                                     ▲   │
//	          │ with another position                               │   │ Close, ErrSlow,
//	          ▼            what it missed is put in front           │   │ the session fails
//	       learning ───────────────────────────────────> behind ────┘   ▼
//	                                                       │  most   ended
//	                                                       │ is taken  ▲
//	                                                       └───────────┘
//
// While it is behind, its queue has room for as much as it missed, and for what comes meanwhile. If
// that is too much or takes too long to learn, its client is told to look anew instead.
// Watchers from the same position learn together, each from what begins after it was admitted.
//
// For watchers of one user's orders the learner asks whose the missed orders are, many at once.
// Orders that were missed wait by their IDs, as do views that are too large for queues. The watcher
// reads them when it takes them.
//
// References run one way: live.go to session.go and missed.go, session.go to watcher.go, and all of
// these to queue.go and reader.go.
package live

import (
	"context"
	"fmt"
	"log/slog"
	"sync"

	"orders/ports"
)

var _ ports.Live = (*Broker)(nil)

// A Broker follows the feed once for all watchers, and only while there are any.
type Broker struct {
	feed    ports.ViewFeed
	reader  reader
	learner learner

	mu      sync.Mutex
	current *session // What watchers join; nil while there is none.
}

// New returns a Broker that tells of the changes of feed what orders shows.
func New(feed ports.ViewFeed, orders ports.DurableOrders, log *slog.Logger) *Broker {
	learner := learner{feed, orders, make(chan struct{}, learnAtOnce)}
	return &Broker{feed: feed, reader: reader{orders, log}, learner: learner}
}

// Watch implements ports.Live.
func (b *Broker) Watch(ctx context.Context, what ports.Watch) (ports.Watcher, error) {
	s := b.join()
	w, err := s.admit(ctx, what)
	if err != nil {
		b.leave(s)
		return nil, fmt.Errorf("watch the orders: %w", err)
	}
	w.close = sync.OnceFunc(func() {
		s.remove(w)
		b.leave(s)
	})
	return w, nil
}

// join returns the current session, and begins one if there is none. Whoever joins has to leave.
func (b *Broker) join() *session {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.current == nil {
		s := newSession(b.reader, b.learner)
		b.current = s
		go func() {
			defer close(s.done)
			err := s.follow(b.feed)
			b.mu.Lock()
			b.forget(s)
			b.mu.Unlock()
			s.end(err)
			s.learning.Wait()
		}()
	}
	b.current.members++
	return b.current
}

// leave ends the session with its last watcher, and then waits for all that the session started.
func (b *Broker) leave(s *session) {
	b.mu.Lock()
	s.members--
	last := s.members == 0
	if last {
		b.forget(s)
	}
	b.mu.Unlock()
	if last {
		s.stop()
		<-s.done
	}
}

// forget makes the next watcher begin another session. The caller holds mu.
func (b *Broker) forget(s *session) {
	if b.current == s {
		b.current = nil
	}
}
