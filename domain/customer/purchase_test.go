package customer_test

import (
	"testing"

	"orders/domain/customer"
	"orders/domain/order"
)

func TestAPurchaseFollowsItsOrder(t *testing.T) {
	eur := func(minor int64) order.Money { return order.Money{Minor: minor, Currency: "EUR"} }
	created := order.Created{
		UserID: "ann", Lines: []order.Line{{SKU: "a", Quantity: 2, Price: eur(100)}},
	}
	captured := order.PaymentCaptured{PaymentID: "p", CaptureID: "c", Amount: eur(150)}
	more := order.PaymentCaptured{PaymentID: "q", CaptureID: "d", Amount: eur(50)}
	refunded := order.PaymentRefunded{PaymentID: "p", RefundID: "r", Amount: eur(70)}
	for _, tt := range []struct {
		name   string
		events []order.Event
		want   customer.Purchase
	}{
		{
			"just created", []order.Event{created},
			customer.Purchase{UserID: "ann", Open: true, Spent: eur(0), Refunded: eur(0)},
		},
		{
			"paid", []order.Event{created, order.Confirmed{}, captured, more},
			customer.Purchase{UserID: "ann", Open: true, Spent: eur(200), Refunded: eur(0)},
		},
		{
			"cancelled", []order.Event{created, captured, order.Cancelled{}, refunded},
			customer.Purchase{UserID: "ann", Spent: eur(150), Refunded: eur(70)},
		},
		{
			"completed", []order.Event{created, order.Completed{}},
			customer.Purchase{UserID: "ann", Spent: eur(0), Refunded: eur(0)},
		},
	} {
		var got customer.Purchase
		for _, e := range tt.events {
			got = got.Evolve(e)
		}
		if got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
}
