package order_test

import (
	"slices"
	"testing"

	"orders/domain/order"
)

var (
	paid   = after(captured("p", "c", 1198), confirmed)
	onHold = after(authorized("p", 1198), confirmed)

	completed = order.Completed{}
	arrived   = order.ShipmentDelivered{ShipmentID: "s"}
)

func ship(id, sku, quantity string) order.Command {
	return order.ShipItems{
		ShipmentID: id, Items: []order.ShipItem{{SKU: sku, Quantity: number(quantity)}},
	}
}

func shipped(id string, quantity int) order.Event {
	return order.ItemsShipped{
		ShipmentID: id, Items: []order.Packed{{SKU: "mouse", Quantity: quantity}},
	}
}

func deliver(id string) order.Command { return order.DeliverShipment{ShipmentID: id} }

func then(past events, more ...order.Event) events { return append(slices.Clip(past), more...) }

func TestShip(t *testing.T) {
	given(t, []decision{
		{"all", paid, ship("s", "mouse", "2"), events{shipped("s", 2)}, nil},
		{"a part", paid, ship("s", "mouse", "1"), events{shipped("s", 1)}, nil},
		{"more than was ordered", paid, ship("s", "mouse", "3"), nil, order.ErrQuantityExceeded},
		{"what was not ordered", paid, ship("s", "cat", "1"), nil, order.ErrQuantityExceeded},
		{
			"more than is left", then(paid, shipped("s", 1)),
			ship("r", "mouse", "2"), nil, order.ErrQuantityExceeded,
		},
		{"it again", then(paid, shipped("s", 2)), ship("s", "mouse", "2"), nil, nil},
		{
			"it again with other items", then(paid, shipped("s", 1)),
			ship("s", "mouse", "2"), nil, order.ErrIDReused,
		},
		{"before it is paid", after(confirmed), ship("s", "mouse", "2"), nil, order.ErrNotPaid},
		{"before it is confirmed", after(), ship("s", "mouse", "2"), nil, order.ErrNotAllowed},
		{"nothing", paid, order.ShipItems{ShipmentID: "s"}, nil, order.ErrInvalid},
		{"half of one", paid, ship("s", "mouse", "0.5"), nil, order.ErrInvalid},
	})
}

func TestShipWhatIsHeld(t *testing.T) {
	given(t, []decision{
		{"what is held", onHold, ship("s", "mouse", "2"), events{shipped("s", 2)}, nil},
		{
			"what is held and captured in parts",
			after(authorized("p", 1000), captured("p", "c", 400), captured("q", "d", 198),
				confirmed),
			ship("s", "mouse", "1"), events{shipped("s", 1)}, nil,
		},
		{
			"the rest after a capture", then(onHold, shipped("s", 1), captured("p", "c", 599)),
			ship("r", "mouse", "1"), events{shipped("r", 1)}, nil,
		},
		{
			"the rest once the hold is given up", then(onHold, shipped("s", 1), voided("p", 1198)),
			ship("r", "mouse", "1"), nil, order.ErrNotPaid,
		},
		{
			"less than is held", after(authorized("p", 1197), confirmed),
			ship("s", "mouse", "1"), nil, order.ErrNotPaid,
		},
		{
			"what is held and captured twice", then(held2396, confirmed),
			ship("s", "mouse", "2"), events{shipped("s", 2)}, nil,
		},
		{
			"what is refunded in full", then(paid, refunded("p", "r", 1198)),
			ship("s", "mouse", "2"), nil, order.ErrRefunded,
		},
		{
			"what is refunded in full, and held again",
			then(onHold, captured("p", "c", 600), refunded("p", "r", 600)),
			ship("s", "mouse", "2"), nil, order.ErrRefunded,
		},
		{
			"what is refunded in part", then(paid, refunded("p", "r", 1197)),
			ship("s", "mouse", "2"), events{shipped("s", 2)}, nil,
		},
	})
}

func TestASKUComesOnceInAShipment(t *testing.T) {
	item := order.ShipItem{SKU: "mouse", Quantity: whole(1)}
	wantPaths(t, order.ShipItems{ShipmentID: "s", Items: []order.ShipItem{item, item}},
		"[items 1 sku]")
}

func TestDeliverAndComplete(t *testing.T) {
	half := then(paid, shipped("s", 1))
	all := then(paid, shipped("s", 2))
	done := then(all, arrived)
	given(t, []decision{
		{"deliver a shipment", all, deliver("s"), events{arrived}, nil},
		{"deliver it twice", done, deliver("s"), nil, nil},
		{"deliver another", all, deliver("r"), nil, order.ErrShipmentUnknown},
		{"deliver before anything left", paid, deliver("s"), nil, order.ErrShipmentUnknown},
		{"complete what has arrived", done, order.Complete{}, events{completed}, nil},
		{"complete it twice", then(done, completed), order.Complete{}, nil, nil},
		{"complete what is on its way", all, order.Complete{}, nil, order.ErrNotDelivered},
		{"complete a part", then(half, arrived), order.Complete{}, nil, order.ErrNotDelivered},
		{"complete what is unpaid", after(confirmed), order.Complete{}, nil, order.ErrNotPaid},
		{
			"complete what is only held", then(onHold, shipped("s", 2), arrived),
			order.Complete{}, nil, order.ErrNotPaid,
		},
		{
			"complete what is captured after it arrived",
			then(onHold, shipped("s", 2), arrived, captured("p", "c", 1198)),
			order.Complete{}, events{completed}, nil,
		},
		{"complete what is unconfirmed", after(), order.Complete{}, nil, order.ErrNotAllowed},
		{"cancel what has left", all, cancel, nil, order.ErrAlreadyShipped},
		{"cancel what is complete", then(done, completed), cancel, nil, order.ErrNotAllowed},
		{
			"refund what is complete", then(done, completed), refund("p", "r", "1"),
			events{refunded("p", "r", 100)}, nil,
		},
	})
}

func TestChangeItems(t *testing.T) {
	other := order.Item{SKU: "cat", Quantity: whole(1), Price: number("3")}
	change := order.ChangeItems{Items: []order.Item{other}}
	changed := order.ItemsChanged{
		Lines: []order.Line{{SKU: "cat", Quantity: 1, Price: usd(300)}},
	}
	given(t, []decision{
		{"other items", after(), change, events{changed}, nil},
		{"the same items", after(), order.ChangeItems{Items: create.Items}, nil, nil},
		{"them again", after(changed), change, nil, nil},
		{"once confirmed", after(confirmed), change, nil, order.ErrNotAllowed},
		{"once authorized", after(authorized("p", 1)), change, nil, order.ErrPaymentStarted},
		{"once captured", after(captured("p", "c", 1)), change, nil, order.ErrPaymentStarted},
		{"no items", after(), order.ChangeItems{}, nil, order.ErrInvalid},
	})
}

func TestFulfillmentStatus(t *testing.T) {
	for want, past := range map[order.FulfillmentStatus]events{
		"UNFULFILLED":       paid,
		"PARTIALLY_SHIPPED": then(paid, shipped("s", 1), arrived),
		"SHIPPED":           then(paid, shipped("s", 1), arrived, shipped("r", 1)),
		"DELIVERED":         then(paid, shipped("s", 2), arrived),
	} {
		if got := order.Replay(past).FulfillmentStatus(); got != want {
			t.Errorf("fulfillment status %s, want %s", got, want)
		}
		if !slices.Contains(order.FulfillmentStatuses, want) {
			t.Errorf("%s is not listed", want)
		}
	}
}
