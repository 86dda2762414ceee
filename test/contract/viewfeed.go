package contract

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"orders/ports"
	"orders/ports/clock"
)

// Shown is a read model of the orders, the feed of what it shows, and who reads what that told.
type Shown struct {
	OrderModel
	Feed    ports.ViewFeed
	Durable ports.DurableOrders
}

// ViewFeed checks the feeds that open returns, each of a fresh and empty read model.
func ViewFeed(t *testing.T, open func(*testing.T) Shown, in ...In) {
	check(t, slices.Concat(viewFeedLaws, durableOrdersLaws), open, in...)
}

var viewFeedLaws = promises[ports.ViewFeed]([]law[Shown]{
	{"from the empty position it goes on from the present", viewsFromPresent},
	{"what is saved is told, once queries show it", savedIsTold},
	{"from a position everything that was shown after it is told", viewsAfterPosition},
	{"the position of a stranger is lost", strangersAreLost},
	{"what is saved into an open generation alone is not told", openIsNotTold},
	{"when another generation becomes live, nothing is left out", switchLeavesNothingOut},
	{"what queries come to show by a switch is told, or lost", switchTells},
	{"it is caught up within a second though nobody else writes", catchesUpSoon},
	{"a failing handler ends it with its error", viewHandlerEnds},
	{"the end of the context ends it with the context's error", viewContextEnds},
})

// switchPace passes between saves after a switch, so that the last one comes when only the new
// generation is fed.
const switchPace = 600 * time.Millisecond

func viewsFromPresent(ctx context.Context, s Shown) error {
	if err := s.put(ctx, 1, 1); err != nil {
		return err
	}
	return s.hear(ctx, "", func(l *listener, b ports.ViewBatch) (bool, error) {
		if l.batches > 1 || !b.Lost || !b.CaughtUp {
			return true, fmt.Errorf("batch %d is %+v", l.batches, b)
		}
		return true, nil
	})
}

func savedIsTold(ctx context.Context, s Shown) error {
	other := Shown{s.Again(), s.Feed, s.Durable}
	return s.hear(ctx, "", func(l *listener, _ ports.ViewBatch) (bool, error) {
		switch {
		case l.batches == 1:
			return false, s.put(ctx, 1, 1)
		case l.has(1, 1) && !l.has(1, 2):
			return false, errors.Join(s.put(ctx, 1, 2), other.put(ctx, 2, 1))
		}
		return l.has(1, 2) && l.has(2, 1), nil
	})
}

func viewsAfterPosition(ctx context.Context, s Shown) error {
	from, err := s.present(ctx)
	for n := range 3 {
		err = errors.Join(err, s.put(ctx, n, 1), s.put(ctx, n, 2))
	}
	if err != nil {
		return err
	}
	l, err := s.caughtUpFrom(ctx, from)
	if err != nil || l.lost > 0 || !l.has(0, 2) || !l.has(1, 2) || !l.has(2, 2) {
		return fmt.Errorf("it has caught up with %v, %v", l, err)
	}
	if err := s.put(ctx, 1, 3); err != nil {
		return err
	}
	if l, err = s.caughtUpFrom(ctx, l.next); err != nil || l.lost > 0 || !l.has(1, 3) {
		return fmt.Errorf("from there it has caught up with %v, %v", l, err)
	}
	return nil
}

func strangersAreLost(ctx context.Context, s Shown) error {
	at, err := s.present(ctx)
	if err != nil {
		return err
	}
	for _, from := range []ports.Position{"nonsense", "a.1.2", "/7", at + "x", "x" + at} {
		l, err := s.caughtUpFrom(ctx, from)
		if err != nil || l.lost != 1 {
			return fmt.Errorf("from %q: %v, %v", from, l, err)
		}
	}
	return nil
}

func openIsNotTold(ctx context.Context, s Shown) error {
	g, err := s.Generations.Begin(ctx)
	if err == nil {
		err = g.AwaitFed(ctx)
	}
	if err != nil {
		return err
	}
	return s.hear(ctx, "", func(l *listener, _ ports.ViewBatch) (bool, error) {
		if l.batches == 1 {
			filled := g.Save(ctx, []ports.OrderView{version(1, 1, "ann")})
			return false, errors.Join(append(filled, s.put(ctx, 2, 1))...)
		}
		if l.has(1, 1) {
			return true, errors.New("what only the open generation has is told")
		}
		return l.has(2, 1), nil
	})
}

