package clock_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"orders/ports/clock"
)

func TestSleep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		if err := clock.Sleep(t.Context(), time.Minute); err != nil {
			t.Error(err)
		}
		if slept := time.Since(begun); slept != time.Minute {
			t.Errorf("it slept for %v", slept)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := clock.Sleep(ctx, time.Minute); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v once the context has ended", err)
		}
		if slept := time.Since(begun); slept != time.Minute+time.Second {
			t.Errorf("it slept beyond its context: %v", slept)
		}
	})
}
