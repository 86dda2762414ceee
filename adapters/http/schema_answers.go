package http

import (
	"github.com/danielgtaylor/huma/v2"

	"orders/domain/order"
)

// explain adds to a schema made from a Go type what the type cannot say. No answer holds null.
func explain(s *huma.Schema, example any, texts map[string]string) *huma.Schema {
	for name, p := range s.Properties {
		p.Nullable = false
		p.Description = texts[name]
	}
	s.Examples = []any{example}
	return s
}

type example = map[string]any

var (
	exampleItems        = []any{example{"sku": "sku_mouse", "qty": 2, "price": 599}}
	exampleCancellation = example{"reason": "customer", "note": "found it cheaper"}
	exampleOrder        = example{
		"orderId": exampleID, "userId": "user_123", "status": order.StatusCreated,
		"totalAmount": 1198, "currency": "USD", "itemCount": 2,
		"previewSkus": []any{"sku_mouse"}, "items": exampleItems,
		"createdAt": exampleTime, "updatedAt": exampleTime, "version": 1,
		"allowedCommands": []any{"confirm", "cancel"},
	}
	exampleProblem = invalid(order.ErrInvalid.Code, "qty must be from 1 to 1000000",
		exampleIssue).at(commandRoot)
	exampleIssue  = issue{[]any{"items", 0, "qty"}, "must be from 1 to 1000000"}
	exampleResult = example{
		"message": "✅ Order created", "orderId": exampleID, "version": 1,
		"status": order.StatusCreated,
		"links": example{
			"self":    queryRoot + "/" + exampleID,
			"confirm": commandRoot + "/" + exampleID + "/confirm",
		},
	}
)

const exampleTime = "2026-11-22T13:44:48.202Z"

// TransformSchema implements huma.SchemaTransformer.
func (orderView) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Properties["orderId"].Pattern = idPattern
	return explain(s, exampleOrder, map[string]string{
		"orderId": "The order's id.", "userId": "Who ordered.",
		"status":      "Where the order is in its life.",
		"totalAmount": "What all items cost together, exact, in major units of the currency.",
		"currency":    "ISO 4217, of all amounts.", "itemCount": "The sum of all quantities.",
		"previewSkus": "The SKUs of the first five items.", "items": "What was ordered.",
		"cancellation": "Why the order was cancelled, if it was.",
		"createdAt":    "When it was created, UTC.", "updatedAt": "When it last changed, UTC.",
		"version":         "How many changes it has had; the ETag.",
		"allowedCommands": "The commands that it would take now.",
	})
}

// TransformSchema implements huma.SchemaTransformer.
func (itemView) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return explain(s, exampleItems[0], map[string]string{
		"sku": "The product.", "qty": "How many.",
		"price": "Of one piece, exact, in major units of the currency.",
	})
}

// TransformSchema implements huma.SchemaTransformer.
func (cancellationView) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return explain(s, exampleCancellation, map[string]string{
		"reason": "Why the order ended.", "note": "More about it.",
	})
}

// TransformSchema implements huma.SchemaTransformer.
func (oneOrder) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return explain(s, example{"order": exampleOrder}, map[string]string{"order": "The order."})
}

// TransformSchema implements huma.SchemaTransformer.
func (manyOrders) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return explain(s, example{"count": 1, "orders": []any{exampleOrder}}, map[string]string{
		"count": "How many orders this answer has.", "orders": "The newest first.",
	})
}

// TransformSchema implements huma.SchemaTransformer.
func (health) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return explain(s, example{"ok": true}, map[string]string{"ok": "Always true."})
}

// TransformSchema implements huma.SchemaTransformer.
func (commandResult) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Properties["orderId"].Pattern = idPattern
	return explain(s, exampleResult, map[string]string{
		"message": "What happened, for people.", "orderId": "The order's id.",
		"version": "The order's version; the ETag.", "status": "The order's status.",
		"links": "Paths: self to read the order, and one for each command it would take now.",
	})
}

// TransformSchema implements huma.SchemaTransformer.
func (problem) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return explain(s, exampleProblem, map[string]string{
		"type": "Always about:blank: code tells problems apart.", "title": "The status in words.",
		"status": "The HTTP status.", "detail": "What is wrong, for people.",
		"instance": "The path that was asked for.",
		"code":     "What is wrong, for programs. It never changes.",
		"message":  "A headline for people.", "issues": "Every wrong value, at most 50.",
		"currentStatus":   "The order's status, when it forbids the command.",
		"allowedCommands": "The commands that the order would take instead.",
	})
}

// TransformSchema implements huma.SchemaTransformer.
func (issue) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Properties["path"].Items = &huma.Schema{
		OneOf: []*huma.Schema{{Type: huma.TypeString}, {Type: huma.TypeInteger}},
	}
	return explain(s, exampleIssue, map[string]string{
		"path":    "Where it stands: names and indexes, from the outside in.",
		"message": "What is wrong with it.",
	})
}
