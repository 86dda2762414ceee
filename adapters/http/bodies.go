package http

import (
	"reflect"

	"orders/domain/order"
)

// saysMore reports whether a body of W has anything to say; one that has not may be missing.
func saysMore[W wish]() bool { return reflect.TypeFor[W]().NumField() > 0 }

// newOrder is the body of create.
type newOrder struct {
	UserID   name          `json:"userId" doc:"Who orders." example:"user_123"`
	Items    list[newItem] `json:"items" doc:"What is ordered. A SKU may come twice, at different prices."`
	Currency currency      `json:"currency,omitzero"` // Its type has the words.
}

// newItem is a line of newOrder and newItems.
type newItem struct {
	SKU      name     `json:"sku" doc:"The product." example:"sku_mouse"`
	Quantity quantity `json:"qty" doc:"How many." example:"2"`
	Price    amount   `json:"price" doc:"Of one piece, in major units, with no more decimals than the currency." example:"599"`
}

func (n newOrder) command(usual order.Currency) order.Command {
	if n.Currency.given {
		usual = order.Currency(n.Currency.text)
	}
	return order.Create{UserID: n.UserID.String(), Currency: usual, Items: wanted(n.Items)}
}

func wanted(items []newItem) []order.Item {
	all := make([]order.Item, len(items))
	for i, item := range items {
		all[i] = order.Item{
			SKU: item.SKU.String(), Quantity: item.Quantity.Decimal, Price: item.Price.Decimal,
		}
	}
	return all
}

// newItems is the body of changeItems.
type newItems struct {
	Items list[newItem] `json:"items" doc:"What is ordered instead of all before, in the same currency."`
}

func (n newItems) command(order.Currency) order.Command {
	return order.ChangeItems{Items: wanted(n.Items)}
}

// shipment is the body of shipItems.
type shipment struct {
	ShipmentID name           `json:"shipmentId" doc:"New in the order." example:"ship_1"`
	Items      list[shipItem] `json:"items" doc:"What left. A SKU must come only once."`
}

type shipItem struct {
	SKU      name     `json:"sku" doc:"A product of the order." example:"sku_mouse"`
	Quantity quantity `json:"qty" doc:"How many left, at most what is unshipped." example:"2"`
}

func (s shipment) command(order.Currency) order.Command {
	items := make([]order.ShipItem, len(s.Items))
	for i, item := range s.Items {
		items[i] = order.ShipItem{SKU: item.SKU.String(), Quantity: item.Quantity.Decimal}
	}
	return order.ShipItems{ShipmentID: s.ShipmentID.String(), Items: items}
}

// delivery is the body of deliverShipment.
type delivery struct {
	ShipmentID name `json:"shipmentId" doc:"A shipment of the order." example:"ship_1"`
}

func (d delivery) command(order.Currency) order.Command {
	return order.DeliverShipment{ShipmentID: d.ShipmentID.String()}
}

// confirmation is the body of confirm, which has nothing to say.
type confirmation struct{}

func (confirmation) command(order.Currency) order.Command { return order.Confirm{} }

// completion is the body of complete, which has nothing to say.
type completion struct{}

func (completion) command(order.Currency) order.Command { return order.Complete{} }

// cancellation is the body of cancel.
type cancellation struct {
	Reason reason   `json:"reason" doc:"Why the order ends." example:"customer"`
	Note   noteText `json:"note,omitzero" doc:"More about it." example:"found it cheaper"`
}

func (c cancellation) command(order.Currency) order.Command {
	return order.Cancel{Reason: order.Reason(c.Reason.text), Note: c.Note.String()}
}
