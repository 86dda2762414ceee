package live

import (
	"context"
	"errors"
	"time"

	"orders/ports"
)

const (
	// missedTime is how long it may take to learn what one missed, as others wait for their turn.
	missedTime = 10 * time.Second
	// learnAtOnce is for how many watchers it is learnt at once, from the feed for each.
	learnAtOnce = 4
)

var (
	errLearnt     = errors.New("all that was missed is learnt")
	errMissedMore = errors.New("too much was missed")
)

// A learner learns from the feed what watchers missed before they came.
type learner struct {
	feed  ports.ViewFeed
	turns chan struct{} // Holds one for each watcher that it learns for.
}

// since returns entries of the orders that were shown since after, and the position of the present;
// or an entry that resets, and no position, if that is too much or takes too long.
func (l learner) since(
	ctx context.Context, after ports.Position,
) (missed []entry, at ports.Position, err error) {
	select {
	case l.turns <- struct{}{}:
		defer func() { <-l.turns }()
	case <-ctx.Done():
		return nil, "", ctx.Err()
	}
	learning, cancel := context.WithTimeout(ctx, missedTime)
	defer cancel()
	var changes []ports.ViewChange
	err = l.feed.Follow(learning, after, func(_ context.Context, b ports.ViewBatch) error {
		changes, at = append(changes, b.Changes...), b.Next
		switch {
		case b.Lost, len(changes) > missedMax:
			return errMissedMore
		case b.CaughtUp:
			return errLearnt
		}
		return nil
	})
	isSlow := errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil
	switch {
	case errors.Is(err, errLearnt):
		for _, id := range ordersOf(changes) {
			missed = append(missed, entry{id: id})
		}
		return missed, at, nil
	case errors.Is(err, errMissedMore), isSlow:
		return []entry{{reset: true}}, "", nil
	}
	return nil, "", errors.Join(ports.ErrUnavailable, err)
}
