package contract

import (
	"context"
	"errors"
	"fmt"

	"orders/domain/order"
	"orders/ports"
)

var readLaws = promises[ports.EventStore]([]law[ports.EventStore]{
	{"what is after a version is read, in order and one at a time", readsWhatIsAfter},
	{"reading ends with the error of who reads", readingEndsWithAnError},
	{"a past that is folded is appended to like any other", appendsAfterFolded},
})

func readsWhatIsAfter(ctx context.Context, s ports.EventStore) error {
	whole := ports.Stream{ID: id(1)}
	var err error
	for n := range 70 { // More than a batch of any adapter.
		if whole, err = grow(ctx, s, whole, changed(n)); err != nil {
			return err
		}
	}
	for _, after := range []int{-1, 0, 1, 35, 69, 70, 71, 5000} {
		got := []ports.Commit{}
		err := s.Read(ctx, id(1), after, func(c ports.Commit) error {
			got = append(got, c)
			return nil
		})
		if err == nil {
			want := whole.Commits[min(max(after, 0), whole.Version()):]
			err = wantEqual(got, append([]ports.Commit{}, want...))
		}
		if err != nil {
			return fmt.Errorf("after version %d: %w", after, err)
		}
	}
	return s.Read(ctx, id(2), 0, func(c ports.Commit) error {
		return fmt.Errorf("commit %s was read of an unknown order", c.ID)
	})
}

func readingEndsWithAnError(ctx context.Context, s ports.EventStore) error {
	past, err := grow(ctx, s, ports.Stream{ID: id(1)}, created("ann"))
	if err == nil {
		_, err = grow(ctx, s, past, order.Confirmed{})
	}
	if err != nil {
		return err
	}
	enough, calls := errors.New("enough"), 0
	err = s.Read(ctx, id(1), 0, func(ports.Commit) error {
		calls++
		return enough
	})
	return errors.Join(wantError(err, enough), wantEqual(calls, 1))
}

func appendsAfterFolded(ctx context.Context, s ports.EventStore) error {
	past, err := grow(ctx, s, ports.Stream{ID: id(1)}, created("ann"))
	if err != nil {
		return err
	}
	c := follow(past, order.Confirmed{})
	if err := s.Append(ctx, past.Folded(), c); err != nil {
		return err
	}
	rival := follow(past, order.Confirmed{})
	rival.ID = "rival"
	return errors.Join(
		wantError(s.Append(ctx, past.Folded(), rival), ports.ErrConflict),
		wantStream(ctx, s, past.With(c)),
	)
}
