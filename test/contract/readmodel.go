package contract

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"orders/domain/order"
	"orders/ports"
	"orders/ports/customer"
)

// A Subject is a read model of views V with its readers R: one handle on its data.
type Subject[V, R any] struct {
	ports.ReadModel[V]
	Readers R
	// Again opens another handle on the same data, as another process would.
	Again func() Subject[V, R]
}

type (
	// OrderModel is the read model of the orders.
	OrderModel = Subject[ports.OrderView, ports.Orders]
	// CustomerRows is the read model of the customer module.
	CustomerRows = Subject[customer.Row, customer.Summaries]
)

// An In runs a test in an environment. In that of synctest.Test the laws that wait take no time.
type In = func(*testing.T, func(*testing.T))

// ReadModelOfOrders checks the read models that open returns, fresh and empty for each law.
func ReadModelOfOrders(t *testing.T, open func(*testing.T) OrderModel, in ...In) {
	check(t, orderModelLaws(), open, in...)
}

// ReadModelOfCustomers checks the read models that open returns, fresh and empty for each law.
func ReadModelOfCustomers(t *testing.T, open func(*testing.T) CustomerRows, in ...In) {
	check(t, customerRowsLaws(), open, in...)
}

func orderModelLaws() []law[OrderModel] {
	return slices.Concat(orderKind.laws(), on(orderLaws, readingOrders), orderModelOnly)
}

func customerRowsLaws() []law[CustomerRows] {
	return slices.Concat(rowKind.laws(), on(customerLaws, readingRows), customerRowsOnly)
}

func readingOrders(s OrderModel) ReadModel {
	return struct {
		ports.Views[ports.OrderView]
		ports.Orders
	}{s.Views, s.Readers}
}

func readingRows(s CustomerRows) CustomerModel {
	return struct {
		ports.Views[customer.Row]
		customer.Summaries
	}{s.Views, s.Readers}
}

// A kind is what the laws of every read model need to know of one.
type kind[V, R any] struct {
	view  func(n, version int) V // The n-th order's.
	shown func(ctx context.Context, r R, n int) (version int, err error)
	// every returns the versions at which readers see the first orders; atOnce says whether one
	// call returned them all.
	every  func(ctx context.Context, r R, orders int) (versions []int, err error)
	atOnce bool
	// changed are views that differ each in one field from the same good one.
	changed func() (good V, changed []V)
}

func (k kind[V, R]) laws() []law[Subject[V, R]] {
	return slices.Concat(
		k.savingLaws(), k.provisionalLaws(), k.storedLaws(), k.generationLaws(), k.switchingLaws(),
		on(checkpointLaws, func(s Subject[V, R]) ports.Checkpoint { return s.Checkpoint }),
		on(parkedLaws, func(s Subject[V, R]) ports.Parked { return s.Parked }),
		on(leaseLaws, func(s Subject[V, R]) leases { return leases{s.Lease, s.Again().Lease} }),
	)
}

var orderKind = kind[ports.OrderView, ports.Orders]{
	view: func(n, v int) ports.OrderView { return version(n, v, fmt.Sprint("user ", n)) },
	shown: func(ctx context.Context, r ports.Orders, n int) (int, error) {
		view, err := r.Order(ctx, id(n))
		if errors.Is(err, ports.ErrNotFound) {
			return 0, nil
		}
		return view.Version, err
	},
	atOnce: true,
	every: func(ctx context.Context, r ports.Orders, orders int) (versions []int, err error) {
		views, err := List(ctx, r, ports.Filter{}, ports.Page{Limit: orders + 1})
		for _, v := range views {
			versions = append(versions, v.Version)
		}
		return versions, err
	},
	changed: func() (ports.OrderView, []ports.OrderView) {
		return changes(func() ports.OrderView { return shape(1, busy()...) },
			func(v *ports.OrderView) { v.CreatedAt = v.CreatedAt.Add(time.Hour) },
			func(v *ports.OrderView) { v.UpdatedAt = v.UpdatedAt.Add(time.Millisecond) },
			func(v *ports.OrderView) { v.Order.UserID = "bob" },
			func(v *ports.OrderView) { v.Order.Status = order.StatusCancelled },
			func(v *ports.OrderView) { v.Order.Hold.Note = "another" },
			func(v *ports.OrderView) { v.OnHoldAt = v.OnHoldAt.Add(time.Millisecond) },
			func(v *ports.OrderView) { v.Order.Lines[1].Quantity++ },
			func(v *ports.OrderView) { v.Order.Lines = v.Order.Lines[:1] },
			func(v *ports.OrderView) { v.Order.Payments[0].Captures[0].ID = "x" },
			func(v *ports.OrderView) { v.Order.Payments[1].Refunds[0].Amount.Minor++ },
			func(v *ports.OrderView) { v.Order.Shipments[0].Delivered = false },
			func(v *ports.OrderView) { v.Order.Cancellation.Note = "a note" },
		)
	},
}

var rowKind = kind[customer.Row, customer.Summaries]{
	view: func(n, v int) customer.Row { return row(n, v, fmt.Sprint("user ", n), "USD") },
	shown: func(ctx context.Context, r customer.Summaries, n int) (int, error) {
		s, err := r.Summary(ctx, fmt.Sprint("user ", n))
		if err != nil || len(s.Totals) == 0 {
			return 0, err
		}
		return int(s.Totals[0].Spent.Minor.Int64()), nil
	},
	every: func(
		ctx context.Context, r customer.Summaries, orders int,
	) (versions []int, failed error) {
		for n := range orders {
			s, err := r.Summary(ctx, fmt.Sprint("user ", n))
			if failed = errors.Join(failed, err); len(s.Totals) == 1 {
				versions = append(versions, int(s.Totals[0].Spent.Minor.Int64()))
			}
		}
		return versions, failed
	},
	changed: func() (customer.Row, []customer.Row) {
		return changes(func() customer.Row { return row(1, 2, "ann", "USD") },
			func(r *customer.Row) { r.CreatedAt = r.CreatedAt.Add(time.Hour) },
			func(r *customer.Row) { r.Purchase.UserID = "bob" },
			func(r *customer.Row) { r.Purchase.Open = false },
			func(r *customer.Row) { r.Purchase.Spent.Minor++ },
			func(r *customer.Row) { r.Purchase.Refunded.Minor++ },
		)
	},
}

func changes[V any](made func() V, each ...func(*V)) (good V, changed []V) {
	for _, change := range each {
		v := made()
		change(&v)
		changed = append(changed, v)
	}
	return made(), changed
}
