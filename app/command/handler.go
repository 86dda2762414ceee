// Package command carries out what users ask of orders: load, decide, append.
package command

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"time"

	"orders/app/access"
	"orders/domain/order"
	"orders/ports"
	"orders/ports/budget"
	"orders/ports/clock"
)

// ErrKeyReused means that an Idempotency-Key came before with another request.
var ErrKeyReused = errors.New("the Idempotency-Key was used for another request")

// A VersionError means that the order is not at a version that the request asked for.
type VersionError struct{ Current int }

func (e *VersionError) Error() string {
	return fmt.Sprintf("the order is at version %d", e.Current)
}

// A Request is a command and what came with it.
type Request struct {
	OrderID order.ID // Empty for order.Create.
	Command order.Command
	Key     string                 // The Idempotency-Key; empty for none.
	IfMatch func(version int) bool // The versions to carry it out on; nil for any.
	DryRun  bool                   // Answer what would happen, and record nothing.

	// AnyCurrency says that the client's Create names no currency. Command then has the one that a
	// new order gets, and as a repetition it matches an order of any currency.
	AnyCurrency bool

	Caller                 access.Caller // Who asks.
	RequestID, Traceparent string        // For the record.
}

// A Result is an order as a command left it, or would leave it.
type Result struct {
	ports.OrderView
	Events   []order.Event // What the command recorded; empty if it changed nothing.
	Replayed bool          // The Key came before, and this repeats the answer that was given then.
}

// A Clock tells the time.
type Clock func() time.Time

// A Handle carries out a request, as that of a Handler does.
type Handle func(context.Context, Request) (Result, error)

// A Handler carries out every command.
type Handler struct {
	store  ports.EventStore
	now    Clock
	turns  turns
	pasts  *pasts
	handle Handle

	imported ports.ImportedKeys // Nil if there are none.
}

// NewHandler returns a Handler that records events in store, at the time that now tells. The bytes
// of its cache are taken from b; with a nil b the cache has its own limits alone.
func NewHandler(store ports.EventStore, now Clock, b *budget.Budget) *Handler {
	h := &Handler{store: store, now: now, turns: turns{of: map[lane]*turn{}}, pasts: newPasts(b)}
	h.handle = h.carryOut
	return h
}

// Around has wrap see each request and what becomes of it, outside of those that did so before. It
// is to be called before the first request.
func (h *Handler) Around(wrap func(next Handle) Handle) { h.handle = wrap(h.handle) }

// Handle carries out r. A Key makes it safe to repeat: the same request gets the first answer
// again, another one ErrKeyReused. A command that repeats what has happened changes nothing.
// The commit binds the Key, for ever; a request that records nothing binds none. Keys of different
// actors never meet, but one that came while callers had no names may be anybody's.
//
// A caller may do what app/access allows; else the error is that of app/access. An order that the
// caller does not see answers like one that does not exist, and takes one read, as that does.
//
// A refusal is an *order.Error, or a *VersionError. Of the ports' errors, ErrNotFound,
// ErrUnavailable and ErrUnreadable mean that nothing was recorded; after ErrOutcomeUnknown,
// repeat with the same Key.
//
// Commands on one order go one after the other (see lane). A command that loses a race, to another
// process perhaps, is decided again until the context ends.
func (h *Handler) Handle(ctx context.Context, r Request) (Result, error) {
	return h.handle(ctx, r)
}

func (h *Handler) carryOut(ctx context.Context, r Request) (Result, error) {
	p, err := prepare(r, h.now())
	if err != nil {
		return Result{}, err
	}
	if p.anonymous != "" {
		if first, found, err := h.readAnonymous(ctx, p); found || err != nil {
			return first, err
		}
	}
	if p.creates && p.Key != "" && h.imported != nil {
		if first, found, err := h.readImported(ctx, p); found || err != nil {
			return first, err
		}
	}
	if p.creates && !r.DryRun {
		// No other command works on a new order, so it needs no turn, unless its key came before.
		result, err := h.attempt(ctx, newPast(p.id), p)
		if !errors.Is(err, ports.ErrConflict) && !p.mayHaveCome(err) {
			return result, err
		}
	}
	leave, err := h.turns.take(ctx, p.lane())
	if err != nil {
		return Result{}, tooBusy(p)
	}
	defer leave()
	for try := 0; ; try++ {
		result, err := h.decide(ctx, p)
		if !errors.Is(err, ports.ErrConflict) {
			return result, err
		}
		if pause(ctx, try) != nil {
			return Result{}, tooBusy(p)
		}
	}
}

func tooBusy(p prepared) error {
	return fmt.Errorf("order %s is too busy: %w", p.id, ports.ErrUnavailable)
}

// decide reads the order's past and carries p out on it. It keeps the past for the next command,
// unless the past is in doubt.
func (h *Handler) decide(ctx context.Context, p prepared) (Result, error) {
	past, first, err := h.read(ctx, p)
	switch {
	case err != nil:
		return Result{}, err
	case first != nil:
		return *first, nil
	}
	result, err := h.attempt(ctx, &past, p)
	h.pasts.keep(past)
	return result, err
}

// attempt checks whether there is an order, then its version, then its rules. It adds to the past
// what it records, and empties the past if the append fails.
func (h *Handler) attempt(ctx context.Context, past *past, p prepared) (Result, error) {
	if err := p.admit(past.Stream); err != nil {
		return Result{}, err
	}
	events, err := past.Order().At(past.Version()).Decide(p.Command)
	if err != nil {
		return Result{}, err
	}
	if len(events) == 0 {
		return Result{OrderView: ports.ViewOf(past.Stream)}, nil
	}
	c := h.commit(past.Stream, p, events)
	after := ports.ViewOf(past.With(c))
	if !p.DryRun {
		if err := h.store.Append(ctx, past.Stream, c); err != nil {
			past.forget()
			return Result{}, fmt.Errorf("append to order %s: %w", p.id, err)
		}
		if past.Version() > 0 { // The next command on a new order seldom comes soon.
			past.add(c, after)
		}
	}
	return Result{OrderView: after, Events: events}, nil
}

func (h *Handler) commit(past ports.Stream, p prepared, events []order.Event) ports.Commit {
	at := h.now().UTC().Truncate(time.Millisecond)
	if last := past.Before.UpdatedAt; at.Before(last) {
		at = last // An order's history never runs backwards.
	}
	return ports.Commit{
		OrderID: p.id, Version: past.Version() + 1, At: at, ID: rand.Text(), Events: events,
		Key: p.Key, Request: p.request,
		Actor: p.Caller.Actor, RequestID: p.RequestID, Traceparent: p.Traceparent,
	}
}

// pause waits longer after each try, at random, so that rivals do not meet again.
func pause(ctx context.Context, try int) error {
	const longest = 50 * time.Millisecond
	return clock.Sleep(ctx, mathrand.N(min(time.Millisecond<<min(try, 10), longest)))
}