func switchLeavesNothingOut(ctx context.Context, s Shown) error {
	if err := s.put(ctx, 1, 1); err != nil {
		return err
	}
	from, err := s.present(ctx)
	if err != nil {
		return err
	}
	last := 0
	err = s.hear(ctx, from, func(l *listener, _ ports.ViewBatch) (bool, error) {
		switch {
		case l.lost > 0:
			return true, errors.New("it has lost its place")
		case l.batches == 1:
			return false, s.replace(ctx)
		case last == 0, last < 5 && l.has(last+10, 1):
			last++ // One is saved each time that the one before is told.
			return false, errors.Join(s.put(ctx, last+10, 1), clock.Sleep(ctx, switchPace))
		}
		return l.has(2, 2) && l.has(15, 1), nil
	})
	if err != nil {
		return err
	}
	l, err := s.caughtUpFrom(ctx, from)
	if err != nil || l.lost > 0 || !l.has(2, 2) || !l.has(15, 1) {
		return fmt.Errorf("from before the switch: %v, %v", l, err)
	}
	return nil
}

// replace fills a generation, saves something while that is open, and switches to it.
func (s Shown) replace(ctx context.Context) error {
	g, err := s.Generations.Begin(ctx)
	if err != nil {
		return err
	}
	err = errors.Join(g.AwaitFed(ctx), s.put(ctx, 2, 1))
	err = errors.Join(append(g.Save(ctx, []ports.OrderView{version(1, 1, "ann")}), err)...)
	return errors.Join(err, s.put(ctx, 2, 2), s.Generations.Switch(ctx, g.Number))
}

// switchTells switches to a generation that has a version which the live one never had: a rebuild
// may be ahead of a projection that lags.
func switchTells(ctx context.Context, s Shown) error {
	if err := s.put(ctx, 1, 1); err != nil {
		return err
	}
	from, err := s.present(ctx)
	if err != nil {
		return err
	}
	err = s.hear(ctx, from, func(l *listener, _ ports.ViewBatch) (bool, error) {
		if l.batches == 1 {
			return false, s.overtake(ctx)
		}
		return l.has(1, 2) || l.lost > 0, nil
	})
	if err != nil {
		return err
	}
	l, err := s.caughtUpFrom(ctx, from)
	if err != nil || l.lost == 0 && !l.has(1, 2) {
		return fmt.Errorf("from before the switch: %v, %v", l, err)
	}
	return nil
}

// overtake fills a generation with a later version than the live one has, and switches to it.
func (s Shown) overtake(ctx context.Context) error {
	g, err := s.Generations.Begin(ctx)
	if err != nil {
		return err
	}
	filled := g.Save(ctx, []ports.OrderView{version(1, 2, "ann")})
	return errors.Join(append(filled, g.AwaitFed(ctx), s.Generations.Switch(ctx, g.Number))...)
}

func catchesUpSoon(ctx context.Context, s Shown) error {
	const tries = 5 // Where a machine is busy with other things, one of some is in time.
	err := s.catchUpSoon(ctx, 1)
	for n := 2; err != nil && n <= tries; n++ {
		err = s.catchUpSoon(ctx, n)
	}
	return err
}

func (s Shown) catchUpSoon(ctx context.Context, n int) error {
	from, err := s.present(ctx)
	if err == nil {
		err = s.put(ctx, n, 1)
	}
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	l, err := s.caughtUpFrom(ctx, from)
	if err != nil || l.lost > 0 || !l.has(n, 1) {
		return fmt.Errorf("it has caught up with %v, %v", l, err)
	}
	if l, err = s.caughtUpFrom(ctx, l.next); err != nil || l.lost > 0 {
		return fmt.Errorf("from the present it has caught up with %v, %v", l, err)
	}
	return nil
}

func viewHandlerEnds(ctx context.Context, s Shown) error {
	failed := errors.New("failed")
	err := s.Feed.Follow(ctx, "", func(context.Context, ports.ViewBatch) error { return failed })
	return wantError(err, failed)
}

func viewContextEnds(ctx context.Context, s Shown) error {
	ctx, cancel := context.WithCancel(ctx)
	err := s.Feed.Follow(ctx, "", func(context.Context, ports.ViewBatch) error {
		cancel()
		return nil
	})
	return wantError(err, context.Canceled)
}

func (s Shown) put(ctx context.Context, n, at int) error {
	return errors.Join(s.Views.Save(ctx, []ports.OrderView{version(n, at, "ann")})...)
}
