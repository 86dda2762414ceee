package order

import (
	"github.com/go-json-experiment/json/jsontext"

	"orders/adapters/http/wire"
	"orders/adapters/message"
	"orders/domain/order"
)

// itemOperations change the items of an order.
var itemOperations = []operationRow{
	operation[message.NewItems]{"changeItems", "items",
		"Replace the items of an order", "✅ Items changed"},
}

// itemEvents show such changes.
var itemEvents = []eventRow{
	row(func(e order.ItemsChanged) itemsData { return itemsData{e.Lines} }),
}

type itemsData struct {
	Items shownLines `json:"items" doc:"The new items, which replace all earlier ones."`
}

// An itemView describes how this API shows a line, and appendItem writes it.
type itemView struct {
	SKU      string      `json:"sku" doc:"The product." example:"sku_mouse"`
	Quantity int         `json:"qty" format:"int32" doc:"The quantity." example:"2"`
	Price    wire.Amount `json:"price" doc:"The price of one piece, exact, in major units of the currency." example:"599"`
}

func appendItem(b []byte, l order.Line) []byte {
	b = wire.AppendText(append(b, '{'), "sku", l.SKU)
	b = wire.AppendNumber(b, "qty", l.Quantity)
	return append(wire.AppendAmount(b, "price", l.Price), '}')
}

// shownLines are lines in an answer that the JSON encoder writes.
type shownLines []order.Line

// MarshalJSONTo implements json.MarshalerTo.
func (l shownLines) MarshalJSONTo(e *jsontext.Encoder) error {
	return wire.EncodeAll(e, l, appendItem)
}
