package live

import (
	"context"
	"errors"
	"time"

	"orders/ports"
)

const (
	// missedMax is how many changes a watcher may have missed, and how many of those that are made
	// before it has taken them wait for it. Beyond that it is better off to look anew at
	// everything.
	missedMax = 10_000
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

func newLearner(feed ports.ViewFeed) learner {
	return learner{feed, make(chan struct{}, learnAtOnce)}
}

// learn puts what was shown since w.what.After in front of what the session has put into its queue.
func (l learner) learn(ctx context.Context, w *watcher) error {
	select {
	case l.turns <- struct{}{}:
		defer func() { <-l.turns }()
	case <-ctx.Done():
		return ctx.Err()
	}
	learning, cancel := context.WithTimeout(ctx, missedTime)
	defer cancel()
	var changes []ports.ViewChange
	var at ports.Position
	err := l.feed.Follow(learning, w.what.After, func(_ context.Context, b ports.ViewBatch) error {
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
		w.queue.pushFront(entriesOf(changes), at)
	case errors.Is(err, errMissedMore), isSlow:
		w.queue.pushFront([]entry{{reset: true}}, w.came)
	default:
		return errors.Join(ports.ErrUnavailable, err)
	}
	return nil
}

// entriesOf are the entries of changes, each order once.
func entriesOf(changes []ports.ViewChange) (entries []entry) {
	for _, id := range latest(changes, anyOrder) {
		entries = append(entries, entry{id: id})
	}
	return entries
}
