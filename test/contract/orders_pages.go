package contract

import (
	"context"
	"errors"
	"fmt"
	"time"

	"orders/domain/order"
	"orders/ports"
)

// sorts are all orders that a list can have.
var sorts = []ports.Sort{
	{}, {OldestFirst: true}, {ByUpdate: true}, {ByUpdate: true, OldestFirst: true},
}

func listsSorted(ctx context.Context, m ReadModel) error {
	first, low, high := version(1, 1, "ann"), version(2, 1, "ann"), version(3, 1, "ann")
	first.UpdatedAt = start.Add(time.Hour)
	high.CreatedAt, high.UpdatedAt = low.CreatedAt, low.UpdatedAt
	if err := save(ctx, m, high, first, low); err != nil {
		return err
	}
	var errs []error
	for s, want := range map[ports.Sort][]ports.OrderView{
		{}:                                  {high, low, first},
		{OldestFirst: true}:                 {first, low, high},
		{ByUpdate: true}:                    {first, high, low},
		{ByUpdate: true, OldestFirst: true}: {low, high, first},
	} {
		for _, f := range []ports.Filter{{}, {UserID: "ann"}, {SKU: "mouse"}} {
			if err := wantSorted(ctx, m, f, s, want...); err != nil {
				errs = append(errs, fmt.Errorf("%+v, %+v: %w", s, f, err))
			}
		}
	}
	return errors.Join(errs...)
}

func listsAnyOf(ctx context.Context, m ReadModel) error {
	plain, paid, sent, other := fourOrders()
	gone := version(5, 2, "ann")
	if err := save(ctx, m, plain, paid, sent, other, gone); err != nil {
		return err
	}
	open := ports.Filter{Statuses: []order.Status{"CREATED", "CONFIRMED", "CREATED"}}
	unpaid := ports.Filter{
		Statuses:        []order.Status{"CANCELLED", "CREATED"},
		PaymentStatuses: []order.PaymentStatus{"NONE", "REFUNDED"},
		FulfillmentStatuses: []order.FulfillmentStatus{
			"UNFULFILLED", "SHIPPED", "DELIVERED",
		},
	}
	ofAnn := unpaid
	ofAnn.UserID = "ann"
	return errors.Join(
		wantList(ctx, m, open, 50, other, sent, paid, plain),
		wantList(ctx, m, unpaid, 50, gone, other, plain),
		wantList(ctx, m, ofAnn, 50, gone, plain),
		wantPage(ctx, m, open, ports.Page{Limit: 2, After: ports.Sort{}.Place(sent)}, paid, plain),
		wantPage(ctx, m, open, ports.Page{
			Sort: ports.Sort{OldestFirst: true}, Limit: 1, After: ports.Sort{}.Place(paid),
		}, sent),
	)
}

func listsPages(ctx context.Context, m ReadModel) error {
	for n, s := range sorts {
		if err := listsPagesOf(ctx, m, s, fmt.Sprint("user ", n), 10_000*n); err != nil {
			return fmt.Errorf("%+v: %w", s, err)
		}
	}
	return nil
}

// listsPagesOf reads page after page of a user's orders, of which some have equal times. While it
// has not seen them all, an order that is newer and one that is older are added between any two
// pages. The number of its first order is from.
func listsPagesOf(ctx context.Context, m ReadModel, s ports.Sort, user string, from int) error {
	const orders = 40
	for n := range orders {
		v := version(from+n, 1, user)
		v.CreatedAt = start.Add(time.Duration(n/3) * time.Second)
		v.UpdatedAt = v.CreatedAt
		if err := save(ctx, m, v); err != nil {
			return err
		}
	}
	seen := map[order.ID]bool{}
	page := ports.Page{Sort: s, Limit: 1}
	for {
		views, err := List(ctx, m, ports.Filter{UserID: user}, page)
		if err != nil || len(views) == 0 {
			return errors.Join(err, wantEqual(len(seen) >= orders, true))
		}
		if len(views) > page.Limit {
			return fmt.Errorf("%d views on a page of %d", len(views), page.Limit)
		}
		for _, v := range views {
			if seen[v.ID] {
				return fmt.Errorf("order %s is on two pages", v.ID)
			}
			seen[v.ID] = true
		}
		page.Limit, page.After = page.Limit%7+1, s.Place(views[len(views)-1])
		if len(seen) < orders {
			newer := version(from+1000+len(seen), 1, user)
			older := version(from+2000+len(seen), 1, user)
			older.CreatedAt = start.Add(-time.Duration(len(seen)) * time.Second)
			older.UpdatedAt = older.CreatedAt
			if err := save(ctx, m, newer, older); err != nil {
				return err
			}
		}
	}
}

// listsChanging reads pages with the oldest change first. Between two of them, an order that was
// shown changes, and one that may not have been. In the end each was shown as it is.
func listsChanging(ctx context.Context, m ReadModel) error {
	const orders, changes = 20, 10
	saved, shown := map[order.ID]int{}, map[order.ID]int{}
	now := start
	change := func(n, to int) error {
		v := version(n, to, "ann")
		now = now.Add(time.Second)
		v.UpdatedAt, saved[v.ID] = now, to
		return save(ctx, m, v)
	}
	for n := range orders {
		if err := change(n, 1); err != nil {
			return err
		}
	}
	oldest := ports.Sort{ByUpdate: true, OldestFirst: true}
	page := ports.Page{Sort: oldest, Limit: 3}
	for n := range orders * 3 {
		views, err := List(ctx, m, ports.Filter{}, page)
		if err != nil || len(views) == 0 {
			return errors.Join(err, wantEqual(shown, saved))
		}
		for _, v := range views {
			shown[v.ID] = v.Version
		}
		page.After = oldest.Place(views[len(views)-1])
		if n < changes {
			if err := errors.Join(change(n, 2), change(orders-1-n, 2)); err != nil {
				return err
			}
		}
	}
	return errors.New("the pages do not end")
}
