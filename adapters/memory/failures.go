package memory

import (
	"context"
	"sync"

	"orders/ports"
)

var _ ports.Failures = (*Failures)(nil)

// Failures keep the last failure of a subscription.
type Failures struct {
	mu   sync.Mutex
	last ports.Failure
}

// Record implements ports.Failures.
func (f *Failures) Record(ctx context.Context, failure ports.Failure) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.last.Since.IsZero() {
		failure.Since = f.last.Since
	}
	f.last = failure.Bounded()
	return nil
}

// Clear implements ports.Failures.
func (f *Failures) Clear(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.last = ports.Failure{}
	return nil
}

// Last implements ports.Failures.
func (f *Failures) Last(ctx context.Context) (ports.Failure, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.last, ctx.Err()
}
