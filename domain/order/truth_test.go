package order_test

import (
	"slices"
	"strconv"

	"pgregory.net/rapid"

	"orders/domain/order"
)

// truths say when the reason of a refusal is so, in other words than the domain's.
var truths = map[string]func(order.Order, order.Command) bool{
	"command-not-allowed": func(o order.Order, c order.Command) bool {
		return !slices.Contains(ruleOf(c).From, o.Status)
	},
	"payment-started": always(func(o order.Order) bool { return len(o.Payments) > 0 }),
	"not-paid": func(o order.Order, c order.Command) bool {
		if c.Name() == "shipItems" {
			return o.Captured().Minor+o.Held().Minor < o.Total().Minor
		}
		return o.Captured() != o.Total()
	},
	"refunded": always(func(o order.Order) bool {
		return o.Captured().Minor > 0 && o.Captured() == o.Refunded()
	}),
	"nothing-held": func(o order.Order, c order.Command) bool {
		return o.Held().Minor == 0 ||
			paymentOf(o, c.(order.VoidPayment).PaymentID).Held().Minor == 0
	},
	"nothing-captured": always(func(o order.Order) bool { return o.Captured() == o.Refunded() }),
	"already-shipped":  always(func(o order.Order) bool { return len(o.Shipments) > 0 }),
	"not-delivered": always(func(o order.Order) bool {
		return o.FulfillmentStatus() != order.Delivered
	}),
	"payment-unknown": func(o order.Order, c order.Command) bool {
		if c, voids := c.(order.VoidPayment); voids {
			return paymentOf(o, c.PaymentID).ID == ""
		}
		return paymentOf(o, c.(order.RefundPayment).PaymentID).Captured().Minor == 0
	},
	"shipment-unknown": func(o order.Order, c order.Command) bool {
		return !slices.ContainsFunc(o.Shipments, func(s order.Shipment) bool {
			return s.ID == c.(order.DeliverShipment).ShipmentID
		})
	},
	"on-hold":           always(isOnHold),
	"amount-exceeded":   exceeded,
	"quantity-exceeded": tooMany,
	"id-reused":         reused,
}

// isOnHold tells it from what happened to o, in other words than the domain's.
func isOnHold(o order.Order) bool { return o.Hold.Reason != "" }

// always is a reason that does not depend on the command.
func always(is func(order.Order) bool) func(order.Order, order.Command) bool {
	return func(o order.Order, _ order.Command) bool { return is(o) }
}

func paymentOf(o order.Order, id string) order.Payment {
	i := slices.IndexFunc(o.Payments, func(p order.Payment) bool { return p.ID == id })
	if i < 0 {
		return order.Payment{}
	}
	return o.Payments[i]
}

func exceeded(o order.Order, c order.Command) bool {
	cents := func(d order.Decimal) int64 {
		n, _ := d.Scaled(2)
		return n
	}
	switch c := c.(type) {
	case order.AuthorizePayment:
		return o.Captured().Minor+o.Held().Minor+cents(c.Amount) > o.Total().Minor
	case order.CapturePayment:
		p, all := paymentOf(o, c.PaymentID), o.Captured().Minor+cents(c.Amount)
		if p.Authorized.Minor > 0 {
			return all > o.Total().Minor || cents(c.Amount) > p.Held().Minor
		}
		return all+o.Held().Minor > o.Total().Minor
	case order.RefundPayment:
		p := paymentOf(o, c.PaymentID)
		return p.Refunded().Minor+cents(c.Amount) > p.Captured().Minor
	default:
		return false
	}
}

func tooMany(o order.Order, c order.Command) bool {
	return slices.ContainsFunc(c.(order.ShipItems).Items, func(wish order.ShipItem) bool {
		return tooManyOf(o, wish)
	})
}

func tooManyOf(o order.Order, wish order.ShipItem) bool {
	left, _ := wish.Quantity.Scaled(0)
	for _, l := range o.Lines {
		if l.SKU == wish.SKU {
			left -= int64(l.Quantity)
		}
	}
	for _, s := range o.Shipments {
		for _, p := range s.Items {
			if p.SKU == wish.SKU {
				left += int64(p.Quantity)
			}
		}
	}
	return left > 0
}

