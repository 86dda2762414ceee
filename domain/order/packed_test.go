package order_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"orders/domain/order"
)

// A hundred shipments of everything of a large order are more than a database stores of it.
func TestShipmentsHoldSoMuchInAll(t *testing.T) {
	var lines []order.Line
	var one, rest []order.ShipItem
	for n := range order.LinesMax {
		sku := fmt.Sprint(n)
		lines = append(lines, order.Line{SKU: sku, Quantity: 50, Price: usd(1)})
		one = append(one, order.ShipItem{SKU: sku, Quantity: whole(1)})
		rest = append(rest, order.ShipItem{SKU: sku, Quantity: whole(30)})
	}
	o := order.Replay(events{
		order.Created{UserID: "ann", Lines: lines},
		captured("p", "c", 50*int64(len(lines))), confirmed,
	})
	shipping := func(id string, items []order.ShipItem) error {
		decided, err := o.At(30).Decide(order.ShipItems{ShipmentID: id, Items: items})
		o = o.Replay(decided)
		return err
	}
	for n := range order.PackedMax / order.LinesMax {
		if err := shipping(fmt.Sprint(n), one); err != nil {
			t.Fatal(n, err)
		}
	}
	if err := shipping("one more", one[:1]); !errors.Is(err, order.ErrFull) {
		t.Errorf("error %v, want ErrFull", err)
	}
	if !slices.Contains(o.At(30).Allowed(), "shipItems") {
		t.Error("what is left may not be shipped")
	}
	if err := shipping("rest", rest); err != nil || o.FulfillmentStatus() != order.Shipped {
		t.Errorf("error %v, and it is %s", err, o.FulfillmentStatus())
	}
}
