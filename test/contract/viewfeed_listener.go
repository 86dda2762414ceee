package contract

import (
	"context"
	"errors"
	"fmt"

	"orders/domain/order"
	"orders/ports"
)

// A listener collects what a ViewFeed tells from a position on.
type listener struct {
	Shown
	told    map[order.ID]int // The latest version of each.
	lost    int
	batches int
	next    ports.Position
}

// hear follows the feed, and calls heard with each batch after the listener has it, until heard
// reports that it is enough.
func (s Shown) hear(
	ctx context.Context, from ports.Position, heard func(*listener, ports.ViewBatch) (bool, error),
) error {
	l := &listener{Shown: s, told: map[order.ID]int{}}
	err := s.Feed.Follow(ctx, from, func(ctx context.Context, b ports.ViewBatch) error {
		if err := l.note(ctx, b); err != nil {
			return err
		}
		switch enough, err := heard(l, b); {
		case err != nil:
			return err
		case enough:
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		return nil
	}
	return fmt.Errorf("told %v, lost %d times: %w", l.told, l.lost, err)
}

func (l *listener) note(ctx context.Context, b ports.ViewBatch) error {
	l.batches++
	l.next = b.Next
	if b.Lost {
		l.lost++
	}
	if b.Next == "" || b.Lost && len(b.Changes) > 0 {
		return fmt.Errorf("it tells %+v", b)
	}
	for _, c := range b.Changes {
		l.told[c.ID] = max(l.told[c.ID], c.Version)
		if v, err := l.Readers.Order(ctx, c.ID); err != nil || v.Version < c.Version {
			return fmt.Errorf("told of version %d, queries show %d, %v", c.Version, v.Version, err)
		}
	}
	return nil
}

// String says what was told.
func (l *listener) String() string {
	if l == nil {
		return "nothing"
	}
	return fmt.Sprintf("versions %v, lost %d times", l.told, l.lost)
}

// has reports whether the order was told at the version or a later one.
func (l *listener) has(n, version int) bool { return l.told[id(n)] >= version }

// present returns the feed's position now.
func (s Shown) present(ctx context.Context) (at ports.Position, err error) {
	err = s.hear(ctx, "", func(l *listener, _ ports.ViewBatch) (bool, error) {
		at = l.next
		return true, nil
	})
	return at, err
}

// caughtUpFrom is what is told from a position until it has caught up.
func (s Shown) caughtUpFrom(
	ctx context.Context, from ports.Position,
) (heard *listener, err error) {
	err = s.hear(ctx, from, func(l *listener, b ports.ViewBatch) (bool, error) {
		heard = l
		return b.CaughtUp, nil
	})
	return heard, err
}
