package http

import (
	"github.com/danielgtaylor/huma/v2"

	"orders/adapters/http/wire"
	"orders/domain/order"
)

// TransformSchema implements huma.SchemaTransformer.
func (orderView) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Properties["orderId"].Pattern = order.IDPattern
	return wire.Explain(s, exampleOrder, map[string]string{
		"orderId": "The order's id.", "userId": "Who ordered.",
		"status":            "Where the order is in its life.",
		"paymentStatus":     "How far it is paid; it follows from the payments.",
		"fulfillmentStatus": "How far it is shipped; it follows from the shipments.",
		"totalAmount":       "What all items cost together, exact, in major units of the currency.",
		"currency":          "ISO 4217, of all amounts.", "itemCount": "The sum of all quantities.",
		"previewSkus": "The SKUs of the first five items.", "items": "What was ordered.",
		"payments":     "In the order in which they were first heard of.",
		"shipments":    "In the order of shipping.",
		"cancellation": "Why the order was cancelled, if it was.",
		"refundDue":    "What must be given back, if it was cancelled and something must.",
		"createdAt":    "When it was created, UTC.", "updatedAt": "When it last changed, UTC.",
		"version":         "How many changes it has had; the ETag.",
		"allowedCommands": "The commands that it would take now.",
	})
}

// TransformSchema implements huma.SchemaTransformer.
func (itemView) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return wire.Explain(s, exampleItems[0], map[string]string{
		"sku": "The product.", "qty": "How many.",
		"price": "Of one piece, exact, in major units of the currency.",
	})
}

// TransformSchema implements huma.SchemaTransformer.
func (cancellationView) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return wire.Explain(s, exampleCancellation, map[string]string{
		"reason": "Why the order ended.", "note": "More about it.",
	})
}

// TransformSchema implements huma.SchemaTransformer.
func (oneOrder) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return wire.Explain(s, wire.Example{"order": exampleOrder}, map[string]string{
		"order": "The order.",
	})
}

// TransformSchema implements huma.SchemaTransformer.
func (manyOrders) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return wire.Explain(s, exampleOrders, map[string]string{
		"count": "How many orders this answer has.", "orders": "The newest first.",
		"nextCursor": "The cursor of the next page, if there is one.",
	})
}

// TransformSchema implements huma.SchemaTransformer.
func (commandResult) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Properties["orderId"].Pattern = order.IDPattern
	return wire.Explain(s, exampleResult, map[string]string{
		"message": "What happened, for people.", "orderId": "The order's id.",
		"version": "The order's version; the ETag.", "status": "The order's status.",
		"paymentStatus": "How far it is paid.", "fulfillmentStatus": "How far it is shipped.",
		"links": "Paths: self to read the order, and one for each command it would take now.",
	})
}
