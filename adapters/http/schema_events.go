package http

import (
	"github.com/danielgtaylor/huma/v2"

	"orders/adapters/http/wire"
	"orders/domain/order"
)

// TransformSchema implements huma.SchemaTransformer.
func (dryRunResult) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return wire.Explain(s, exampleDryRun, map[string]string{
		"message": "What happened, for people.", "dryRun": "Always true.",
		"events": "What would be recorded; nothing, if it is so already.",
		"order": "The order as it would be. The id of one that would be created is made up, " +
			"unless the request has an Idempotency-Key.",
	})
}

// TransformSchema implements huma.SchemaTransformer.
func (newEvent) TransformSchema(r huma.Registry, s *huma.Schema) *huma.Schema {
	return wire.Explain(eachEvent(r, s), exampleEvent, map[string]string{
		"type": "What would happen.", "data": "With what; it depends on the type.",
	})
}

// TransformSchema implements huma.SchemaTransformer.
func (orderHistory) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Properties["orderId"].Pattern = order.IDPattern
	return wire.Explain(s, exampleHistory, map[string]string{
		"orderId": "The order's id.", "events": "What happened, the oldest first.",
		"nextCursor": "The cursor of the next page, if there is one.",
	})
}

// TransformSchema implements huma.SchemaTransformer.
func (pastEvent) TransformSchema(r huma.Registry, s *huma.Schema) *huma.Schema {
	return wire.Explain(eachEvent(r, s), examplePast, map[string]string{
		"version":   "The order's version afterwards. Events of one command share it.",
		"type":      "What happened.",
		"at":        "When, UTC.",
		"actor":     "Who asked for it; `anonymous`, as nobody has to say.",
		"requestId": "The X-Request-ID of the request that asked for it.",
		"data":      "With what; it depends on the type.",
	})
}
