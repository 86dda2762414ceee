package subscribe

import (
	"context"
	"errors"
	"time"

	"orders/ports"
)

const (
	// lagMax is how many commits a lag counts, and lagPatience how long it waits for the feed to
	// have caught up: that of a broker does not while nobody tells it anything.
	lagMax, lagPatience = 10_000, 3 * time.Second
)

// errCounted ends the counting.
var errCounted = errors.New("counted")

// Lag counts what was committed after a position, up to 10 000 commits and for up to 3 seconds.
func Lag(ctx context.Context, feed ports.EventFeed, from ports.Position) (l ports.Lag, err error) {
	var oldest time.Time
	counting, cancel := context.WithTimeout(ctx, lagPatience)
	defer cancel()
	err = feed.Follow(counting, from, func(_ context.Context, b ports.Batch) error {
		for _, c := range b.Commits {
			l.Commits++
			isKnown := !c.At.IsZero() // A damaged commit has no time.
			if isKnown && (oldest.IsZero() || c.At.Before(oldest)) {
				oldest = c.At
			}
		}
		l.More = l.Commits >= lagMax && !b.CaughtUp
		if b.CaughtUp || l.More {
			return errCounted
		}
		return nil
	})
	if !oldest.IsZero() {
		l.Time = max(0, time.Since(oldest))
	}
	if ctx.Err() == nil && counting.Err() != nil {
		l.More = true
		return l, nil
	}
	if errors.Is(err, errCounted) {
		return l, nil
	}
	return l, err
}
