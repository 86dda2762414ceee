package contract

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"

	domain "orders/domain/customer"
	"orders/domain/order"
	"orders/ports/customer"
)

// A CustomerModel is where the customer module's rows are saved and added up.
type CustomerModel interface {
	Save(ctx context.Context, rows []customer.Row) []error
	customer.Summaries
}

// customerLaws are those of reading; kind has those of saving.
var customerLaws = []law[CustomerModel]{
	{"a user without orders has an empty summary", nobodyIsEmpty},
	{"a summary adds up a user's orders by currency", addsUp},
	{"users are kept apart", usersApart},
	{"an amount may be as large as fifteen digits, and sums larger", addsLargeAmounts},
}

// row makes the n-th order's row at a version, which has spent that many cents.
func row(n, version int, user string, currency order.Currency) customer.Row {
	return customer.Row{
		OrderID: id(n), Version: version, CreatedAt: start.Add(time.Duration(n) * time.Second),
		Purchase: domain.Purchase{
			UserID: user, Open: version < 3,
			Spent:    order.Money{Minor: int64(version), Currency: currency},
			Refunded: order.Money{Minor: int64(version / 2), Currency: currency},
		},
	}
}

func total(currency order.Currency, orders int, spent, refunded int64) customer.Total {
	return customer.Total{
		Orders:   orders,
		Spent:    order.Money{Minor: spent, Currency: currency},
		Refunded: order.Money{Minor: refunded, Currency: currency},
	}
}

func keep(ctx context.Context, m CustomerModel, rows ...customer.Row) error {
	return errors.Join(m.Save(ctx, rows)...)
}

func wantSummary(
	ctx context.Context, m CustomerModel, user string, want customer.Summary,
) error {
	got, err := m.Summary(ctx, user)
	if err != nil {
		return err
	}
	if len(got.Totals) == 0 && len(want.Totals) == 0 {
		got.Totals, want.Totals = nil, nil
	}
	if !reflect.DeepEqual(got, want) {
		return fmt.Errorf("summary %+v, want %+v", got, want)
	}
	return nil
}

func nobodyIsEmpty(ctx context.Context, m CustomerModel) error {
	return wantSummary(ctx, m, "ann", customer.Summary{})
}

func addsUp(ctx context.Context, m CustomerModel) error {
	newest := row(2, 1, "ann", "USD") // Which has not the greatest ID.
	newest.CreatedAt = newest.CreatedAt.Add(time.Hour)
	err := keep(ctx, m, row(1, 1, "ann", "USD"), newest, row(3, 4, "ann", "EUR"))
	return errors.Join(err, wantSummary(ctx, m, "ann", customer.Summary{
		Orders: 3, Open: 2,
		Totals: []customer.Total{total("EUR", 1, 4, 2), total("USD", 2, 2, 0)},
		Last:   customer.Last{OrderID: newest.OrderID, CreatedAt: newest.CreatedAt},
	}))
}

func usersApart(ctx context.Context, m CustomerModel) error {
	err := keep(ctx, m, row(1, 1, "ann", "USD"), row(2, 1, "Ann", "USD"), row(3, 1, "a.n", "USD"))
	last := row(1, 1, "ann", "USD")
	return errors.Join(err, wantSummary(ctx, m, "ann", customer.Summary{
		Orders: 1, Open: 1, Totals: []customer.Total{total("USD", 1, 1, 0)},
		Last: customer.Last{OrderID: last.OrderID, CreatedAt: last.CreatedAt},
	}))
}

func addsLargeAmounts(ctx context.Context, m CustomerModel) error {
	var rows []customer.Row
	for n := range 20 {
		r := row(n, 1, "ann", "USD")
		r.Purchase.Spent.Minor = order.MinorMax
		rows = append(rows, r)
	}
	if err := keep(ctx, m, rows...); err != nil {
		return err
	}
	s, err := m.Summary(ctx, "ann")
	if err != nil || len(s.Totals) != 1 {
		return fmt.Errorf("summary %+v, %w", s, err)
	}
	return wantEqual(s.Totals[0].Spent.Minor, int64(20*order.MinorMax))
}
