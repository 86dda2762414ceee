package http

import (
	"slices"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"orders/domain/order"
)

// The schemas say what the domain enforces; a test holds them against it.

// printable is a text without control characters (Unicode's category Cc).
const printable = `^[^\x00-\x1f\x7f-\x9f]*$`

func textUpTo(limit int, example string) *huma.Schema {
	return &huma.Schema{
		Type: huma.TypeString, MaxLength: new(limit), Pattern: printable,
		Examples: []any{example},
	}
}

func name(example string) *huma.Schema {
	s := textUpTo(order.TextMax, example)
	s.MinLength = new(1)
	return s
}

func enum[T ~string](values []T) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString}
	for _, v := range values {
		if !slices.Contains(s.Enum, any(string(v))) {
			s.Enum = append(s.Enum, string(v))
		}
	}
	return s
}

func described(s *huma.Schema, text string) *huma.Schema {
	s.Description = text
	return s
}

// TransformSchema says what the Go type does not.
func (newOrder) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Properties["userId"] = described(name("user_123"), "Who orders.")
	items := s.Properties["items"]
	items.Nullable = false
	items.MinItems, items.MaxItems = new(1), new(order.LinesMax)
	items.Description = "What is ordered. A SKU may come twice, at different prices."
	s.Properties["currency"] = described(enum(currencies()),
		"ISO 4217, of all prices. The service's own when left out.")
	s.Examples = []any{map[string]any{"userId": "user_123", "items": exampleItems}}
	return s
}

// TransformSchema says what the Go type does not.
func (newItem) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Properties["sku"] = described(name("sku_mouse"), "The product.")
	s.Properties["qty"] = &huma.Schema{
		Type: huma.TypeInteger, Minimum: new(1.0), Maximum: new(float64(order.QuantityMax)),
		Description: "How many.", Examples: []any{2},
	}
	s.Properties["price"] = &huma.Schema{
		Type: huma.TypeNumber, ExclusiveMinimum: new(0.0), Maximum: new(float64(order.MinorMax)),
		Examples:    []any{599},
		Description: "Of one piece, in major units, with no more decimals than the currency.",
	}
	return s
}

// TransformSchema says what the Go type does not.
func (cancellation) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Properties["reason"] = described(enum(order.Reasons), "Why the order ends.")
	s.Properties["note"] = described(textUpTo(order.NoteMax, "found it cheaper"),
		"More about it.")
	s.Examples = []any{exampleCancellation}
	return s
}

// currencies are all that the domain knows.
var currencies = sync.OnceValue(func() (all []order.Currency) {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	for _, a := range letters {
		for _, b := range letters {
			for _, c := range letters {
				if code := order.Currency([]rune{a, b, c}); code.Known() {
					all = append(all, code)
				}
			}
		}
	}
	return all
})
