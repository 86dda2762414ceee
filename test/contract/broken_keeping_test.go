package contract

import (
	"context"
	"crypto/rand"
	"sync"
	"testing"
	"time"

	"orders/adapters/memory"
	"orders/domain/order"
	"orders/ports"
)

// A brokenParked is a good one but for what is set.
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

// losesTries drops one that meets another.
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

// A brokenLease is a good one but for what is set.
type brokenLease struct {
	*memory.Lease
	hold    func(context.Context, string, time.Duration) (bool, error)
	release func(context.Context, string) error
}

func (b brokenLease) Hold(ctx context.Context, holder string, d time.Duration) (bool, error) {
	return b.hold(ctx, holder, d)
}

func (b brokenLease) Release(ctx context.Context, holder string) error {
	return b.release(ctx, holder)
}

func leasing(breakIt func(b *brokenLease)) func() leases {
	return func() leases {
		good := &memory.Lease{}
		b := brokenLease{good, good.Hold, good.Release}
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
	})
}

// A brokenArchive is a good one but for what is set.
type brokenArchive struct {
	*memory.EventStore
	load    loading
	streams func(context.Context, ports.Range) ([]ports.Stream, error)
	deaf    bool // It does not hear that each has enough.
	size    func(context.Context) (int, error)
}

func (b brokenArchive) Load(ctx context.Context, id order.ID) (ports.Stream, error) {
	return b.load(ctx, id)
}

func (b brokenArchive) Commits(
	ctx context.Context, r ports.Range, each func(ports.Commit) error,
) error {
	streams, err := b.streams(ctx, r)
	for _, s := range streams {
		for _, c := range s.Commits {
			if failed := each(c); failed != nil && b.deaf {
				err = failed
			} else if failed != nil {
				return failed
			}
		}
	}
	return err
}

func (b brokenArchive) Size(ctx context.Context) (int, error) { return b.size(ctx) }

func archiving(breakIt func(b *brokenArchive)) func() Archived {
	return func() Archived {
		good := memory.NewEventStore()
		b := brokenArchive{EventStore: good, load: good.Load, size: good.Size}
		b.streams = func(ctx context.Context, r ports.Range) ([]ports.Stream, error) {
			return archived(ctx, good, r)
		}
		breakIt(&b)
		return b
	}
}

func TestArchiveLawsCatch(t *testing.T) {
	catches(t, archiveLaws, map[string]func() Archived{
		"commits are those of the first orders of a range, by ID and version": archiving(
			func(b *brokenArchive) {
				b.streams = func(ctx context.Context, r ports.Range) ([]ports.Stream, error) {
					r.Through = ""
					return archived(ctx, b.EventStore, r)
				}
			}),
		"telling ends as soon as each fails, with that error": archiving(func(b *brokenArchive) {
			b.deaf = true
		}),
		"all commits of an order are told": archiving(func(b *brokenArchive) {
			b.streams = func(ctx context.Context, r ports.Range) ([]ports.Stream, error) {
				streams, err := archived(ctx, b.EventStore, r)
				for i, s := range streams {
					streams[i] = s.Until(s.Version() - 1)
				}
				return streams, err
			}
		}),
		"the size is about how many commits there are": archiving(func(b *brokenArchive) {
			b.size = func(ctx context.Context) (int, error) {
				streams, err := archived(ctx, b.EventStore, ports.Range{Limit: 1000})
				return len(streams), err
			}
		}),
		"who is told of commits cannot change the past": archiving(func(b *brokenArchive) {
			var shown []ports.Stream
			b.streams = func(ctx context.Context, r ports.Range) (_ []ports.Stream, err error) {
				shown, err = archived(ctx, b.EventStore, r)
				return shown, err
			}
			b.load = func(context.Context, order.ID) (ports.Stream, error) { return shown[0], nil }
		}),
	})
}
