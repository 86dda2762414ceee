package contract

import (
	"context"
	"errors"
	"fmt"
	"time"

	"orders/domain/order"
	"orders/ports"
)

// List gathers what a list hands over.
func List(
	ctx context.Context, m ports.Orders, f ports.Filter, p ports.Page,
) (views []ports.OrderView, err error) {
	err = m.List(ctx, f, p, func(v ports.OrderView) error {
		views = append(views, v)
		return nil
	})
	return views, err
}

func wantList(
	ctx context.Context, m ReadModel, f ports.Filter, limit int, want ...ports.OrderView,
) error {
	got, err := List(ctx, m, f, ports.Page{Limit: limit})
	if err != nil {
		return err
	}
	return wantEqual(append([]ports.OrderView{}, got...), append([]ports.OrderView{}, want...))
}

func listsNewestFirst(ctx context.Context, m ReadModel) error {
	old, young := version(1, 1, "ann"), version(4, 1, "ann")
	low, high := version(2, 1, "ann"), version(3, 2, "ann")
	high.CreatedAt = low.CreatedAt
	if err := save(ctx, m, low, young, old, high); err != nil {
		return err
	}
	if low.ID > high.ID {
		return fmt.Errorf("the law is broken: %s > %s", low.ID, high.ID)
	}
	return wantList(ctx, m, ports.Filter{}, 50, young, high, low, old)
}

func listsAtMost(ctx context.Context, m ReadModel) error {
	views := []ports.OrderView{version(1, 1, "ann"), version(2, 1, "ann"), version(3, 1, "ann")}
	if err := save(ctx, m, views...); err != nil {
		return err
	}
	return wantList(ctx, m, ports.Filter{}, 2, views[2], views[1])
}

// listsUntil wants the error of each back, and nothing handed over after it.
func listsUntil(ctx context.Context, m ReadModel) error {
	for n := range 5 {
		if err := save(ctx, m, version(n, 1, "ann")); err != nil {
			return err
		}
	}
	enough, handed := errors.New("enough"), 0
	err := m.List(ctx, ports.Filter{}, ports.Page{Limit: 5}, func(ports.OrderView) error {
		if handed++; handed == 2 {
			return enough
		}
		return nil
	})
	return errors.Join(wantError(err, enough), wantEqual(handed, 2))
}

func listsOfUser(ctx context.Context, m ReadModel) error {
	ann, dot := version(1, 1, "ann"), version(2, 1, "a.n")
	upper, later := version(3, 1, "Ann"), version(4, 2, "ann")
	if err := save(ctx, m, ann, dot, upper, later); err != nil {
		return err
	}
	return errors.Join(
		wantList(ctx, m, ports.Filter{UserID: "ann"}, 50, later, ann),
		wantList(ctx, m, ports.Filter{UserID: "a.n"}, 50, dot),
		wantList(ctx, m, ports.Filter{UserID: "nobody"}, 50),
	)
}

// fourOrders are one of ann's that nothing happened to, one that is paid, one that was sent, and
// one of bob's that is on hold.
func fourOrders() (plain, paid, sent, other ports.OrderView) {
	usd := func(minor int64) order.Money { return order.Money{Minor: minor, Currency: "USD"} }
	pay := order.PaymentCaptured{PaymentID: "p", CaptureID: "c", Amount: usd(1199)}
	plain, paid = shape(1), shape(2, pay, order.Confirmed{})
	sent = shape(3, pay,
		order.Confirmed{}, order.ItemsShipped{
			ShipmentID: "s", Items: []order.Packed{{SKU: "mouse", Quantity: 3}},
		})
	other = shape(4, order.ItemsChanged{Lines: []order.Line{
		{SKU: "cat", Quantity: 1, Price: usd(1)}, {SKU: "dog", Quantity: 1, Price: usd(2)},
	}}, order.PutOnHold{Reason: "fraud"})
	other.Order.UserID = "bob"
	return plain, paid, sent, other
}

func listsFiltered(ctx context.Context, m ReadModel) error {
	plain, paid, sent, other := fourOrders()
	if err := save(ctx, m, plain, paid, sent, other); err != nil {
		return err
	}
	type views = []ports.OrderView
	from, to := paid.CreatedAt, other.CreatedAt
	for _, tt := range []struct {
		filter ports.Filter
		want   views
	}{
		{ports.Filter{Status: "CONFIRMED"}, views{sent, paid}},
		{ports.Filter{PaymentStatus: "NONE"}, views{other, plain}},
		{ports.Filter{FulfillmentStatus: "SHIPPED"}, views{sent}},
		{ports.Filter{SKU: "dog"}, views{other}},
		{ports.Filter{SKU: "mouse"}, views{sent, paid, plain}},
		{ports.Filter{OnHold: new(true)}, views{other}},
		{ports.Filter{OnHold: new(false)}, views{sent, paid, plain}},
		{ports.Filter{UserID: "ann", OnHold: new(true)}, nil},
		{ports.Filter{CreatedFrom: from}, views{other, sent, paid}},
		{ports.Filter{CreatedTo: from}, views{plain}},
		{ports.Filter{CreatedFrom: from, CreatedTo: to}, views{sent, paid}},
		{ports.Filter{
			UserID: "ann", Status: "CONFIRMED", PaymentStatus: "PAID", SKU: "mouse",
			FulfillmentStatus: "UNFULFILLED", CreatedFrom: from, CreatedTo: to,
		}, views{paid}},
		{ports.Filter{UserID: "bob", SKU: "mouse"}, nil},
	} {
		if err := wantList(ctx, m, tt.filter, 50, tt.want...); err != nil {
			return fmt.Errorf("%+v: %w", tt.filter, err)
		}
	}
	return nil
}

// listsPages reads page after page, of orders of which some have equal times, while an order
// that is newer and one that is older are added between any two pages.
func listsPages(ctx context.Context, m ReadModel) error {
	const orders = 40
	for n := range orders {
		v := version(n, 1, "ann")
		v.CreatedAt = start.Add(time.Duration(n/3) * time.Second)
		if err := save(ctx, m, v); err != nil {
			return err
		}
	}
	seen := map[order.ID]bool{}
	page := ports.Page{Limit: 1}
	for {
		views, err := List(ctx, m, ports.Filter{UserID: "ann"}, page)
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
		page = ports.Page{Limit: page.Limit%7 + 1, After: views[len(views)-1].Place()}
		newer, older := version(1000+len(seen), 1, "ann"), version(2000+len(seen), 1, "bob")
		older.CreatedAt = start.Add(-time.Hour)
		if err := save(ctx, m, newer, older); err != nil {
			return err
		}
	}
}

func listsNothing(ctx context.Context, m ReadModel) error {
	return wantList(ctx, m, ports.Filter{}, 50)
}
