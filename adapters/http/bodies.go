package http

import (
	"reflect"

	"orders/domain/order"
)

// saysMore reports whether a body of W has anything to say; one that has not may be missing.
func saysMore[W wish]() bool { return reflect.TypeFor[W]().NumField() > 0 }

// newOrder is the body of create.
type newOrder struct {
	UserID   text      `json:"userId"`
	Items    []newItem `json:"items"`
	Currency choice    `json:"currency,omitzero"`
}

// newItem is a line of newOrder.
type newItem struct {
	SKU      text   `json:"sku"`
	Quantity number `json:"qty"`
	Price    number `json:"price"`
}

func (n newOrder) command(currency order.Currency) order.Command {
	if n.Currency.given {
		currency = order.Currency(n.Currency.text)
	}
	items := make([]order.Item, len(n.Items))
	for i, item := range n.Items {
		items[i] = order.Item{
			SKU: string(item.SKU), Quantity: item.Quantity.Decimal, Price: item.Price.Decimal,
		}
	}
	return order.Create{UserID: string(n.UserID), Currency: currency, Items: items}
}

// confirmation is the body of confirm, which has nothing to say.
type confirmation struct{}

func (confirmation) command(order.Currency) order.Command { return order.Confirm{} }

// cancellation is the body of cancel.
type cancellation struct {
	Reason text `json:"reason"`
	Note   text `json:"note,omitempty"`
}

func (c cancellation) command(order.Currency) order.Command {
	return order.Cancel{Reason: order.Reason(c.Reason), Note: string(c.Note)}
}
