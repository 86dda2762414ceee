package orders_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"orders/adapters/mongo/internal/fixture"
	"orders/domain/order"
	"orders/ports"
	"orders/test/mongotest"
)

// The limits of the domain keep an order smaller than a document may be, whatever it went through.
func TestTheLargestOrderIsShown(t *testing.T) {
	model := fixture.MigratedModel(t, mongotest.URI(t))
	large := fixture.View(fixture.NewID(), order.CommitsEver, "ann")
	large.Order = largest()
	if err := errors.Join(model.Views.Save(t.Context(), []ports.OrderView{large})...); err != nil {
		t.Fatal(err)
	}
	shown, err := model.Readers.Order(t.Context(), large.ID)
	if err != nil || len(shown.Order.Payments) != len(large.Order.Payments) {
		t.Errorf("%d payments, %v", len(shown.Order.Payments), err)
	}
}

func largest() order.Order {
	usd := order.Money{Minor: 1, Currency: "USD"}
	o := order.Order{UserID: longName(0), Status: order.StatusConfirmed}
	for n := range order.LinesMax {
		o.Lines = append(o.Lines, order.Line{SKU: longName(n), Quantity: 1, Price: usd})
	}
	for n := range order.CommitsEver {
		charge := []order.Charge{{ID: longName(n), Amount: usd}}
		o.Payments = append(o.Payments, order.Payment{ID: longName(n), Captures: charge})
	}
	all := order.Shipment{ID: longName(0)}
	for n := range order.PackedMax + 2*order.LinesMax {
		all.Items = append(all.Items, order.Packed{SKU: longName(n), Quantity: 1})
	}
	o.Shipments = []order.Shipment{all}
	return o
}

// longName is as many bytes as a name may have.
func longName(n int) string {
	number := fmt.Sprintf("%06d", n)
	return strings.Repeat("\U0001F600", order.TextMax-len(number)) + number
}
