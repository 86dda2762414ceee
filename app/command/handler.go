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
}

// NewHandler returns a Handler that records events in store, at the time that now tells.
func NewHandler(store ports.EventStore, now Clock) *Handler { return &Handler{store, now} }

// Handle carries out r. A Key makes it safe to repeat: the same request gets the first answer
// again, another one ErrKeyReused. A repetition of what has happened already changes nothing.
// The commit binds the Key, for ever; what records nothing binds none.
//
// A refusal is an *order.Error, or a *VersionError. Of the ports' errors, ErrNotFound,
// ErrUnavailable and ErrUnreadable mean that nothing was recorded; after ErrOutcomeUnknown,
// repeat with the same Key. A race lost to another writer is decided anew until the context ends.
func (h *Handler) Handle(ctx context.Context, r Request) (Result, error) {
	t, err := ticketFor(r, h.now())
	if err != nil {
		return Result{}, err
	}
	past := ports.Stream{ID: t.id}
	for try := 0; ; try++ {
		if !t.creates || try > 0 || r.DryRun {
			if past, err = h.store.Load(ctx, t.id); err != nil {
				return Result{}, fmt.Errorf("load order %s: %w", t.id, err)
			}
		}
		result, err := h.attempt(ctx, past, t)
		if try == 0 && t.mayHaveCome(past, err) {
			continue
		}
		if !errors.Is(err, ports.ErrConflict) {
			return result, err
		}
		if err := pause(ctx, try); err != nil {
			return Result{}, fmt.Errorf("order %s is too busy: %w", t.id, ports.ErrUnavailable)
		}
	}
}

// attempt checks the key, then whether there is an order, then its version, then its own rules.
func (h *Handler) attempt(
	ctx context.Context, past ports.Stream, t ticket,
) (Result, error) {
	if first, found, err := t.replay(past); found || err != nil {
		return first, err
	}
	if err := t.admit(past); err != nil {
		return Result{}, err
	}
	events, err := past.Order().At(past.Version()).Decide(t.Command)
	if err != nil {
		return Result{}, err
	}
	if len(events) == 0 {
		return Result{OrderView: ports.ViewOf(past)}, nil
	}
	c := h.commit(past, t, events)
	if !t.DryRun {
		if err := h.store.Append(ctx, past, c); err != nil {
			return Result{}, fmt.Errorf("append to order %s: %w", t.id, err)
		}
	}
	return Result{OrderView: ports.ViewOf(past.With(c)), Events: events}, nil
}

func (h *Handler) commit(past ports.Stream, t ticket, events []order.Event) ports.Commit {
	at := h.now().UTC().Truncate(time.Millisecond)
	if n := past.Version(); n > 0 && at.Before(past.Commits[n-1].At) {
		at = past.Commits[n-1].At // An order's history never runs backwards.
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
	timer := time.NewTimer(mathrand.N(min(time.Millisecond<<min(try, 10), longest)))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
