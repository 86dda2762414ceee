// Package subscribe hands every batch of a feed to a handler: from the saved position on, in one
// process at a time, at least once.
//
// Any number of processes may run a subscription. The one that holds its lease leads:
//
//	            the lease is won            loaded, and the handler has begun
//	waiting ────────────────────> beginning ────────────────────> following
//	   ^                             ^   │                            │
//	   │                             │   v an error                   │ an error
//	   │                            resting <─────────────────────────┤
//	   │                                                              │
//	   └──────────────────────────────────────────────────────────────┘
//	      the lease is lost, also while beginning and resting
//
// While following, the leader hands over batch after batch. Now and then it saves a position before
// which all work is done and durable, and once more when it stops following. So
//   - every commit is handed over, in the feed's order, until the handler has done its work;
//   - a batch may come again: after an error, a crash, or a change of the leader;
//   - when the lease is lost the handler's context ends, before another process may lead, and the
//     next leader hands over the same batch again.
package subscribe

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"os"
	"time"

	"orders/ports"
)

// A Handler does the work of a subscription. No two calls overlap in a process. In two processes
// they may, for as long as one goes on after its context has ended; that has to be harmless.
type Handler interface {
	// Begin prepares the handler. The leader calls it whenever it is about to follow the feed from
	// the saved position.
	Begin(ctx context.Context) error
	// Handle does the work of a batch. After an error the leader follows the feed from the saved
	// position again, as often as it takes; ErrConflict says that another process did the work.
	Handle(ctx context.Context, b ports.Batch) error
	// MakeDurable makes the work of all batches since Begin durable. The leader calls it before it
	// saves the position. After an error it does not save it; ErrConflict says that some of the
	// work is lost, and has to be done again.
	MakeDurable(ctx context.Context) error
}

// A Func is a Handler that prepares nothing, and whose work is durable when it returns nil.
type Func func(context.Context, ports.Batch) error

// Begin implements Handler.
func (Func) Begin(context.Context) error { return nil }

// Handle implements Handler.
func (f Func) Handle(ctx context.Context, b ports.Batch) error { return f(ctx, b) }

// MakeDurable implements Handler.
func (Func) MakeDurable(context.Context) error { return nil }

// An Observer sees what subscribers do, from when they begin to run.
type Observer interface {
	// Handler returns h, or what stands before it.
	Handler(subscription string, h Handler) Handler
	// Lease returns l, or what stands before it.
	Lease(subscription string, l ports.Lease) ports.Lease
}

// A Subscriber is a process's part in a subscription.
type Subscriber struct {
	name    string
	feed    ports.EventFeed
	shared  ports.Subscription
	handler Handler
	holder  string // Names this Subscriber among all that may lead.
	log     *slog.Logger

	idleEvery time.Duration
	failures  recorder
	observer  Observer // Nil for nobody.
}

// New returns a Subscriber that has yet to Run. The name is for the log and the status; shared is
// what all processes of the subscription share.
func New(
	name string, feed ports.EventFeed, shared ports.Subscription, h Handler, log *slog.Logger,
) *Subscriber {
	return &Subscriber{
		name: name, feed: feed, shared: shared, handler: h, holder: newHolder(),
		log: log.With("subscription", name), idleEvery: idleEvery,
		failures: recorder{kept: shared.Failures},
	}
}

// newHolder names a process by its host, its number there and a random text.
func newHolder() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return fmt.Sprintf("%s/%d/%s", host, os.Getpid(), rand.Text())
}

// SaveIdle makes the Subscriber, which has yet to Run, save a position that moves on without any
// work as soon as the feed brings it, for those who want to know how far it is. Without it, the
// Subscriber saves such a position every 10 seconds, so that it stays within the feed's history.
func (s *Subscriber) SaveIdle() { s.idleEvery = 0 }

// ObservedBy has o see what the Subscriber does, which has yet to Run; nil is nobody.
func (s *Subscriber) ObservedBy(o Observer) { s.observer = o }

// Run hands batches to the handler whenever this process leads, until ctx ends.
func (s *Subscriber) Run(ctx context.Context) {
	if o := s.observer; o != nil {
		s.handler, s.shared.Lease = o.Handler(s.name, s.handler), o.Lease(s.name, s.shared.Lease)
	}
	l := leader{s.shared.Lease, s.holder, s.log}
	l.run(ctx, func(ctx context.Context) {
		t := &term{Subscriber: s}
		s.failures.begin()
		t.run(ctx)
	})
}
