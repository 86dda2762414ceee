package message

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"orders/domain/order"
)

// A text is a JSON string. It refuses null.
type text struct {
	string
	Given bool
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (t *text) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if isAnother(d, '"') {
		return typeError("a string")
	}
	token, err := d.ReadToken()
	if err == nil {
		*t = text{token.String(), true}
	}
	return err
}

func (t text) String() string { return t.string }

func (t text) isGiven() bool { return t.Given }

// isAnother reports whether the next value is of another kind than wanted. If there is no value,
// the caller finds the error when it reads on.
func isAnother(d *jsontext.Decoder, wanted jsontext.Kind) bool {
	switch next := d.PeekKind(); next {
	case 'n', 't', 'f', '0', '"', '{', '[':
		return next != wanted
	default:
		return false
	}
}

// The texts that the domain bounds.
type (
	Name         struct{ text } // The id of a user, a product or a payment.
	OptionalName struct{ text }
	Note         struct{ text }
	Reason       struct{ text } // One of order.Reasons.
	Currency     struct{ text } // One of order.Currencies.
)

// A number is a JSON number with all its digits.
type number struct {
	order.Decimal
	Given bool
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (n *number) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if isAnother(d, '0') {
		return typeError("a number")
	}
	digits, err := d.ReadValue()
	if err == nil {
		n.Given = true
		n.Decimal, err = order.ParseDecimal(string(digits))
	}
	return err
}

func (n number) isGiven() bool { return n.Given }

// The numbers that the domain bounds.
type (
	Quantity struct{ number }
	Amount   struct{ number } // In major units.
)

// A List is a JSON list. The decoder keeps at most one element more than the domain allows, which
// is enough to refuse the list.
type List[T any] []T

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (l *List[T]) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if isAnother(d, '[') {
		return typeError("a list")
	}
	*l = List[T]{}
	_, err := d.ReadToken()
	for err == nil && d.PeekKind() != ']' {
		if len(*l) > order.LinesMax {
			err = d.SkipValue()
			continue
		}
		if d.PeekKind() == 'n' {
			return nullElement(d)
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

// nullElement refuses null, which the decoder would take for an empty object.
func nullElement(d *jsontext.Decoder) error {
	before := d.InputOffset()
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	return &json.SemanticError{
		ByteOffset: before, JSONPointer: d.StackPointer(), Err: typeError("an object"),
	}
}

func (l List[T]) isGiven() bool { return l != nil }
