// Package command carries out what users ask of orders: load, decide, append.
package command

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"time"

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
	DryRun  bool                   // Tell what would happen, and record nothing.

	// AnyCurrency says that the Create names no currency. Command has the one to use if there is
	// no order yet; as a repetition it matches an order of any.
	AnyCurrency bool

	Actor, RequestID, Traceparent string // For the record.
}

// A Result is an order as a command left it, or would leave it.
type Result struct {
	ports.OrderView
	Events   []order.Event // What it recorded, now or then; empty if it only repeated what was so.
	Replayed bool          // The Key came before: this is the answer that was given then.
}

// A Clock tells the time.
type Clock func() time.Time

// A Handler carries out every command.
type Handler struct {
	store ports.EventStore
	now   Clock
	turns turns
	warm  *warm
}

// NewHandler returns a Handler that records events in store, at the time that now tells. What it
// keeps for speed it takes from b; nil bounds that in nothing but number.
func NewHandler(store ports.EventStore, now Clock, b *budget.Budget) *Handler {
	return &Handler{store, now, turns{of: map[order.ID]*turn{}}, newWarm(b)}
}

// Handle carries out r. A Key makes it safe to repeat: the same request gets the first answer
// again, another one ErrKeyReused. A repetition of what has happened already changes nothing.
// The commit binds the Key, for ever; what records nothing binds none.
//
// A refusal is an *order.Error, or a *VersionError. Of the ports' errors, ErrNotFound,
// ErrUnavailable and ErrUnreadable mean that nothing was recorded; after ErrOutcomeUnknown,
// repeat with the same Key.
//
// Commands on one order go one after the other. A race lost to another process is decided anew
// until the context ends.
func (h *Handler) Handle(ctx context.Context, r Request) (Result, error) {
	t, err := ticketFor(r, h.now())
	if err != nil {
		return Result{}, err
	}
	if t.creates && !r.DryRun {
		// A new order has nobody to wait for. Only if its key came before there is more to it.
		result, err := h.attempt(ctx, newPast(t.id), t)
		if !errors.Is(err, ports.ErrConflict) && !t.mayHaveCome(err) {
			return result, err
		}
	}
	leave, err := h.turns.take(ctx, t.id)
	if err != nil {
		return Result{}, tooBusy(t)
	}
	defer leave()
	for try := 0; ; try++ {
		result, err := h.decide(ctx, t)
		if !errors.Is(err, ports.ErrConflict) {
			return result, err
		}
		if pause(ctx, try) != nil {
			return Result{}, tooBusy(t)
		}
	}
}

func tooBusy(t ticket) error {
	return fmt.Errorf("order %s is too busy: %w", t.id, ports.ErrUnavailable)
}

// decide reads the order's past and carries t out on it. The past is kept for the next command,
// but not when it is in doubt.
func (h *Handler) decide(ctx context.Context, t ticket) (Result, error) {
	past, first, err := h.read(ctx, t)
	switch {
	case err != nil:
		return Result{}, err
	case first != nil:
		return *first, nil
	}
	result, err := h.attempt(ctx, &past, t)
	h.warm.keep(past)
	return result, err
}

// attempt checks whether there is an order, then its version, then its own rules. It adds to the
// past of an order what it records, and empties it if that is in doubt.
func (h *Handler) attempt(ctx context.Context, past *past, t ticket) (Result, error) {
	if err := t.admit(past.Stream); err != nil {
		return Result{}, err
	}
	events, err := past.Order().At(past.Version()).Decide(t.Command)
	if err != nil {
		return Result{}, err
	}
	if len(events) == 0 {
		return Result{OrderView: ports.ViewOf(past.Stream)}, nil
	}
	c := h.commit(past.Stream, t, events)
	after := ports.ViewOf(past.With(c))
	if !t.DryRun {
		if err := h.store.Append(ctx, past.Stream, c); err != nil {
			past.forget()
			return Result{}, fmt.Errorf("append to order %s: %w", t.id, err)
		}
		if past.Version() > 0 { // Nobody comes to a new order soon.
			past.add(c, after)
		}
	}
	return Result{OrderView: after, Events: events}, nil
}

func (h *Handler) commit(past ports.Stream, t ticket, events []order.Event) ports.Commit {
	at := h.now().UTC().Truncate(time.Millisecond)
	if last := past.Before.UpdatedAt; at.Before(last) {
		at = last // An order's history never runs backwards.
	}
	return ports.Commit{
		OrderID: t.id, Version: past.Version() + 1, At: at, ID: rand.Text(), Events: events,
		Key: t.Key, Request: t.request,
		Actor: t.Actor, RequestID: t.RequestID, Traceparent: t.Traceparent,
	}
}

// pause waits longer after each try, at random, so that rivals do not meet again.
func pause(ctx context.Context, try int) error {
	const longest = 50 * time.Millisecond
	return clock.Sleep(ctx, mathrand.N(min(time.Millisecond<<min(try, 10), longest)))
}
