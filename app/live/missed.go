package live

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"orders/domain/order"
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
	feed   ports.ViewFeed
	orders ports.DurableOrders
	turns  chan struct{} // Holds one for each watcher that it learns for.
}

// begin waits for a turn, and returns what ends it. There is none if ctx has ended.
func (l learner) begin(ctx context.Context) (end func(), isOn bool) {
	select {
	case l.turns <- struct{}{}:
		return func() { <-l.turns }, true
	case <-ctx.Done():
		return nil, false
	}
}

// since returns entries of the orders that were shown since after, and the position of the present;
// or an entry that resets, and no position, if that is too much or takes too long. The entries have
// users if whose is set: then an order without one is nobody's.
//
// What is too much counts the orders of all users, for a turn is held while they are learnt.
func (l learner) since(
	ctx context.Context, after ports.Position, whose bool,
) (missed []entry, at ports.Position, err error) {
	learning, cancel := context.WithTimeout(ctx, missedTime)
	defer cancel()
	ids, at, err := l.changed(learning, after)
	if err == nil {
		missed, err = l.entries(learning, ids, whose)
	}
	isSlow := errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil
	switch {
	case err == nil:
		return missed, at, nil
	case errors.Is(err, errMissedMore), isSlow:
		return []entry{{reset: true}}, "", nil
	}
	return nil, "", errors.Join(ports.ErrUnavailable, err)
}

// changed follows the feed from after to the present.
func (l learner) changed(
	ctx context.Context, after ports.Position,
) (ids []order.ID, at ports.Position, err error) {
	var changes []ports.ViewChange
	err = l.feed.Follow(ctx, after, func(_ context.Context, b ports.ViewBatch) error {
		changes, at = append(changes, b.Changes...), b.Next
		switch {
		case b.Lost, len(changes) > missedMax:
			return errMissedMore
		case b.CaughtUp:
			return errLearnt
		}
		return nil
	})
	if errors.Is(err, errLearnt) {
		err = nil
	}
	return ordersOf(changes), at, err
}

// entries makes entries of orders, and asks for many at once whose they are, if that matters.
func (l learner) entries(
	ctx context.Context, ids []order.ID, whose bool,
) (missed []entry, err error) {
	for some := range slices.Chunk(ids, ports.OwnersMax) {
		var owners map[order.ID]string
		if whose {
			if owners, err = l.orders.Owners(ctx, some); err != nil {
				return nil, err
			}
		}
		for _, id := range some {
			missed = append(missed, entry{id: id, userID: owners[id]})
		}
	}
	return missed, nil
}

// learn has w learn what it missed, together with others that come from the same position before
// that begins. The caller holds mu.
func (s *session) learn(w *watcher) {
	after := w.what.After
	those, isLearning := s.behind[after]
	s.behind[after] = append(those, w)
	if !isLearning {
		s.learning.Go(func() { s.learnSince(after) })
	}
}

// learnSince learns what was shown since after for as long as watchers come from there.
func (s *session) learnSince(after ports.Position) {
	for {
		end, isOn := s.learner.begin(s.ctx)
		if !isOn {
			return
		}
		those := s.takeBehind(after)
		if len(those) > 0 {
			s.catchUp(those, after)
		}
		if end(); len(those) == 0 {
			return
		}
	}
}

// takeBehind takes those who wait to learn what was shown since after, and ends the learning if
// there are none.
func (s *session) takeBehind(after ports.Position) []*watcher {
	s.mu.Lock()
	defer s.mu.Unlock()
	those := s.behind[after]
	if s.behind[after] = nil; len(those) == 0 {
		delete(s.behind, after)
	}
	return those
}

// catchUp learns for watchers that were all admitted before. To each it tells no orders of others:
// reading those would be for nothing.
func (s *session) catchUp(those []*watcher, after ports.Position) {
	ofUser := func(w *watcher) bool { return w.what.UserID != "" }
	missed, at, err := s.learner.since(s.ctx, after, slices.ContainsFunc(those, ofUser))
	for _, w := range those {
		if err != nil {
			w.queue.end(fmt.Errorf("learn which changes were missed: %w", err))
		}
		own := slices.DeleteFunc(slices.Clone(missed), func(e entry) bool {
			return !e.reset && !e.isOf(w.what.UserID)
		})
		w.queue.pushFront(own, at) // For nothing if it has ended.
	}
}
