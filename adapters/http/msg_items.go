package http

import "orders/domain/order"

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
