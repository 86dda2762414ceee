package http

import (
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json/jsontext"

	"orders/domain/order"
)

// A text is a JSON string and nothing else; null is none.
type text string

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (t *text) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if isAnother(d, '"') {
		return typeError("a string")
	}
	token, err := d.ReadToken()
	if err == nil {
		*t = text(token.String())
	}
	return err
}

// isAnother reports whether a value of another kind than wanted comes next. Where no value comes
// at all, reading on finds the error.
func isAnother(d *jsontext.Decoder, wanted jsontext.Kind) bool {
	switch next := d.PeekKind(); next {
	case 'n', 't', 'f', '0', '"', '{', '[':
		return next != wanted
	default:
		return false
	}
}

// A choice is a text that may be left out, which is not the same as an empty one.
type choice struct {
	text
	given bool
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (c *choice) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	c.given = true
	return c.text.UnmarshalJSONFrom(d)
}

// Schema implements huma.SchemaProvider; the schema of a whole body says more.
func (choice) Schema(huma.Registry) *huma.Schema { return anyText() }

// A number is a JSON number with all its digits.
type number struct{ order.Decimal }

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (n *number) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if isAnother(d, '0') {
		return typeError("a number")
	}
	digits, err := d.ReadValue()
	if err == nil {
		n.Decimal, err = order.ParseDecimal(string(digits))
	}
	return err
}

// Schema implements huma.SchemaProvider; the schema of a whole body says more.
func (number) Schema(huma.Registry) *huma.Schema { return &huma.Schema{Type: huma.TypeNumber} }

// An amount is written as a JSON number of major units, exact.
type amount order.Money

// MarshalJSONTo implements json.MarshalerTo.
func (a amount) MarshalJSONTo(e *jsontext.Encoder) error {
	return e.WriteValue(jsontext.Value(order.Money(a).String()))
}

// Schema implements huma.SchemaProvider.
func (amount) Schema(huma.Registry) *huma.Schema { return &huma.Schema{Type: huma.TypeNumber} }

// A moment, which is UTC, is written with exactly three decimals.
type moment time.Time

const momentLayout = `"2006-01-02T15:04:05.000Z"`

// MarshalJSONTo implements json.MarshalerTo.
func (m moment) MarshalJSONTo(e *jsontext.Encoder) error {
	var b [len(momentLayout)]byte
	return e.WriteValue(time.Time(m).AppendFormat(b[:0], momentLayout))
}

// Schema implements huma.SchemaProvider.
func (moment) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		Type: huma.TypeString, Format: "date-time",
		Pattern: `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`,
	}
}

// A status is an order.Status, described by the domain's own table.
type status order.Status

// Schema implements huma.SchemaProvider.
func (status) Schema(huma.Registry) *huma.Schema {
	statuses := []order.Status{}
	for _, r := range order.Rules {
		statuses = append(statuses, r.To)
	}
	return enum(statuses)
}

// commandNames are described by the domain's own table.
type commandNames []string

// Schema implements huma.SchemaProvider.
func (commandNames) Schema(huma.Registry) *huma.Schema {
	names := []string{}
	for _, r := range order.Rules {
		names = append(names, r.Command)
	}
	return &huma.Schema{Type: huma.TypeArray, Items: enum(names)}
}
