package contract

import (
	"context"
	"fmt"
	"sync"
	"time"

	"orders/ports"
)

// caughtUpInTraffic appends without a pause, so that there is never silence.
func caughtUpInTraffic(ctx context.Context, l Log) error {
	busy, stop := context.WithCancel(ctx)
	var writing sync.WaitGroup
	writing.Go(func() { appendUntil(busy, l) })
	defer writing.Wait()
	defer stop() // Before the waiting.
	for range 3 {
		from, err := l.Now(ctx)
		if err != nil {
			return err
		}
		time.Sleep(50 * time.Millisecond)
		following, cancel := context.WithTimeout(ctx, patience/4)
		err = l.Follow(following, from, func(_ context.Context, b ports.Batch) error {
			if b.CaughtUp {
				return errEnough
			}
			return nil
		})
		cancel()
		if err := wantError(err, errEnough); err != nil {
			return fmt.Errorf("in constant traffic it is never caught up: %w", err)
		}
	}
	return nil
}

// appendUntil creates orders until ctx ends; the one on its way then may fail.
func appendUntil(ctx context.Context, l Log) {
	for n := 0; ctx.Err() == nil; n++ {
		_, _ = grow(ctx, l, ports.Stream{ID: id(n)}, created("ann"))
	}
}
