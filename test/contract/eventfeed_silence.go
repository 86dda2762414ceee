package contract

import (
	"context"
	"errors"
	"sync"
	"time"

	"orders/ports/clock"
)

// silenceRest is how long a handler is busy, so that all that the feed has to say meanwhile waits.
const silenceRest = 100 * time.Millisecond

// endsInSilence has a follower that comes when another one has caught up, as they may share what
// they follow; and then one that is busy while commits come.
func endsInSilence(ctx context.Context, l Log) error {
	if _, err := fill(ctx, l, 0, 2); err != nil {
		return err
	}
	other, stop := context.WithCancel(ctx)
	var following sync.WaitGroup
	defer following.Wait()
	defer stop() // Before the waiting.
	started := make(chan struct{})
	start := sync.OnceFunc(func() { close(started) })
	following.Go(func() {
		defer start()
		_, _ = read(other, l, "", func(r *reader) bool {
			if caughtUp(r) {
				start()
			}
			return false
		})
	})
	<-started
	_ = clock.Sleep(ctx, silenceRest)
	return silenceAfterABurst(ctx, l, 2)
}

// silenceAfterABurst follows until there is silence after the commits of some orders; has one more
// order committed then, and another one while the commits of that are handled; and follows until
// there is silence again.
func silenceAfterABurst(ctx context.Context, l Log, orders int) error {
	var failed error
	before, last := orders, orders+2
	_, err := read(ctx, l, "", func(r *reader) bool {
		b := r.batches[len(r.batches)-1]
		isSilent := len(b.Commits) == 0 && b.Next != "" && len(r.seen) == 2*orders
		isBurst := orders == before+1 && len(b.Commits) > 0 && len(r.seen) > 2*before
		if isBurst || isSilent && orders == before {
			_, failed = fill(ctx, l, orders, 1)
			orders++
		}
		if isBurst {
			_ = clock.Sleep(ctx, silenceRest)
		}
		return failed != nil || isSilent && len(r.seen) == 2*last
	})
	return errors.Join(failed, err)
}
