package message

import (
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"orders/domain/order"
)

// Money is an amount in an event. It is written as a JSON number of major units, exact.
type Money order.Money

// MarshalJSONTo implements json.MarshalerTo.
func (m Money) MarshalJSONTo(e *jsontext.Encoder) error {
	return e.WriteValue(order.Money(m).Append(e.AvailableBuffer()))
}

// Lines are the lines of an order in an event.
type Lines []order.Line

// MarshalJSONTo implements json.MarshalerTo.
func (l Lines) MarshalJSONTo(e *jsontext.Encoder) error { return encodeAll(e, l, AppendLine) }

// AppendLine appends a line as JSON to b.
func AppendLine(b []byte, l order.Line) []byte {
	b = appendItem(b, l.SKU, l.Quantity)
	return append(l.Price.Append(append(b, `,"price":`...)), '}')
}

// Packed are the items of a shipment in an event.
type Packed []order.Packed

// MarshalJSONTo implements json.MarshalerTo.
func (p Packed) MarshalJSONTo(e *jsontext.Encoder) error { return encodeAll(e, p, AppendPacked) }

// AppendPacked appends an item of a shipment as JSON to b.
func AppendPacked(b []byte, p order.Packed) []byte {
	return append(appendItem(b, p.SKU, p.Quantity), '}')
}

// appendItem begins an object.
func appendItem(b []byte, sku string, quantity int) []byte {
	b, _ = jsontext.AppendQuote(append(b, `{"sku":`...), sku) // It fails on no valid UTF-8.
	return strconv.AppendInt(append(b, `,"qty":`...), int64(quantity), 10)
}

// itemBytes is about how many bytes an item takes.
const itemBytes = 64

func encodeAll[T any](
	e *jsontext.Encoder, all []T, appendOne func([]byte, T) []byte,
) error {
	b := append(slices.Grow(e.AvailableBuffer(), itemBytes*len(all)), '[')
	for i, each := range all {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendOne(b, each)
	}
	return e.WriteValue(append(b, ']'))
}
