// Package ports says what the application needs of the outside world.
//
// Each port has a memory adapter and a MongoDB adapter. Both obey the laws of test/contract, which
// has one for each sentence here that promises something. Arguments and results belong to the
// caller: no adapter keeps or hands out memory that a caller can change.
package ports

import (
	"context"
	"slices"
	"time"

	"orders/domain/order"
)

// An EventStore keeps each order's stream of commits, in order and for ever.
type EventStore interface {
	// Load returns an order's stream, whole and in order. An unknown order has an empty one.
	// The error is ErrUnavailable, ErrUnreadable or the context's.
	Load(ctx context.Context, id order.ID) (Stream, error)

	// Read calls each with the commits of an order after a version, in order and one at a time, so
	// that a stream need not be held whole. It returns nil after the last one, also if there are
	// none. When each returns an error, Read ends with it; its other errors are those of Load.
	// Meanwhile it buffers at most BufferedMax bytes.
	Read(ctx context.Context, id order.ID, after int, each func(Commit) error) error

	// Append records c right after past, all its events or none. past is what Load returned, or
	// an empty stream to create an order. A commit that is not the next one after past is
	// refused. The commit keeps its actor with client and issuer.
	//
	// Of several callers who append after the same past, one wins; the others get ErrConflict, and
	// so does a caller with an outdated past. A commit that is appended again, with the same ID, is
	// no conflict with itself. While a large commit waits, its bytes are taken from the account in
	// ctx (see ports/budget). After ErrUnavailable, and if ctx had ended before the call, nothing
	// was recorded; after ErrOutcomeUnknown it may have been. What was acknowledged, every later
	// Load sees; in a store that lasts, also after it was closed and opened again.
	Append(ctx context.Context, past Stream, c Commit) error
}

// History shows what happened to an order. Every EventStore is one.
type History interface {
	// Load is that of the EventStore.
	Load(ctx context.Context, id order.ID) (Stream, error)
	// Read is that of the EventStore.
	Read(ctx context.Context, id order.ID, after int, each func(Commit) error) error
}

// A Stream is what happened to one order, oldest first.
type Stream struct {
	ID      order.ID
	Before  OrderView // What the left out commits add up to; zero if none is left out.
	Commits []Commit  // The versions after Before, without a gap.
}

// Version is the number of commits; 0 for an order that is not created.
func (s Stream) Version() int { return s.Before.Version + len(s.Commits) }

// Order is what the commits add up to.
func (s Stream) Order() order.Order {
	o := s.Before.Order
	for _, c := range s.Commits {
		o = o.Replay(c.Events)
	}
	return o
}

// Until returns the stream as it was at version: from that of Before to that of the stream.
func (s Stream) Until(version int) Stream {
	n := version - s.Before.Version
	return Stream{ID: s.ID, Before: s.Before, Commits: s.Commits[:n:n]}
}

// With returns the stream as it is after c, its next commit.
func (s Stream) With(c Commit) Stream {
	return Stream{ID: s.ID, Before: s.Before, Commits: append(slices.Clip(s.Commits), c)}
}

// Folded returns the stream without its commits: Before is what they add up to.
func (s Stream) Folded() Stream {
	if s.Version() == 0 {
		return s
	}
	return Stream{ID: s.ID, Before: ViewOf(s)}
}

// A Commit is what one accepted command did to an order.
type Commit struct {
	OrderID order.ID
	Version int       // The order's version after the commit, from 1 without gaps.
	At      time.Time // When it was decided: UTC, whole milliseconds.
	ID      string    // Random: the same only in a commit that is sent again.
	Events  []order.Event

	Key     string // The Idempotency-Key that came with the command; may be empty.
	Request string // The hash of the command, which a repetition must match; empty without a Key.

	Actor       Actor  // Who asked.
	RequestID   string // The X-Request-ID of the asking request.
	Traceparent string // Its W3C trace context; may be empty.

	// Unreadable is why Events could not be read, wrapping ErrUnreadable. Only feeds and archives
	// set it.
	Unreadable error
}

// Size is about how many bytes the commit takes.
func (c Commit) Size() int {
	n := sizeOfCommit + len(c.Actor.Subject) + len(c.Actor.Client) + len(c.Actor.Issuer)
	for _, e := range c.Events {
		n += order.SizeOf(e)
	}
	return n
}

// sizeOfCommit is about how many bytes a commit takes besides its events and its actor.
const sizeOfCommit = 512
