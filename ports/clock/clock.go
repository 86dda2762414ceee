// Package clock sleeps until a time has passed or a context has ended.
package clock

import (
	"context"
	"time"
)

// Sleep returns nil once d has passed, or the context's error as soon as that ends.
func Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
