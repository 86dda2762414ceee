package projection

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"orders/ports"
)

const (
	saveEvery  = 250 * time.Millisecond // How often a busy runner saves its position.
	retryAfter = 200 * time.Millisecond // How long it rests after a failure.
	retryEvery = time.Minute            // How often it tries parked orders again.
	stopWithin = 2 * time.Second        // How long saving the position may hold up a stop.
)

// Run projects whenever it leads, until ctx ends.
func (p *Projection[V]) Run(ctx context.Context) {
	l := leader{p.kind.Model.Lease, p.holder, p.log}
	l.run(ctx, func(ctx context.Context) {
		r := &runner[V]{
			Projection: p, projector: p.projector(p.kind.Model.Views.Save), log: p.log,
		}
		r.run(ctx)
	})
}

// A runner follows the feed, and saves the view of every order that it tells of.
//
// It may start, stop and die at any moment and run beside others: views are saved only if newer,
// and the position only after the views, so all that happens is that work is done again.
type runner[V any] struct {
	*Projection[V]
	projector *projector[V]
	log       *slog.Logger

	saved   ports.Position // The position as it stands in the checkpoint.
	done    ports.Position // The position up to which every view is saved.
	last    time.Time      // When the position was saved.
	retried time.Time      // When parked orders were tried again.
}

// run projects until ctx ends. No failure stops it: it begins again where it was.
func (r *runner[V]) run(ctx context.Context) {
	for ctx.Err() == nil {
		if err := r.follow(ctx); ctx.Err() == nil {
			r.log.Warn("the projection begins again from its saved position", "error", err)
			rest(ctx, restAfter(err))
		}
	}
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	if err := r.save(stopping); err != nil {
		r.log.Warn("the position was not saved; some work will be done again", "error", err)
	}
}

// restAfter is short after a conflict, for then nothing is wrong and readers wait.
func restAfter(err error) time.Duration {
	if errors.Is(err, ports.ErrConflict) {
		return retryAfter / 20
	}
	return retryAfter
}

func (r *runner[V]) follow(ctx context.Context) error {
	from, err := r.kind.Model.Checkpoint.Load(ctx)
	if err != nil {
		return fmt.Errorf("load the position: %w", err)
	}
	r.saved, r.done = from, from
	if err := r.projector.lot.enter(ctx); err != nil {
		return err
	}
	return r.source.Feed.Follow(ctx, from, r.handle)
}

func (r *runner[V]) handle(ctx context.Context, b ports.Batch) error {
	if _, err := r.projector.project(ctx, b.Commits); err != nil {
		return err
	}
	r.done = b.Next
	if len(b.Commits) > 0 && b.CaughtUp {
		rest(ctx, r.kind.Pace)
	}
	if len(b.Commits) > 0 && time.Since(r.last) < saveEvery {
		return nil
	}
	if err := r.retry(ctx); err != nil {
		return err
	}
	return r.save(ctx)
}

// retry tries the parked orders again, once in a while.
func (r *runner[V]) retry(ctx context.Context) error {
	if time.Since(r.retried) < retryEvery {
		return nil
	}
	r.retried = time.Now()
	_, err := r.projector.retry(ctx)
	return err
}

// save moves the saved position on. A conflict means that somebody else moved it, that the views
// are gone, or that a generation was opened which lacks what was saved since: in each case the
// runner does best to begin again from what is saved.
func (r *runner[V]) save(ctx context.Context) error {
	if r.done == r.saved {
		return nil
	}
	r.last = time.Now()
	err := r.kind.Model.Checkpoint.Advance(ctx, r.saved, r.done)
	if err == nil {
		r.saved = r.done
	}
	return err
}

func rest(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