func reused(o order.Order, c order.Command) bool {
	has := func(charges []order.Charge, id string) bool {
		return slices.ContainsFunc(charges, func(x order.Charge) bool { return x.ID == id })
	}
	for _, p := range o.Payments {
		switch c := c.(type) {
		case order.AuthorizePayment:
			if p.ID == c.PaymentID {
				return true
			}
		case order.CapturePayment:
			if has(p.Captures, c.CaptureID) {
				return true
			}
		case order.RefundPayment:
			if has(p.Refunds, c.RefundID) {
				return true
			}
		default:
		}
	}
	ships, ok := c.(order.ShipItems)
	return ok && slices.ContainsFunc(o.Shipments, func(s order.Shipment) bool {
		return s.ID == ships.ShipmentID
	})
}

// allowsWhatItSays wants each command that is allowed to be taken with the right content.
func allowsWhatItSays(t *rapid.T, o order.Order, version int) {
	for _, name := range o.At(version).Allowed() {
		decided, err := o.At(version).Decide(fitting(o, name))
		if err != nil || len(decided) == 0 {
			t.Fatalf("%s is allowed, but %+v made %v, %v", name, fitting(o, name), decided, err)
		}
	}
}

// holding returns a payment of which something is held.
func holding(o order.Order) (order.Payment, bool) {
	i := slices.IndexFunc(o.Payments, func(p order.Payment) bool { return p.Held().Minor > 0 })
	if i < 0 {
		return order.Payment{}, false
	}
	return o.Payments[i], true
}

// capturable is what is left to capture of a payment.
func capturable(o order.Order, id string) int64 {
	left := o.Total().Minor - o.Captured().Minor
	if p := paymentOf(o, id); p.Authorized.Minor > 0 {
		return min(left, p.Held().Minor)
	}
	return max(0, left-o.Held().Minor)
}

// rest is all that is left to ship.
func rest(o order.Order) (items []order.ShipItem) {
	for _, sku := range []string{"a", "b", "mouse"} {
		most := 0
		for n := 1; n <= o.ItemCount() && !tooMany(o, ship("", sku, strconv.Itoa(n))); n++ {
			most = n
		}
		if most > 0 {
			items = append(items, order.ShipItem{SKU: sku, Quantity: whole(int64(most))})
		}
	}
	return items
}

// plain are commands that fit any order which allows them.
var plain = map[string]order.Command{
	"confirm": confirm, "hold": hold, "release": order.Release{}, "complete": order.Complete{},
	"cancel": cancel,
}

// fitting makes the command that fits an order that allows it; it does all that is left.
func fitting(o order.Order, name string) order.Command {
	const id = "new"
	switch name {
	case "changeItems":
		item := order.Item{SKU: id, Quantity: whole(1), Price: whole(1)}
		return order.ChangeItems{Items: []order.Item{item}}
	case "authorizePayment":
		return authorize(id, "0.01")
	case "capturePayment":
		payment := id
		if p, found := holding(o); found {
			payment = p.ID
		}
		return capture(payment, id, usd(capturable(o, payment)).String())
	case "voidPayment":
		p, _ := holding(o)
		return void(p.ID)
	case "refundPayment":
		i := slices.IndexFunc(o.Payments, func(p order.Payment) bool {
			return p.Captured().Minor > p.Refunded().Minor
		})
		p := o.Payments[i]
		return refund(p.ID, id, usd(p.Captured().Minor-p.Refunded().Minor).String())
	case "shipItems":
		return order.ShipItems{ShipmentID: id, Items: rest(o)}
	case "deliverShipment":
		i := slices.IndexFunc(o.Shipments, func(s order.Shipment) bool { return !s.Delivered })
		return deliver(o.Shipments[i].ID)
	}
	if c, is := plain[name]; is {
		return c
	}
	panic("make the command that fits for each rule here")
}
