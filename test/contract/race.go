package contract

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"orders/ports"
)

// oneOf lets racers try at once, and wants one to succeed and the others to conflict.
func oneOf(racers int, try func(racer int) error) (winner int, err error) {
	errs := make([]error, racers)
	var race sync.WaitGroup
	for i := range racers {
		race.Go(func() { errs[i] = try(i) })
	}
	race.Wait()
	winner = -1
	for i, err := range errs {
		switch {
		case err == nil && winner >= 0:
			return i, fmt.Errorf("racers %d and %d both succeeded", winner, i)
		case err == nil:
			winner = i
		case !errors.Is(err, ports.ErrConflict):
			return i, fmt.Errorf("a loser got %v, want ErrConflict", err)
		}
	}
	if winner < 0 {
		return winner, errors.New("nobody succeeded")
	}
	return winner, nil
}

// eventually tries until there is no error, or fails with the last one when ctx ends.
func eventually(ctx context.Context, try func() error) error {
	for {
		err := try()
		if err == nil {
			return nil
		}
		if rest(ctx, 20*time.Millisecond) != nil {
			return fmt.Errorf("at last: %w", err)
		}
	}
}

// rest sleeps, but not beyond the context.
func rest(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
