package projection

import (
	"context"
	"fmt"
	"time"

	"orders/app/subscribe"
	"orders/ports"
	"orders/ports/clock"
)

// retryEvery is how often parked orders are tried again.
const retryEvery = time.Minute

var _ subscribe.Handler = (*handler[int])(nil)

// A handler saves the view of every order that a batch has commits of.
//
// Handlers of two processes may work at the same time for a moment. That is harmless: a view is
// saved only if it is newer, and the position only after the views, so at worst work is done twice.
type handler[V any] struct {
	projector   *projector[V]
	makeDurable func(context.Context) error // What the projector saved.
	retryParked func(context.Context) (subscribe.Retried, error)
	pace        time.Duration
	retried     time.Time // When it last tried the parked orders again.
}

// Begin implements subscribe.Handler.
func (h *handler[V]) Begin(ctx context.Context) error { return h.projector.parking.load(ctx) }

// Handle implements subscribe.Handler.
func (h *handler[V]) Handle(ctx context.Context, b ports.Batch) error {
	if _, err := h.projector.project(ctx, b.Commits); err != nil {
		return err
	}
	if len(b.Commits) > 0 && b.CaughtUp {
		_ = clock.Sleep(ctx, h.pace)
	}
	return h.retry(ctx)
}

// retry tries the parked orders again, once in a while.
func (h *handler[V]) retry(ctx context.Context) error {
	if time.Since(h.retried) < retryEvery {
		return nil
	}
	h.retried = time.Now()
	_, err := h.retryParked(ctx)
	return err
}

// MakeDurable implements subscribe.Handler. An order is released once its view is durable: a view
// that is taken back would be missing, and nothing would say so.
func (h *handler[V]) MakeDurable(ctx context.Context) error {
	if err := h.makeDurable(ctx); err != nil {
		return fmt.Errorf("make the views durable: %w", err)
	}
	return h.projector.parking.releaseShown(ctx)
}
