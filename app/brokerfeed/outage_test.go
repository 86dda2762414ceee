package brokerfeed_test

import (
	"sync/atomic"
	"testing"
	"time"

	"orders/app/subscribe"
	"orders/ports"
)

// An outage of the event store, of the relay's subscription or of the clock is outlasted.
func TestOutagesAreOutlasted(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		var down atomic.Bool
		r.down = func() error {
			if down.Load() {
				return ports.ErrUnavailable
			}
			return nil
		}
		down.Store(true)
		f := r.follow(t, "")
		r.grow(t, 0)
		time.Sleep(10 * time.Second)
		down.Store(false)
		time.Sleep(10 * time.Second)
		f.wants(t, 0, 1)
		down.Store(true)
		r.grow(t, 0)
		r.grow(t, 1)
		time.Sleep(10 * time.Second)
		down.Store(false)
		time.Sleep(10 * time.Second)
		f.wants(t, 0, 2)
		f.wants(t, 1, 1)
		if !f.last().CaughtUp {
			t.Error("it is not caught up")
		}
		f.stop()
	})
}

// The lag of a position is told also while the relay is dead: there may be more.
func TestTheLagWithoutARelay(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.grow(t, 0)
		f := r.follow(t, "")
		time.Sleep(time.Second)
		f.stop()
		at := f.last().Next
		lag, err := subscribe.Lag(t.Context(), r.log(), at)
		if err != nil || !lag.CaughtUp() {
			t.Errorf("the lag is %+v, %v", lag, err)
		}
		r.stop()
		r.stop = func() {}
		r.grow(t, 0)
		lag, err = subscribe.Lag(t.Context(), r.log(), at)
		if err != nil || !lag.More {
			t.Errorf("without a relay the lag is %+v, %v", lag, err)
		}
	})
}
