package customer

import (
	"github.com/danielgtaylor/huma/v2"

	"orders/adapters/http/wire"
)

var (
	exampleTotal = wire.Example{"currency": "USD", "orders": 3, "spent": 1198, "refunded": 599}
	exampleLast  = wire.Example{
		"orderId": "ord_k2jh7yq4mz5vxw3n6tbacdefgh", "createdAt": "2026-11-22T13:44:48.202Z",
	}
	exampleSummary = wire.Example{
		"userId": "user_123", "orders": 3, "openOrders": 1,
		"totals": []any{exampleTotal}, "lastOrder": exampleLast,
	}
)

// TransformSchema implements huma.SchemaTransformer.
func (userSummary) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return wire.Explain(s, exampleSummary, map[string]string{
		"userId": "Whose orders these are.", "orders": "How many orders the user has made.",
		"openOrders": "How many of them are neither completed nor cancelled.",
		"totals":     "What was paid, for each currency in alphabetical order.",
		"lastOrder":  "The newest order, if there is one.",
	})
}

// TransformSchema implements huma.SchemaTransformer.
func (total) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return wire.Explain(s, exampleTotal, map[string]string{
		"currency": "ISO 4217.", "orders": "How many orders are in this currency.",
		"spent": "What was ever taken, in major units. All digits are exact, and there may be " +
			"more of them than a double keeps.",
		"refunded": "What of it was given back.",
	})
}

// TransformSchema implements huma.SchemaTransformer.
func (lastOrder) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return wire.Explain(s, exampleLast, map[string]string{
		"orderId": "The order's id.", "createdAt": "When it was created, UTC.",
	})
}
