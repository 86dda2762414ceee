package http

import (
	"reflect"

	"orders/domain/order"
)

// saysMore reports whether a body of W has anything to say; one that has not may be missing.
func saysMore[W wish]() bool { return reflect.TypeFor[W]().NumField() > 0 }

// newOrder is the body of create.
type newOrder struct {
	UserID   text          `json:"userId"`
	Items    list[newItem] `json:"items"`
	Currency choice        `json:"currency,omitzero"`
}

// newItem is a line of newOrder and newItems.
type newItem struct {
	SKU      text   `json:"sku"`
	Quantity number `json:"qty"`
	Price    number `json:"price"`
}

func (n newOrder) command(currency order.Currency) order.Command {
	if n.Currency.given {
		currency = order.Currency(n.Currency.text)
	}
	return order.Create{UserID: string(n.UserID), Currency: currency, Items: wanted(n.Items)}
}

func wanted(items []newItem) []order.Item {
	all := make([]order.Item, len(items))
	for i, item := range items {
		all[i] = order.Item{
			SKU: string(item.SKU), Quantity: item.Quantity.Decimal, Price: item.Price.Decimal,
		}
	}
	return all
}

// newItems is the body of changeItems.
type newItems struct {
	Items list[newItem] `json:"items"`
}

func (n newItems) command(order.Currency) order.Command {
	return order.ChangeItems{Items: wanted(n.Items)}
}

// shipment is the body of shipItems.
type shipment struct {
	ShipmentID text           `json:"shipmentId"`
	Items      list[shipItem] `json:"items"`
}

type shipItem struct {
	SKU      text   `json:"sku"`
	Quantity number `json:"qty"`
}

func (s shipment) command(order.Currency) order.Command {
	items := make([]order.ShipItem, len(s.Items))
	for i, item := range s.Items {
		items[i] = order.ShipItem{SKU: string(item.SKU), Quantity: item.Quantity.Decimal}
	}
	return order.ShipItems{ShipmentID: string(s.ShipmentID), Items: items}
}

// delivery is the body of deliverShipment.
type delivery struct {
	ShipmentID text `json:"shipmentId"`
}

func (d delivery) command(order.Currency) order.Command {
	return order.DeliverShipment{ShipmentID: string(d.ShipmentID)}
}

// confirmation is the body of confirm, which has nothing to say.
type confirmation struct{}

func (confirmation) command(order.Currency) order.Command { return order.Confirm{} }

// completion is the body of complete, which has nothing to say.
type completion struct{}

func (completion) command(order.Currency) order.Command { return order.Complete{} }

// cancellation is the body of cancel.
type cancellation struct {
	Reason text `json:"reason"`
	Note   text `json:"note,omitempty"`
}

func (c cancellation) command(order.Currency) order.Command {
	return order.Cancel{Reason: order.Reason(c.Reason), Note: string(c.Note)}
}
