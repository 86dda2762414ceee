package contract

import (
	"context"
	"crypto/rand"
	"testing"
	"time"

	"orders/adapters/memory"
)

// A brokenLease is a good one except for the functions that are set.
type brokenLease struct {
	*memory.Lease
	hold    func(context.Context, string, time.Duration) (bool, error)
	release func(context.Context, string) error
	holder  func(context.Context) (string, error)
}

func (b brokenLease) Hold(ctx context.Context, holder string, d time.Duration) (bool, error) {
	return b.hold(ctx, holder, d)
}

func (b brokenLease) Release(ctx context.Context, holder string) error {
	return b.release(ctx, holder)
}

func (b brokenLease) Holder(ctx context.Context) (string, error) { return b.holder(ctx) }

func leasing(breakIt func(b *brokenLease)) func() leases {
	return func() leases {
		good := &memory.Lease{}
		b := brokenLease{good, good.Hold, good.Release, good.Holder}
		breakIt(&b)
		return leases{b, b}
	}
}

func TestLeaseLawsCatch(t *testing.T) {
	catchesLate(t, leaseLaws, map[string]func() leases{
		"of 16 who would hold the lease, one does": func() leases {
			return leases{&memory.Lease{}, &memory.Lease{}} // Each process has its own.
		},
		"its holder renews it": leasing(func(b *brokenLease) {
			b.hold = func(ctx context.Context, _ string, d time.Duration) (bool, error) {
				return b.Lease.Hold(ctx, rand.Text(), d)
			}
		}),
		"it ends with its time": leasing(func(b *brokenLease) {
			b.hold = func(ctx context.Context, holder string, _ time.Duration) (bool, error) {
				return b.Lease.Hold(ctx, holder, time.Hour)
			}
		}),
		"it ends when its holder releases it": leasing(func(b *brokenLease) {
			b.release = func(context.Context, string) error { return nil }
		}),
		"nobody else releases it": leasing(func(b *brokenLease) {
			b.release = func(ctx context.Context, _ string) error {
				return b.Lease.Release(ctx, "ann")
			}
		}),
		"its Holder is who holds it, and nobody before and after": leasing(remembersHolder),
	})
}

// remembersHolder names the last holder for ever.
func remembersHolder(b *brokenLease) {
	last := ""
	b.holder = func(ctx context.Context) (string, error) {
		now, err := b.Lease.Holder(ctx)
		if now != "" {
			last = now
		}
		return last, err
	}
}
