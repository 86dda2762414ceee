package projection

import (
	"context"
	"log/slog"
	"time"

	"orders/app/subscribe"
	"orders/ports"
	"orders/ports/clock"
)

const (
	retryAfter = 200 * time.Millisecond // How long a rebuild rests after a failure.
	retryEvery = time.Minute            // How often parked orders are tried again.
)

// subscribe returns what hands the feed to the projection, from the position of the read model.
func (p *Projection[V]) subscribe(log *slog.Logger) *subscribe.Subscriber {
	m := p.kind.Model
	at := ports.Subscription{Checkpoint: m.Checkpoint, Lease: m.Lease}
	h := &handler[V]{projector: p.projector(m.Views.Save), pace: p.kind.Pace}
	return subscribe.New(p.kind.Name, p.source.Feed, at, h, log)
}

// A handler saves the view of every order that a batch tells of.
//
// It may run beside others for a moment: views are saved only if newer, and the position only
// after the views, so all that happens is that work is done again.
type handler[V any] struct {
	projector *projector[V]
	pace      time.Duration
	retried   time.Time // When parked orders were tried again.
}

// Begin implements subscribe.Handler.
func (h *handler[V]) Begin(ctx context.Context) error { return h.projector.lot.enter(ctx) }

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
	_, err := h.projector.retry(ctx)
	return err
}
