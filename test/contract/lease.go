package contract

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"orders/ports"
	"orders/ports/clock"
)

// leases are two handles on one lease.
type leases [2]ports.Lease

var leaseLaws = promises[ports.Lease]([]law[leases]{
	{"of 16 who would hold the lease, one does", oneHolds},
	{"its holder renews it", holderRenews},
	{"it ends with its time", endsWithTime},
	{"it ends when its holder releases it", endsWithRelease},
	{"nobody else releases it", othersReleaseNothing},
	{"its Holder is who holds it, and nobody before and after", holderIsKnown},
})

// wantHold tries to hold the lease and wants it to be the holder's, or not to be.
func wantHold(
	ctx context.Context, l ports.Lease, holder string, d time.Duration, want bool,
) error {
	held, err := l.Hold(ctx, holder, d)
	if err == nil && held != want {
		err = fmt.Errorf("the lease is %s's: %t, want %t", holder, held, want)
	}
	return err
}

func oneHolds(ctx context.Context, l leases) error {
	const racers = 16
	var holders atomic.Int64
	errs := make([]error, racers)
	var race sync.WaitGroup
	for i := range racers {
		race.Go(func() {
			held, err := l[i%2].Hold(ctx, fmt.Sprint("racer ", i), time.Minute)
			if errs[i] = err; held {
				holders.Add(1)
			}
		})
	}
	race.Wait()
	return errors.Join(errors.Join(errs...), wantEqual(holders.Load(), 1))
}

func holderRenews(ctx context.Context, l leases) error {
	const short = 300 * time.Millisecond
	return errors.Join(
		wantHold(ctx, l[0], "ann", short, true), wantHold(ctx, l[0], "ann", time.Minute, true),
		clock.Sleep(ctx, 2*short), wantHold(ctx, l[1], "bob", short, false),
		wantHold(ctx, l[0], "ann", short, true), // May be shortened, too.
		eventually(ctx, func() error { return wantHold(ctx, l[1], "bob", short, true) }),
	)
}

func endsWithTime(ctx context.Context, l leases) error {
	const short, tolerance = 300 * time.Millisecond, 50 * time.Millisecond
	begun := time.Now()
	if err := wantHold(ctx, l[0], "ann", short, true); err != nil {
		return err
	}
	err := eventually(ctx, func() error { return wantHold(ctx, l[1], "bob", time.Minute, true) })
	if held := time.Since(begun); err == nil && held < short-tolerance {
		err = fmt.Errorf("it ended after %v", held)
	}
	return errors.Join(err, wantHold(ctx, l[0], "ann", time.Minute, false))
}

func endsWithRelease(ctx context.Context, l leases) error {
	return errors.Join(
		l[0].Release(ctx, "ann"), wantHold(ctx, l[0], "ann", time.Minute, true),
		l[0].Release(ctx, "ann"), wantHold(ctx, l[1], "bob", time.Minute, true),
	)
}

func othersReleaseNothing(ctx context.Context, l leases) error {
	return errors.Join(
		wantHold(ctx, l[0], "ann", time.Minute, true), l[1].Release(ctx, "bob"),
		wantHold(ctx, l[1], "bob", time.Minute, false),
		wantHold(ctx, l[0], "ann", time.Minute, true),
	)
}

func wantHolder(ctx context.Context, l ports.Lease, want string) error {
	got, err := l.Holder(ctx)
	return errors.Join(err, wantEqual(got, want))
}

func holderIsKnown(ctx context.Context, l leases) error {
	const short = 300 * time.Millisecond
	return errors.Join(
		wantHolder(ctx, l[0], ""), l[0].Release(ctx, "ann"), wantHolder(ctx, l[1], ""),
		wantHold(ctx, l[0], "ann", time.Minute, true), wantHolder(ctx, l[1], "ann"),
		wantHold(ctx, l[1], "bob", time.Minute, false), wantHolder(ctx, l[0], "ann"),
		l[0].Release(ctx, "ann"), wantHolder(ctx, l[1], ""),
		wantHold(ctx, l[1], "bob", short, true),
		eventually(ctx, func() error { return wantHolder(ctx, l[0], "") }),
	)
}
