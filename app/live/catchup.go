package live

import (
	"context"
	"errors"
	"math"
	"sync"
	"time"

	"orders/domain/order"
	"orders/ports"
)

// catchUpMax is how many commits a watcher may have missed, and how many of those that are made
// while it catches up wait for it. Beyond that it is better off to look anew at everything.
const catchUpMax = 10_000

// catchUpTime is how long it may take, as others wait for their turn.
const catchUpTime = 30 * time.Second

var errCaughtUp = errors.New("caught up")

// begin begins to catch up with what changed between what.After and start, where the run is. It
// returns what stops that.
func (w *watcher) begin(start ports.Position) (stop func()) {
	changes := make(chan ports.Change)
	w.catchUp, w.told, w.limit, w.idle = changes, &versions{}, catchUpMax, ""
	w.since.Store(math.MaxInt64)
	ctx, cancel := context.WithCancel(w.run.ctx)
	var running sync.WaitGroup
	running.Go(func() {
		defer close(changes)
		c := &catchUp{watcher: w, changes: changes}
		if err := c.run(ctx, start); err != nil && ctx.Err() == nil {
			w.fail(errors.Join(ports.ErrUnavailable, err))
		}
		w.since.Store(w.run.round.Load()) // What was lacking is owed from here on.
	})
	return func() {
		cancel()
		running.Wait()
	}
}

// nextOld waits for what catching up tells; there is no more at its end.
func (w *watcher) nextOld(ctx context.Context) (c ports.Change, more bool, err error) {
	select {
	case c, more = <-w.catchUp:
		if c.View != nil {
			w.told.set(c.View.ID, c.View.Version)
		}
		return c, more, nil
	case <-w.ended:
		return c, false, w.err
	case <-ctx.Done():
		return c, false, ctx.Err()
	}
}

// A catchUp follows the feed for one watcher, until it has caught up.
type catchUp struct {
	*watcher
	changes chan<- ports.Change
	shown   versions
	commits int
	lacking bool // Something was not shown in time, so that no later position will do.
}

func (c *catchUp) run(ctx context.Context, start ports.Position) error {
	err := c.follow(ctx)
	switch {
	case errors.Is(err, errCaughtUp):
		return nil
	case errors.Is(err, errLost), errors.Is(err, context.DeadlineExceeded):
		return c.send(ctx, ports.Change{Reset: true, Position: start})
	}
	return err
}

// follow follows the feed when it is the watcher's turn.
func (c *catchUp) follow(ctx context.Context) error {
	b := c.watcher.run.Broker
	select {
	case b.catchUps <- struct{}{}:
		defer func() { <-b.catchUps }()
	case <-ctx.Done():
		return ctx.Err()
	}
	ctx, cancel := context.WithTimeout(ctx, catchUpTime)
	defer cancel()
	return b.feed.Follow(ctx, c.what.After, c.handle)
}

func (c *catchUp) handle(ctx context.Context, b ports.Batch) error {
	if c.commits += len(b.Commits); b.Next == "" || c.commits > catchUpMax {
		return errLost
	}
	everybody := func(order.ID) bool { return true }
	wants := latest(b.Commits, &c.shown, everybody)
	views := c.watcher.run.look(ctx, wants, awaitMax)
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, change := range c.changesOf(wants, views, b.Next) {
		if err := c.send(ctx, change); err != nil {
			return err
		}
	}
	if b.CaughtUp {
		return errCaughtUp
	}
	return nil
}

// changesOf are what the watcher has to be told of the views, and that it is at next then.
func (c *catchUp) changesOf(
	wants []want, views []*ports.SharedView, next ports.Position,
) (changes []ports.Change) {
	for i, v := range views {
		if v == nil || v.Version < wants[i].version {
			c.watcher.run.owe(wants[i], true)
			c.lacking = true
		}
		if v != nil && c.watches(v) && v.Version > c.shown.of(v.ID) {
			c.shown.set(v.ID, v.Version)
			changes = append(changes, ports.Change{View: v})
		}
	}
	switch n := len(changes); {
	case c.lacking:
	case n == 0:
		changes = []ports.Change{{Position: next}}
	default:
		changes[n-1].Position = next
	}
	return changes
}

func (c *catchUp) send(ctx context.Context, change ports.Change) error {
	select {
	case c.changes <- change:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
