package contract

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"time"

	"orders/domain/order"
	"orders/ports"
	"orders/ports/customer"
)

// A CustomerModel is where the customer module's rows are saved and added up.
type CustomerModel interface {
	Save(ctx context.Context, rows []customer.Row) []error
	customer.Summaries
}

// customerLaws are the laws of reading summaries; kind has those of saving rows.
var customerLaws = promises[customer.Summaries]([]law[CustomerModel]{
	{"a user without orders has an empty summary", nobodyIsEmpty},
	{"a summary adds up a user's orders by currency", addsUp},
	{"users are kept apart", usersApart},
	{"an amount may be as large as fifteen digits, and sums larger", addsLargeAmounts},
})

// customerRowsOnly are laws of repairing that only customers have.
var customerRowsOnly = promises[ports.Views[customer.Row]]([]law[CustomerRows]{
	{"a repaired row counts for its user", repairedCounts},
})

// row makes the n-th order's row at a version, which has spent that many cents.
func row(n, version int, user string, currency order.Currency) customer.Row {
	return customer.Row{
		OrderID: id(n), Version: version, CreatedAt: start.Add(time.Duration(n) * time.Second),
		Purchase: customer.Purchase{
			UserID: user, Open: version < 3,
			Spent:    order.Money{Minor: int64(version), Currency: currency},
			Refunded: order.Money{Minor: int64(version / 2), Currency: currency},
		},
	}
}

func total(currency order.Currency, orders int, spent, refunded int64) customer.Total {
	return customer.Total{
		Orders:   orders,
		Spent:    customer.Sum{Minor: big.NewInt(spent), Currency: currency},
		Refunded: customer.Sum{Minor: big.NewInt(refunded), Currency: currency},
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
	return wantEqual(fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", want))
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

// addsLargeAmounts adds up more than 63 bits hold.
func addsLargeAmounts(ctx context.Context, m CustomerModel) error {
	const orders = 9_300
	rows := make([]customer.Row, orders)
	for n := range rows {
		r := row(n, 1, "ann", "JPY")
		r.Purchase.Spent.Minor, r.Purchase.Refunded.Minor = order.MinorMax, order.MinorMax-1
		rows[n] = r
	}
	rows[1].Purchase.Spent.Minor = 1 // A double would lose it.
	if err := keep(ctx, m, rows...); err != nil {
		return err
	}
	s, err := m.Summary(ctx, "ann")
	if err != nil || len(s.Totals) != 1 {
		return fmt.Errorf("summary %+v, %w", s, err)
	}
	times := func(n, each int64) *big.Int {
		return new(big.Int).Mul(big.NewInt(n), big.NewInt(each))
	}
	spent := times(orders-1, order.MinorMax)
	t := s.Totals[0]
	return errors.Join(
		wantEqual(t.Orders, orders),
		wantEqual(t.Spent.Minor.String(), spent.Add(spent, big.NewInt(1)).String()),
		wantEqual(t.Refunded.Minor.String(), times(orders, order.MinorMax-1).String()),
	)
}

func repairedCounts(ctx context.Context, s CustomerRows) error {
	wrong, right := row(1, 1, "ann", "USD"), row(1, 2, "bob", "EUR")
	bob := customer.Summary{
		Orders: 1, Open: 1, Totals: []customer.Total{total("EUR", 1, 2, 1)},
		Last: customer.Last{OrderID: right.OrderID, CreatedAt: right.CreatedAt},
	}
	m := readingRows(s)
	return errors.Join(
		keep(ctx, m, wrong), s.Views.Repair(ctx, id(1), 1, &right),
		wantSummary(ctx, m, "ann", customer.Summary{}), wantSummary(ctx, m, "bob", bob),
		s.Views.Repair(ctx, id(1), 2, nil), wantSummary(ctx, m, "bob", customer.Summary{}),
	)
}
