// Package projection keeps read models in step with what was committed.
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
	stopWithin = 2 * time.Second        // How long saving the position may hold up a stop.
)

// errLost means that the saved position is gone, and the views with it.
var errLost = errors.New("the read model was emptied")

// A Runner follows the feed, and saves the view of every order that it tells of.
//
// It may start, stop and die at any moment and run beside others: views are saved only if newer,
// and the position only after the views, so all that happens is that work is done again.
type Runner struct {
	feed        ports.EventFeed
	checkpoints ports.Checkpoints
	project     func(context.Context, []ports.Commit) error
	log         *slog.Logger

	saved ports.Position // The position as it stands in checkpoints.
	done  ports.Position // The position up to which every view is saved.
	last  time.Time      // When the position was saved.
}

// NewRunner returns a Runner that keeps views of one kind, and has yet to Run.
func NewRunner[V any](
	feed ports.EventFeed,
	store ports.EventStore,
	view View[V],
	checkpoints ports.Checkpoints,
	log *slog.Logger,
) *Runner {
	return &Runner{
		feed:        feed,
		checkpoints: checkpoints,
		project:     projector[V]{store, view, log}.project,
		log:         log,
	}
}

// Run projects until ctx ends. No failure stops it: it begins again where it was.
func (r *Runner) Run(ctx context.Context) {
	for ctx.Err() == nil {
		if err := r.follow(ctx); ctx.Err() == nil {
			r.log.Warn("the projection begins again from its saved position", "error", err)
			rest(ctx, retryAfter)
		}
	}
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	if err := r.save(stopping); err != nil {
		r.log.Warn("the position was not saved; some work will be done again", "error", err)
	}
}

func (r *Runner) follow(ctx context.Context) error {
	from, err := r.checkpoints.Load(ctx)
	if err != nil {
		return fmt.Errorf("load the position: %w", err)
	}
	r.saved, r.done = from, from
	return r.feed.Follow(ctx, from, r.handle)
}

func (r *Runner) handle(ctx context.Context, b ports.Batch) error {
	if err := r.project(ctx, b.Commits); err != nil {
		return err
	}
	r.done = b.Next
	if !b.CaughtUp && time.Since(r.last) < saveEvery {
		return nil
	}
	return r.save(ctx)
}

// save moves the saved position on. If somebody else moved it, both places are true and the
// later save counts; if it is gone, the views are gone too and all must be done again.
func (r *Runner) save(ctx context.Context) error {
	if r.done == r.saved {
		return nil
	}
	r.last = time.Now()
	err := r.checkpoints.Advance(ctx, r.saved, r.done)
	if err == nil {
		r.saved = r.done
		return nil
	}
	if !errors.Is(err, ports.ErrConflict) {
		return err
	}
	if r.saved, err = r.checkpoints.Load(ctx); err == nil && r.saved == "" {
		err = errLost
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
