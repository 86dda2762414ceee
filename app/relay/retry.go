package relay

import (
	"context"
	"errors"
	"fmt"
	"time"

	"orders/app/subscribe"
	"orders/domain/order"
	"orders/ports"
)

// Retry tells the topic of the parked orders, each from its first commit on, and releases those
// that the broker takes. It asks no broker if none is parked.
func (r *Relay) Retry(ctx context.Context) (done subscribe.Retried, err error) {
	if some, err := r.shared.Parked.List(ctx, "", 1); err != nil || len(some) == 0 {
		return done, err
	}
	at, err := r.shared.Checkpoint.Load(ctx)
	if err != nil {
		return done, fmt.Errorf("load the position: %w", err)
	}
	known, _ := SplitPosition(at)
	topic, err := r.publisher.Topic(ctx, known)
	switch {
	case err != nil:
		return done, fmt.Errorf("find the topic: %w", err)
	case topic != known:
		return done, errors.New("the topic is not the one that the relay told: it will tell " +
			"everything again by itself")
	}
	err = r.retryEach(ctx, func(_ order.ID, released bool) {
		if released {
			done.Released++
		} else {
			done.Parked++
		}
	})
	return done, err
}

// retryEach retries each parked order, and calls tried with how that went.
func (r *Relay) retryEach(ctx context.Context, tried func(id order.ID, released bool)) error {
	for p, err := range subscribe.EveryParked(ctx, r.shared.Parked) {
		if err != nil {
			return err
		}
		released, err := r.retryOne(ctx, p)
		if err != nil {
			return err
		}
		tried(p.ID, released)
	}
	return nil
}

func (r *Relay) retryOne(ctx context.Context, p ports.ParkedOrder) (released bool, err error) {
	told := 0
	err = r.source.History.Read(ctx, p.ID, 0, func(c ports.Commit) error {
		if err := r.publisher.Publish(ctx, c); err != nil {
			return err
		}
		told = c.Version
		return nil
	})
	if err == nil && told < p.Version {
		err = fmt.Errorf("%w: its stream is shorter than it was", ports.ErrUnreadable)
	}
	switch {
	case err == nil:
		r.log.Info("A parked order is told again", "orderId", p.ID)
		return true, r.shared.Parked.Release(ctx, p.ID, told)
	case errors.Is(err, ports.ErrRefused), errors.Is(err, ports.ErrUnreadable):
		p.Reason, p.Since = err.Error(), time.Now().UTC().Truncate(time.Millisecond)
		return false, r.shared.Parked.Park(ctx, []ports.ParkedOrder{p})
	}
	return false, fmt.Errorf("tell of order %s: %w", p.ID, err)
}
