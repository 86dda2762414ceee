package contract

import (
	"context"
	"sync"
	"testing"
	"time"

	"orders/adapters/memory"
	"orders/domain/order"
	"orders/ports"
)

// A brokenParked is a good one except for the functions that are set.
type brokenParked struct {
	*memory.Parked
	park    func(context.Context, []ports.ParkedOrder) error
	release func(context.Context, order.ID, int) error
	list    func(context.Context, order.ID, int) ([]ports.ParkedOrder, error)
}

func (b brokenParked) Park(ctx context.Context, o []ports.ParkedOrder) error {
	return b.park(ctx, o)
}

func (b brokenParked) Release(ctx context.Context, id order.ID, version int) error {
	return b.release(ctx, id, version)
}

func (b brokenParked) List(
	ctx context.Context, after order.ID, limit int,
) ([]ports.ParkedOrder, error) {
	return b.list(ctx, after, limit)
}

func parking(breakIt func(b *brokenParked)) func() ports.Parked {
	return func() ports.Parked {
		good := memory.NewParked()
		b := brokenParked{good, good.Park, good.Release, good.List}
		breakIt(&b)
		return b
	}
}

func TestParkedLawsCatch(t *testing.T) {
	catches(t, parkedLaws, map[string]func() ports.Parked{
		"a parked order is listed as it was parked": parking(func(b *brokenParked) {
			b.park = func(ctx context.Context, orders []ports.ParkedOrder) error {
				for i := range orders {
					orders[i].Reason = ""
				}
				return b.Parked.Park(ctx, orders)
			}
		}),
		"one that is parked again keeps its Since and has one more try": parking(forgetsBefore),
		"its version never goes back":                                   parking(forgetsBefore),
		"of 16 tries at once each counts":                               parking(losesTries),
		"a release forgets what is parked at its version or an earlier one": parking(
			func(b *brokenParked) {
				b.release = func(ctx context.Context, id order.ID, version int) error {
					return b.Parked.Release(ctx, id, version-1)
				}
			}),
		"a release of an earlier version keeps it": parking(func(b *brokenParked) {
			b.release = func(ctx context.Context, id order.ID, version int) error {
				return b.Parked.Release(ctx, id, version+1)
			}
		}),
		"the list returns the first after an ID, ordered by ID": parking(func(b *brokenParked) {
			b.list = func(
				ctx context.Context, after order.ID, limit int,
			) ([]ports.ParkedOrder, error) {
				return b.Parked.List(ctx, after+"0", limit+1)
			}
		}),
	})
}

// forgetsBefore parks as if for the first time.
func forgetsBefore(b *brokenParked) {
	b.park = func(ctx context.Context, orders []ports.ParkedOrder) error {
		for _, o := range orders {
			_ = b.Parked.Release(ctx, o.ID, o.Version+1)
		}
		return b.Parked.Park(ctx, orders)
	}
}

// losesTries drops a try that runs at the same time as another.
func losesTries(b *brokenParked) {
	var parking sync.Mutex
	b.park = func(ctx context.Context, orders []ports.ParkedOrder) error {
		if !parking.TryLock() {
			return nil
		}
		defer parking.Unlock()
		time.Sleep(time.Millisecond) // Long enough to be met.
		return b.Parked.Park(ctx, orders)
	}
}
