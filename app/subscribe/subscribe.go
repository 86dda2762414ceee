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
// While following, the leader hands over batch after batch and saves the position now and then,
// but only one before which all work is done. On its way out of following it saves once more. So
//   - whatever is committed is handed over, in the feed's order, until the handler has done it;
//   - a batch may come again: after an error, a crash, or a change of the leader;
//   - what the handler is doing when the lease is lost is abandoned: its context ends before
//     another process may lead, and the next leader is handed the same batch.
package subscribe

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"

	"orders/ports"
)

// A Handler does the work of a subscription. No two calls overlap in a process. In two processes
// they may, for as long as one goes on after its context has ended; that has to be harmless.
type Handler interface {
	// Begin is called whenever the feed is about to be followed from the saved position.
	Begin(ctx context.Context) error
	// Handle does the work of a batch. When it returns nil the position may be saved, so the work
	// must be durable by then. After an error the feed is followed from the saved position again,
	// as often as it takes; ErrConflict says that somebody else did the work.
	Handle(ctx context.Context, b ports.Batch) error
}

// A Func is a Handler that prepares nothing.
type Func func(context.Context, ports.Batch) error

// Begin implements Handler.
func (Func) Begin(context.Context) error { return nil }

// Handle implements Handler.
func (f Func) Handle(ctx context.Context, b ports.Batch) error { return f(ctx, b) }

// A Subscriber is a process's part in a subscription.
type Subscriber struct {
	name    string
	feed    ports.EventFeed
	at      ports.Subscription
	handler Handler
	holder  string // Names this one among all that may lead.
	log     *slog.Logger
}

// New returns a Subscriber that has yet to Run. The name is for the log and the status; what it
// shares with other processes is at.
func New(
	name string, feed ports.EventFeed, at ports.Subscription, h Handler, log *slog.Logger,
) *Subscriber {
	return &Subscriber{
		name: name, feed: feed, at: at, handler: h, holder: rand.Text(),
		log: log.With("subscription", name),
	}
}

// Run hands batches to the handler whenever this process leads, until ctx ends.
func (s *Subscriber) Run(ctx context.Context) {
	l := leader{s.at.Lease, s.holder, s.log}
	l.run(ctx, func(ctx context.Context) {
		t := &term{Subscriber: s}
		t.run(ctx)
	})
}

// Status tells how far the subscription is, whoever leads and even if nobody does. It loads the
// position; for that of a read model ask the read model, whose next save a Load would vouch for.
func (s *Subscriber) Status(ctx context.Context) (ports.SubscriptionStatus, error) {
	status := ports.SubscriptionStatus{Name: s.name}
	var err error
	if status.Position, err = s.at.Checkpoint.Load(ctx); err != nil {
		return status, fmt.Errorf("load the position of %s: %w", s.name, err)
	}
	if status.Lag, err = Lag(ctx, s.feed, status.Position); err != nil {
		return status, fmt.Errorf("count what %s lacks: %w", s.name, err)
	}
	return status, nil
}
