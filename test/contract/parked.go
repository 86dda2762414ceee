package contract

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"orders/domain/order"
	"orders/ports"
)

var parkedLaws = promises[ports.Parked]([]law[ports.Parked]{
	{"a parked order is listed as it was parked", parkedIsListed},
	{"one that is parked again keeps its Since and has one more try", parkedAgain},
	{"its version never goes back", parkedVersionStays},
	{"of 16 tries at once each counts", everyTryCounts},
	{"a release forgets what is parked at its version or an earlier one", releaseForgets},
	{"a release of an earlier version keeps it", earlierReleaseKeeps},
	{"the list returns the first after an ID, ordered by ID", parkedInPages},
})

func parkedOrder(n, version int) ports.ParkedOrder {
	return ports.ParkedOrder{
		ID: id(n), Version: version, Reason: fmt.Sprint("version ", version, " is unreadable"),
		Since: start.Add(time.Duration(version) * time.Millisecond), Tries: 1,
	}
}

func park(ctx context.Context, p ports.Parked, orders ...ports.ParkedOrder) error {
	return p.Park(ctx, orders)
}

func wantParked(ctx context.Context, p ports.Parked, want ...ports.ParkedOrder) error {
	got, err := p.List(ctx, "", 100)
	slices.SortFunc(want, func(a, b ports.ParkedOrder) int {
		return slices.Compare([]order.ID{a.ID}, []order.ID{b.ID})
	})
	return errors.Join(err, wantEqual(append([]ports.ParkedOrder{}, got...),
		append([]ports.ParkedOrder{}, want...)))
}

func parkedIsListed(ctx context.Context, p ports.Parked) error {
	one, two := parkedOrder(1, 7), parkedOrder(2, 1)
	return errors.Join(wantParked(ctx, p), park(ctx, p), wantParked(ctx, p),
		park(ctx, p, one, two), wantParked(ctx, p, one, two))
}

func parkedAgain(ctx context.Context, p ports.Parked) error {
	first, second := parkedOrder(1, 1), parkedOrder(1, 2)
	err := errors.Join(park(ctx, p, first), park(ctx, p, parkedOrder(2, 1), second))
	second.Since, second.Tries = first.Since, 2
	if err := errors.Join(err, wantParked(ctx, p, second, parkedOrder(2, 1))); err != nil {
		return err
	}
	second.Tries = 3
	return errors.Join(park(ctx, p, parkedOrder(1, 2)),
		wantParked(ctx, p, second, parkedOrder(2, 1)))
}

func parkedVersionStays(ctx context.Context, p ports.Parked) error {
	err := errors.Join(park(ctx, p, parkedOrder(1, 3)), park(ctx, p, parkedOrder(1, 2)))
	want := parkedOrder(1, 3)
	want.Reason, want.Tries = parkedOrder(1, 2).Reason, 2
	return errors.Join(err, wantParked(ctx, p, want))
}

func everyTryCounts(ctx context.Context, p ports.Parked) error {
	const tries = 16
	errs := make([]error, tries)
	var race sync.WaitGroup
	for i := range tries {
		race.Go(func() { errs[i] = park(ctx, p, parkedOrder(1, 1)) })
	}
	race.Wait()
	want := parkedOrder(1, 1)
	want.Tries = tries
	return errors.Join(errors.Join(errs...), wantParked(ctx, p, want))
}

func releaseForgets(ctx context.Context, p ports.Parked) error {
	one, two, three := parkedOrder(1, 3), parkedOrder(2, 3), parkedOrder(3, 3)
	return errors.Join(
		park(ctx, p, one, two, three), p.Release(ctx, id(4), 9),
		p.Release(ctx, one.ID, 3), wantParked(ctx, p, two, three),
		p.Release(ctx, two.ID, 4), wantParked(ctx, p, three),
		park(ctx, p, one), wantParked(ctx, p, one, three), // It begins anew.
	)
}

func earlierReleaseKeeps(ctx context.Context, p ports.Parked) error {
	one := parkedOrder(1, 3)
	return errors.Join(park(ctx, p, one), p.Release(ctx, one.ID, 2), wantParked(ctx, p, one))
}

func parkedInPages(ctx context.Context, p ports.Parked) error {
	const orders = 7
	for n := range orders {
		if err := park(ctx, p, parkedOrder(n, 1)); err != nil {
			return err
		}
	}
	var got []order.ID
	for after := order.ID(""); ; after = got[len(got)-1] {
		page, err := p.List(ctx, after, 3)
		if err != nil || len(page) > 3 {
			return fmt.Errorf("%d on a page of 3: %v", len(page), err)
		}
		if len(page) == 0 {
			return wantEqual(got, slices.Sorted(slices.Values(ids(orders))))
		}
		for _, o := range page {
			got = append(got, o.ID)
		}
	}
}
