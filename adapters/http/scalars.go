package http

import (
	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"orders/adapters/http/wire"
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
func (choice) Schema(huma.Registry) *huma.Schema { return wire.Text() }

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

// A list is a JSON list. However long it is, no more of it is kept than tells that it is too long.
type list[T any] []T

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (l *list[T]) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if d.PeekKind() == 'n' {
		return d.SkipValue()
	}
	if isAnother(d, '[') {
		return typeError("a list")
	}
	_, err := d.ReadToken()
	for err == nil && d.PeekKind() != ']' {
		if len(*l) > order.LinesMax {
			err = d.SkipValue()
			continue
		}
		var each T
		err = json.UnmarshalDecode(d, &each)
		*l = append(*l, each)
	}
	if err == nil {
		_, err = d.ReadToken()
	}
	return err
}

// These describe the domain's own tables.
type (
	status            order.Status
	paymentStatus     order.PaymentStatus
	fulfillmentStatus order.FulfillmentStatus
	reason            order.Reason
	commandNames      []string
)

// Schema implements huma.SchemaProvider.
func (status) Schema(huma.Registry) *huma.Schema { return wire.Enum(order.Statuses) }

// Schema implements huma.SchemaProvider.
func (paymentStatus) Schema(huma.Registry) *huma.Schema { return wire.Enum(order.PaymentStatuses) }

// Schema implements huma.SchemaProvider.
func (fulfillmentStatus) Schema(huma.Registry) *huma.Schema {
	return wire.Enum(order.FulfillmentStatuses)
}

// Schema implements huma.SchemaProvider.
func (reason) Schema(huma.Registry) *huma.Schema { return wire.Enum(order.Reasons) }

// Schema implements huma.SchemaProvider.
func (commandNames) Schema(huma.Registry) *huma.Schema {
	names := []string{}
	for _, r := range order.Rules {
		names = append(names, r.Command)
	}
	return &huma.Schema{Type: huma.TypeArray, Items: wire.Enum(names)}
}
