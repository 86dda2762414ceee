package memory

import (
	"context"
	"sync"
	"time"

	"orders/ports"
)

var _ ports.Lease = (*Lease)(nil)

// Lease is a ports.Lease that nobody holds at first.
type Lease struct {
	mu     sync.Mutex
	holder string
	until  time.Time
}

// Hold implements ports.Lease.
func (l *Lease) Hold(ctx context.Context, holder string, d time.Duration) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if l.holder != holder && now.Before(l.until) {
		return false, nil
	}
	l.holder, l.until = holder, now.Add(d)
	return true, nil
}

// Release implements ports.Lease.
func (l *Lease) Release(ctx context.Context, holder string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.holder == holder {
		l.until = time.Time{}
	}
	return nil
}

// Holder implements ports.Lease.
func (l *Lease) Holder(ctx context.Context) (string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !time.Now().Before(l.until) {
		return "", ctx.Err()
	}
	return l.holder, ctx.Err()
}
