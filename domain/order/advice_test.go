package order_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"orders/domain/order"
)

// An advice is what a refusal says to a command of an order with a past and so many changes.
type advice struct {
	name    string
	version int
	given   events
	when    order.Command
	kind    order.Kind
	says    string
}

var heldInPart = after(authorized("p", 1000), captured("q", "c", 50))

// What a refusal names is what the order would take after so many changes.
func TestRefusalsSayWhatComesTooLate(t *testing.T) {
	const holds = "order-full: after 1000 changes an order takes a sale only once nothing is " +
		"authorized: capture or void what is authorized first"
	advised(t, []advice{
		{
			"too much, when nothing may be held any more", 900, after(),
			authorize("p", "11.99"), order.Rejected,
			"order-full: after 900 changes an order takes no authorizePayment",
		},
		{
			"too much, when something may be held", 899, after(),
			authorize("p", "11.99"), order.Unfit,
			"amount-exceeded: 11.99 is more than the 11.98 USD left to authorize",
		},
		{
			"an id that comes again, however late", 900, heldInPart,
			authorize("p", "1"), order.Unfit, "id-reused: payment p was used before",
		},
		{
			"a sale of too much, late", 1000, heldInPart, capture("r", "d", "100"), order.Unfit,
			holds,
		},
		{
			"a sale of the rest, late", 1000, heldInPart, capture("r", "d", "1.48"), order.Unfit,
			holds,
		},
		{
			"a sale of too much", 999, heldInPart, capture("r", "d", "100"), order.Unfit,
			"amount-exceeded: 100 is more than the 1.48 USD left to capture",
		},
	})
}

// What a refusal blames is so, and it names no amount where nothing is left.
func TestRefusalsSayWhyNothingIsLeft(t *testing.T) {
	advised(t, []advice{
		{
			"a sale of what is held", 2, after(authorized("p", 1198)),
			capture("q", "c", "1"), order.Unfit,
			"amount-exceeded: all that is left is authorized by other payments: " +
				"capture one of them",
		},
		{
			"a capture of what was given up", 3, then(heldInPart, voided("p", 1000)),
			capture("p", "d", "1"), order.Unfit,
			"amount-exceeded: payment p has no authorized amount left",
		},
		{
			"a refund of what is held", 3, heldInPart, refund("p", "r", "1"), order.Unfit,
			"payment-unknown: nothing of payment p is captured",
		},
		{
			"a refund of no payment", 3, heldInPart, refund("z", "r", "1"), order.Unfit,
			"payment-unknown: the order has no payment z",
		},
		{
			"a refund of what went back", 5,
			then(heldInPart, captured("s", "s", 50), refunded("q", "r", 50)),
			refund("q", "t", "1"), order.Unfit,
			"amount-exceeded: all that was captured of payment q has been refunded",
		},
		{
			"a product that was not ordered", 3, paid, ship("s", "cat", "1"), order.Unfit,
			"quantity-exceeded: the order has no product cat",
		},
		{
			"a product that has left", 4,
			then(events{twoProducts, captured("p", "c", 2), confirmed}, shipped("s", 1)),
			ship("r", "mouse", "1"), order.Unfit,
			"quantity-exceeded: all of mouse has been shipped",
		},
	})
}

func advised(t *testing.T, refusals []advice) {
	t.Helper()
	for _, tt := range refusals {
		t.Run(tt.name, func(t *testing.T) {
			_, err := order.Replay(tt.given).At(tt.version).Decide(tt.when)
			var refusal *order.Error
			if !errors.As(err, &refusal) {
				t.Fatalf("error %v, want a refusal", err)
			}
			if says := refusal.Code + ": " + refusal.Message; says != tt.says {
				t.Errorf("it says %q, want %q", says, tt.says)
			}
			if refusal.Kind != tt.kind || (refusal.Allowed != nil) != (tt.kind == order.Rejected) {
				t.Errorf("it is %s and lists %v", refusal.Kind, refusal.Allowed)
			}
		})
	}
}

var twoProducts = order.Created{UserID: "ann", Lines: []order.Line{
	{SKU: "mouse", Quantity: 1, Price: usd(1)}, {SKU: "cat", Quantity: 1, Price: usd(1)},
}}

// advisesWell wants what is said to be left to be taken now, and nothing named where nothing is.
func advisesWell(
	t *rapid.T, o order.Order, version int, c order.Command, refusal *order.Error,
) {
	says := func(words string) bool { return strings.Contains(refusal.Message, words) }
	all, left := allThatIsLeft(o, c)
	if refusal.Kind == order.Unfit && all != nil && refusal.Code != order.ErrIDReused.Code {
		exceeded := refusal.Code == order.ErrAmountExceeded.Code ||
			refusal.Code == order.ErrQuantityExceeded.Code
		if exceeded && says("left to ") != (left > 0) {
			t.Fatalf("of %+v %d are left for %+v: %v", o, left, c, refusal)
		}
		if taken, err := o.At(version).Decide(all); says(" left") && left > 0 && len(taken) == 0 {
			t.Fatalf("after %v even %+v got %v", refusal, all, err)
		}
	}
	if says("authorized by other") || says("what is authorized") {
		taken, err := o.At(version).Decide(fitting(o, "capturePayment"))
		if _, found := holding(o); !found || len(taken) == 0 {
			t.Fatalf("%v, but %+v takes none: %v", refusal, o, err)
		}
	}
	for _, id := range []string{"x", "y", "z"} {
		known := paymentOf(o, id).ID != ""
		if says("no payment "+id) && known || says("of payment "+id) && !known {
			t.Fatalf("%v, but %s is none of %+v: %t", refusal, id, o.Payments, !known)
		}
	}
	for _, sku := range []string{"a", "b"} {
		known := slices.ContainsFunc(o.Lines, func(l order.Line) bool { return l.SKU == sku })
		if says("no product "+sku) && known || says("all of "+sku) && !known {
			t.Fatalf("%v, but %s is none of %+v: %t", refusal, sku, o.Lines, !known)
		}
	}
}

// allThatIsLeft is c with all that is left for it, and how much that is.
func allThatIsLeft(o order.Order, c order.Command) (order.Command, int64) {
	switch c := c.(type) {
	case order.AuthorizePayment:
		left := o.Total().Minor - o.Captured().Minor - o.Held().Minor
		return authorize(c.PaymentID, usd(left).String()), left
	case order.CapturePayment:
		left := capturable(o, c.PaymentID)
		return capture(c.PaymentID, c.CaptureID, usd(left).String()), left
	case order.RefundPayment:
		p := paymentOf(o, c.PaymentID)
		left := p.Captured().Minor - p.Refunded().Minor
		return refund(c.PaymentID, c.RefundID, usd(left).String()), left
	case order.ShipItems:
		all := rest(o)
		i := slices.IndexFunc(all, func(r order.ShipItem) bool { return r.SKU == c.Items[0].SKU })
		if i < 0 {
			return order.ShipItems{ShipmentID: c.ShipmentID, Items: all}, 0
		}
		left, _ := all[i].Quantity.Scaled(0)
		return order.ShipItems{ShipmentID: c.ShipmentID, Items: all}, left
	default:
		return nil, 0
	}
}
