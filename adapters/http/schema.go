package http

import (
	"github.com/danielgtaylor/huma/v2"

	"orders/adapters/http/wire"
	"orders/domain/order"
)

// The schemas of bodies say what the domain enforces; a test holds them against it.

// TransformSchema says what the Go type does not.
func (newOrder) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Properties["userId"] = wire.Described(wire.Name("user_123"), "Who orders.")
	several(s, "What is ordered. A SKU may come twice, at different prices.")
	s.Properties["currency"] = wire.Described(wire.Enum(order.Currencies()),
		"ISO 4217 as of "+order.CurrenciesAt+", of all prices. The service's own when left out; a "+
			"repetition that leaves it out matches an order of any currency.")
	s.Examples = []any{wire.Example{"userId": "user_123", "items": exampleItems}}
	return s
}

// TransformSchema says what the Go type does not.
func (newItems) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	several(s, "What is ordered instead of all before, in the same currency.")
	s.Examples = []any{wire.Example{"items": exampleItems}}
	return s
}

func several(s *huma.Schema, text string) {
	items := s.Properties["items"]
	items.Nullable = false
	items.MinItems, items.MaxItems = new(1), new(order.LinesMax)
	items.Description = text
}

// TransformSchema says what the Go type does not.
func (newItem) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Properties["sku"] = wire.Described(wire.Name("sku_mouse"), "The product.")
	s.Properties["qty"] = wire.Described(quantity(), "How many.")
	s.Properties["price"] = wire.Described(positive(),
		"Of one piece, in major units, with no more decimals than the currency.")
	return s
}

func quantity() *huma.Schema {
	return &huma.Schema{
		Type: huma.TypeInteger, Minimum: new(1.0), Maximum: new(float64(order.QuantityMax)),
		Examples: []any{2},
	}
}

// positive is the widest that an amount can be, which is that of a currency without decimals.
func positive() *huma.Schema {
	return &huma.Schema{
		Type: huma.TypeNumber, ExclusiveMinimum: new(0.0), Maximum: new(float64(order.MinorMax)),
		Examples: []any{599},
	}
}

// TransformSchema says what the Go type does not.
func (shipment) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Properties["shipmentId"] = wire.Described(wire.Name("ship_1"), "New in the order.")
	several(s, "What left. A SKU must come only once.")
	s.Examples = []any{wire.Example{"shipmentId": "ship_1", "items": examplePacked}}
	return s
}

// TransformSchema says what the Go type does not.
func (shipItem) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Properties["sku"] = wire.Described(wire.Name("sku_mouse"), "A product of the order.")
	s.Properties["qty"] = wire.Described(quantity(), "How many left, at most what is unshipped.")
	return s
}

// TransformSchema says what the Go type does not.
func (delivery) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Properties["shipmentId"] = wire.Described(wire.Name("ship_1"), "A shipment of the order.")
	s.Examples = []any{wire.Example{"shipmentId": "ship_1"}}
	return s
}

// TransformSchema says what the Go type does not.
func (cancellation) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Properties["reason"] = wire.Described(wire.Enum(order.Reasons), "Why the order ends.")
	s.Properties["note"] = wire.Described(
		wire.TextUpTo(order.NoteMax, "found it cheaper"), "More about it.")
	s.Examples = []any{exampleCancellation}
	return s
}
