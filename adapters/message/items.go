package message

import "orders/domain/order"

// NewOrder is the body of create.
type NewOrder struct {
	UserID   Name               `json:"userId" doc:"The user who orders." example:"user_123"`
	Items    List[NewOrderItem] `json:"items" doc:"The items to order. A SKU may be listed twice, at different prices."`
	Currency Currency           `json:"currency,omitzero"` // Its schema has the description.
}

// NewOrderItem is an item of NewOrder. It may be decoded less strictly than a NewItem.
type NewOrderItem NewItem

// NewItem is an item of NewItems.
type NewItem struct {
	SKU      Name     `json:"sku" doc:"The product." example:"sku_mouse"`
	Quantity Quantity `json:"qty" doc:"The quantity." example:"2"`
	Price    Amount   `json:"price" doc:"The price of one piece, in major units, with no more decimals than the currency." example:"599"`
}

// Command implements Body.
func (n NewOrder) Command(currency order.Currency) order.Command {
	if n.Currency.Given {
		currency = order.Currency(n.Currency.String())
	}
	return order.Create{UserID: n.UserID.String(), Currency: currency, Items: itemsOf(n.Items)}
}

func itemsOf[T NewItem | NewOrderItem](items []T) []order.Item {
	all := make([]order.Item, len(items))
	for i, each := range items {
		item := NewItem(each)
		all[i] = order.Item{
			SKU: item.SKU.String(), Quantity: item.Quantity.Decimal, Price: item.Price.Decimal,
		}
	}
	return all
}

// NewItems is the body of changeItems.
type NewItems struct {
	Items List[NewItem] `json:"items" doc:"The items that replace all earlier ones, in the same currency." example:"[{\"sku\":\"sku_mouse\",\"qty\":1,\"price\":699},{\"sku\":\"sku_mouse\",\"qty\":1,\"price\":499}]"`
}

// Command implements Body.
func (n NewItems) Command(order.Currency) order.Command {
	return order.ChangeItems{Items: itemsOf(n.Items)}
}

// itemEvents show what was ordered.
var itemEvents = []EventType{
	event(1, "An order was created.", func(e order.Created) createdData {
		return createdData{e.UserID, e.Lines[0].Price.Currency, e.Lines}
	}),
	event(1, "The items of an order were replaced.", func(e order.ItemsChanged) itemsData {
		return itemsData{e.Lines}
	}),
}

type createdData struct {
	UserID   string         `json:"userId" doc:"The user who ordered." example:"user_123"`
	Currency order.Currency `json:"currency" doc:"The ISO 4217 code of all amounts of the order." example:"USD"`
	Items    Lines          `json:"items" doc:"The items that were ordered."`
}

type itemsData struct {
	Items Lines `json:"items" doc:"The new items, which replace all earlier ones."`
}
