package subscribe

import (
	"context"
	"errors"
	"fmt"
	"time"

	"orders/ports"
	"orders/ports/clock"
)

const (
	saveEvery    = 250 * time.Millisecond // How often a busy leader saves its position.
	idleEvery    = 10 * time.Second       // And how often while the position alone moves.
	restFirst    = 200 * time.Millisecond // How long it rests after a failure,
	restMost     = 800 * time.Millisecond // and at most after many in a row.
	restConflict = 10 * time.Millisecond  // A conflict is no failure, and readers wait.
	stopWithin   = 2 * time.Second        // How long saving the position may hold up a stop.
)

// A term is the time in which one process leads, from beginning to the loss of the lease.
//
// A leader may start, stop and die at any moment: it saves the position only after the work, so at
// worst some work is done again.
type term struct {
	*Subscriber

	saved   ports.Position // The position in the checkpoint.
	done    ports.Position // The position before which all work is done.
	worked  bool           // Work was done since the position was saved.
	savedAt time.Time
	rested  time.Duration // After the last failure since a batch with commits was handled.
	told    string        // The failure that was logged since a position was saved.
}

// run follows the feed until ctx ends. After a failure it begins again at the saved position.
func (t *term) run(ctx context.Context) {
	for ctx.Err() == nil {
		err := t.follow(ctx)
		unsaved := t.saveLast(ctx, err)
		if ctx.Err() != nil {
			if unsaved != nil {
				t.log.Warn("The position was not saved; some work will be done again",
					"error", unsaved)
			}
			return
		}
		t.logRestart(err)
		if !errors.Is(err, ports.ErrConflict) {
			t.Failed(ctx, err)
		}
		_ = clock.Sleep(ctx, t.rest(err))
	}
}

// logRestart logs why the subscription begins again. A conflict is no failure: a rebuild opened a
// generation, say. Of equal failures in a row only the first is logged.
func (t *term) logRestart(err error) {
	const text = "The subscription begins again from its saved position"
	if errors.Is(err, ports.ErrConflict) {
		t.log.Info(text, "error", err)
		return
	}
	if why := fmt.Sprint(err); why != t.told {
		t.told = why
		t.log.Warn(text, "error", err)
	}
}

// follow follows the feed from the saved position. What was done after that is done again, so it is
// not saved any more, also if the position cannot be loaded.
func (t *term) follow(ctx context.Context) error {
	t.done = t.saved
	from, err := t.shared.Checkpoint.Load(ctx)
	if err != nil {
		return fmt.Errorf("load the position: %w", err)
	}
	t.saved, t.done = from, from
	if err := t.handler.Begin(ctx); err != nil {
		return err
	}
	return t.feed.Follow(ctx, from, t.handle)
}

func (t *term) handle(ctx context.Context, b ports.Batch) error {
	if err := t.handler.Handle(ctx, b); err != nil {
		return err
	}
	t.done = b.Next
	every := t.idleEvery
	switch {
	case len(b.Commits) > 0:
		t.rested, t.worked = 0, true
		every = saveEvery
	case t.worked: // A batch without commits comes after the last one.
		every = 0
	}
	if t.failures.mayBeKept() {
		every = 0
	}
	if time.Since(t.savedAt) < every {
		return nil
	}
	return t.save(ctx)
}

// save makes the work durable and moves the saved position on. A conflict means that some of the
// work is lost, or that another process moved the position. With the checkpoint of a read model it
// can also mean that the views are gone, or that a generation was opened that lacks what was saved
// since. In each case the leader begins again from what is saved.
func (t *term) save(ctx context.Context) error {
	if t.done == t.saved && !t.failures.mayBeKept() {
		return nil
	}
	t.savedAt = time.Now()
	err := t.handler.MakeDurable(ctx)
	if err == nil && t.done != t.saved {
		err = t.shared.Checkpoint.Advance(ctx, t.saved, t.done)
	}
	if err == nil {
		t.saved, t.told, t.worked = t.done, "", false
		t.failures.clear(ctx)
	}
	return err
}

// saveLast saves the position when following has ended, so that work need not be done again. After
// a conflict it does not.
func (t *term) saveLast(ctx context.Context, why error) error {
	if errors.Is(why, ports.ErrConflict) {
		return why
	}
	if t.done == t.saved {
		return nil
	}
	saving, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	return t.save(saving)
}

// rest is how long to rest after err: longer after each failure.
func (t *term) rest(err error) time.Duration {
	if errors.Is(err, ports.ErrConflict) {
		return restConflict
	}
	t.rested = min(max(restFirst, 2*t.rested), restMost)
	return t.rested
}
