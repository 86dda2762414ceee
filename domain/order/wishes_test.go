package order_test

import (
	"slices"

	"pgregory.net/rapid"

	"orders/domain/order"
)

func anyItems(t *rapid.T) []order.Item {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) order.Item {
		return order.Item{
			SKU:      rapid.SampledFrom([]string{"a", "b"}).Draw(t, "sku"),
			Quantity: whole(rapid.Int64Range(1, 3).Draw(t, "quantity")),
			Price:    whole(rapid.Int64Range(1, 3).Draw(t, "price")),
		}
	}), 1, 3).Draw(t, "items")
}

func anyCreate(t *rapid.T) order.Create {
	return order.Create{UserID: "ann", Currency: "USD", Items: anyItems(t)}
}

// anyName is mostly one that the order allows, and seldom cancel, after which little happens.
func anyName(t *rapid.T, o order.Order) string {
	names := slices.DeleteFunc(slices.Repeat(o.Allowed(), 3), func(name string) bool {
		return name == "cancel"
	})
	for _, r := range order.Rules {
		names = append(names, r.Command)
	}
	return rapid.SampledFrom(names).Draw(t, "name")
}

// anyCommand prefers what fits: it draws amounts from what the order has.
func anyCommand(t *rapid.T, o order.Order) order.Command {
	id := rapid.SampledFrom([]string{"x", "y", "z"})
	amount := func() order.Decimal { return anyAmount(t, o) }
	payment, other := id.Draw(t, "payment"), id.Draw(t, "id")
	switch anyName(t, o) {
	case "create":
		return anyCreate(t)
	case "changeItems":
		return order.ChangeItems{Items: anyItems(t)}
	case "authorizePayment":
		return order.AuthorizePayment{PaymentID: payment, Amount: amount()}
	case "capturePayment":
		return order.CapturePayment{PaymentID: payment, CaptureID: other, Amount: amount()}
	case "voidPayment":
		return order.VoidPayment{PaymentID: payment}
	case "refundPayment":
		return order.RefundPayment{PaymentID: payment, RefundID: other, Amount: amount()}
	case "shipItems":
		if all := rest(o); len(all) > 0 && rapid.Bool().Draw(t, "all") {
			n := rapid.IntRange(1, len(all)).Draw(t, "products")
			return order.ShipItems{ShipmentID: other, Items: all[:n]}
		}
		quantity := whole(rapid.Int64Range(0, 4).Draw(t, "quantity"))
		sku := rapid.SampledFrom([]string{"a", "b"}).Draw(t, "sku")
		return order.ShipItems{ShipmentID: other, Items: []order.ShipItem{{sku, quantity}}}
	case "deliverShipment":
		return order.DeliverShipment{ShipmentID: other}
	case "hold":
		return order.Hold{Reason: rapid.SampledFrom(order.Reasons).Draw(t, "reason")}
	case "release":
		return order.Release{}
	case "complete":
		return order.Complete{}
	case "cancel":
		return order.Cancel{Reason: rapid.SampledFrom(order.Reasons).Draw(t, "reason")}
	case "confirm":
		return order.Confirm{}
	}
	panic("draw a command for each rule here")
}

func anyAmount(t *rapid.T, o order.Order) order.Decimal {
	total, captured := o.Total().Minor, o.Captured().Minor
	amounts := []int64{
		total, total - captured, captured, total - captured - o.Held().Minor, 100, 1, 0,
	}
	for _, p := range o.Payments {
		amounts = append(amounts, p.Held().Minor, p.Captured().Minor-p.Refunded().Minor)
	}
	return number(usd(rapid.SampledFrom(amounts).Draw(t, "cents")).String())
}
