package subscribe

import (
	"context"
	"errors"
	"time"

	"orders/ports"
)

// lagMax is how many commits a lag counts.
const lagMax = 10_000

// errCounted ends the counting.
var errCounted = errors.New("counted")

// Lag counts what was committed after a position, up to 10 000 commits.
func Lag(ctx context.Context, feed ports.EventFeed, from ports.Position) (l ports.Lag, err error) {
	var oldest time.Time
	err = feed.Follow(ctx, from, func(_ context.Context, b ports.Batch) error {
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
	if errors.Is(err, errCounted) {
		return l, nil
	}
	return l, err
}
