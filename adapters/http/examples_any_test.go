package http_test

import (
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"orders/domain/order"
)

// Whatever is asked of an order, the document lists the code with which it is refused.
func TestTheDocumentListsEveryRefusal(t *testing.T) {
	listed := map[string][]string{}
	for _, tt := range refusals {
		listed[tt.command] = append(listed[tt.command], tt.code)
	}
	rapid.Check(t, func(t *rapid.T) {
		version := rapid.SampledFrom([]int{1, 890, 900, 990, 1000}).Draw(t, "version")
		o := order.Replay([]order.Event{order.Created{UserID: "ann", Lines: []order.Line{
			{SKU: "a", Quantity: 2, Price: order.Money{Minor: 1, Currency: "JPY"}},
		}}})
		for range 60 {
			c := anyCommand(t)
			decided, err := o.At(version).Decide(c)
			if len(decided) > 0 {
				o, version = o.Replay(decided), version+1
			}
			var refusal *order.Error
			if errors.As(err, &refusal) && !slices.Contains(listed[c.Name()], refusal.Code) {
				t.Fatalf("%s is refused for %s, which is not listed", c.Name(), refusal.Code)
			}
		}
	})
}

func anyCommand(t *rapid.T) order.Command {
	id := rapid.SampledFrom([]string{"x", "y", "z"})
	number := func() order.Decimal {
		d, err := order.ParseDecimal(rapid.SampledFrom([]string{"1", "2", "3"}).Draw(t, "number"))
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	item := order.Item{SKU: "a", Quantity: number(), Price: number()}
	payment, other := id.Draw(t, "payment"), id.Draw(t, "other")
	return rapid.SampledFrom([]order.Command{
		order.ChangeItems{Items: []order.Item{item}}, order.Confirm{},
		order.AuthorizePayment{PaymentID: payment, Amount: number()},
		order.CapturePayment{PaymentID: payment, CaptureID: other, Amount: number()},
		order.VoidPayment{PaymentID: payment},
		order.RefundPayment{PaymentID: payment, RefundID: other, Amount: number()},
		order.ShipItems{
			ShipmentID: other, Items: []order.ShipItem{{SKU: "a", Quantity: number()}},
		},
		order.DeliverShipment{ShipmentID: other},
		order.Hold{Reason: order.Reasons[0]}, order.Release{}, order.Complete{},
		order.Cancel{Reason: order.Reasons[rapid.IntRange(0, 1).Draw(t, "reason")]},
	}).Draw(t, "command")
}
