package contract

import (
	"context"
	"errors"
	"fmt"
	"time"

	"orders/domain/order"
	"orders/ports"
)

// List collects what Orders.List hands over.
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
	return wantPage(ctx, m, f, ports.Page{Limit: limit}, want...)
}

func wantSorted(
	ctx context.Context, m ReadModel, f ports.Filter, s ports.Sort, want ...ports.OrderView,
) error {
	return wantPage(ctx, m, f, ports.Page{Sort: s, Limit: 50}, want...)
}

func wantPage(
	ctx context.Context, m ReadModel, f ports.Filter, p ports.Page, want ...ports.OrderView,
) error {
	got, err := List(ctx, m, f, p)
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
	captured := order.PaymentCaptured{PaymentID: "p", CaptureID: "c", Amount: usd(1199)}
	plain, paid = shape(1), shape(2, captured, order.Confirmed{})
	sent = shape(3, captured,
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
	changed := other.UpdatedAt
	plain.UpdatedAt = changed.Add(time.Second)
	if err := save(ctx, m, plain, paid, sent, other); err != nil {
		return err
	}
	type views = []ports.OrderView
	from, to := paid.CreatedAt, other.CreatedAt
	confirmed, shipped := []order.Status{"CONFIRMED"}, []order.FulfillmentStatus{"SHIPPED"}
	for _, tt := range []struct {
		filter ports.Filter
		want   views
	}{
		{ports.Filter{Statuses: confirmed}, views{sent, paid}},
		{ports.Filter{PaymentStatuses: []order.PaymentStatus{"NONE"}}, views{other, plain}},
		{ports.Filter{FulfillmentStatuses: shipped}, views{sent}},
		{ports.Filter{SKU: "dog"}, views{other}},
		{ports.Filter{SKU: "mouse"}, views{sent, paid, plain}},
		{ports.Filter{OnHold: new(true)}, views{other}},
		{ports.Filter{OnHold: new(false)}, views{sent, paid, plain}},
		{ports.Filter{UserID: "ann", OnHold: new(true)}, nil},
		{ports.Filter{CreatedFrom: from}, views{other, sent, paid}},
		{ports.Filter{CreatedTo: from}, views{plain}},
		{ports.Filter{CreatedFrom: from, CreatedTo: to}, views{sent, paid}},
		{ports.Filter{UpdatedFrom: changed}, views{other, plain}},
		{ports.Filter{UpdatedTo: changed}, views{sent, paid}},
		{ports.Filter{
			UserID: "ann", Statuses: confirmed, PaymentStatuses: []order.PaymentStatus{"PAID"},
			FulfillmentStatuses: []order.FulfillmentStatus{"UNFULFILLED"}, SKU: "mouse",
			OnHold: new(false), CreatedFrom: from, CreatedTo: to, UpdatedFrom: from, UpdatedTo: to,
		}, views{paid}},
		{ports.Filter{UserID: "bob", SKU: "mouse"}, nil},
	} {
		if err := wantList(ctx, m, tt.filter, 50, tt.want...); err != nil {
			return fmt.Errorf("%+v: %w", tt.filter, err)
		}
	}
	return nil
}

func listsNothing(ctx context.Context, m ReadModel) error {
	return wantList(ctx, m, ports.Filter{}, 50)
}
