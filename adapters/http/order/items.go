package order

import (
	"orders/adapters/http/wire"
	"orders/adapters/message"
)

// itemOperations change the items of an order.
var itemOperations = []operationRow{
	operation[message.NewItems]{"changeItems", "items",
		"Replace the items of an order", "✅ Items changed"},
}

// An itemView describes how this API shows a line, and message.AppendLine writes it.
type itemView struct {
	SKU      string      `json:"sku" doc:"The product." example:"sku_mouse"`
	Quantity int         `json:"qty" format:"int32" doc:"The quantity." example:"2"`
	Price    wire.Amount `json:"price" doc:"The price of one piece, exact, in major units of the currency." example:"599"`
}
