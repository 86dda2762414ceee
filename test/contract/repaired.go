package contract

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"orders/domain/order"
	"orders/ports"
	"orders/ports/customer"
)

// orderModelOnly are laws of verifying and rebuilding that only orders have.
var orderModelOnly = []law[OrderModel]{
	{"a repaired view is listed where it belongs", repairedIsListed},
	{"a field that is not there is spelled -", missingIsDash},
	{"awaiting a version returns when a switch shows it", awaitsSwitch},
}

// customerRowsOnly are laws of repairing that only customers have.
var customerRowsOnly = []law[CustomerRows]{
	{"a repaired row counts for its user", repairedCounts},
}

func repairedIsListed(ctx context.Context, s OrderModel) error {
	wrong, other := version(1, 1, "ann"), version(2, 1, "bob")
	right := version(1, 1, "bob")
	right.CreatedAt = other.CreatedAt.Add(time.Hour)
	m := readingOrders(s)
	bob := ports.Filter{UserID: "bob"}
	return errors.Join(
		save(ctx, m, wrong, other), s.Views.Repair(ctx, id(1), 1, &right),
		wantList(ctx, m, ports.Filter{UserID: "ann"}, 50),
		wantList(ctx, m, bob, 50, right, other),
		wantList(ctx, m, ports.Filter{}, 50, right, other),
		s.Views.Repair(ctx, id(1), 1, nil),
		wantList(ctx, m, bob, 50, other), wantList(ctx, m, ports.Filter{}, 50, other),
	)
}

func missingIsDash(ctx context.Context, s OrderModel) error {
	stored := shape(1, busy()...)
	if err := errors.Join(s.Views.Save(ctx, []ports.OrderView{stored})...); err != nil {
		return err
	}
	more, fewer := shape(1, busy()...), shape(1, busy()...)
	more.Order.Lines = append(more.Order.Lines, order.Line{
		SKU: "cat", Quantity: 1, Price: order.Money{Minor: 1, Currency: "USD"},
	})
	fewer.Order.Lines = fewer.Order.Lines[:1]
	tooFew, err := differences(ctx, s, more)
	tooMany, failed := differences(ctx, s, fewer)
	if err := errors.Join(err, failed); err != nil {
		return err
	}
	if !slices.ContainsFunc(tooFew, func(d ports.Difference) bool { return d.Is == "-" }) ||
		!slices.ContainsFunc(tooMany, func(d ports.Difference) bool { return d.ShouldBe == "-" }) {
		return fmt.Errorf("lacks a line: %+v; has one too many: %+v", tooFew, tooMany)
	}
	return nil
}

func awaitsSwitch(ctx context.Context, s OrderModel) error {
	g, err := s.Generations.Begin(ctx)
	if err != nil {
		return err
	}
	err = errors.Join(g.Save(ctx, []ports.OrderView{version(1, 2, "ann")})...)
	told := make(chan error, 1)
	go func() {
		err := s.Readers.Await(ctx, id(1), 2)
		told <- errors.Join(err, orderKind.want(ctx, s, 1, 2))
	}()
	return errors.Join(err, rest(ctx, 10*time.Millisecond),
		s.Generations.Switch(ctx, g.Number), <-told)
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
