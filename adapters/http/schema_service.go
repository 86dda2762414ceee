package http

import (
	"github.com/danielgtaylor/huma/v2"

	"orders/adapters/http/wire"
	"orders/domain/order"
)

var (
	exampleCheck = wire.Example{"name": "started", "ok": true}
	exampleReady = wire.Example{"ok": true, "checks": []any{exampleCheck}}

	exampleGenerations = wire.Example{"live": 2, "open": 3, "previous": 1}
	exampleLag         = wire.Example{"commits": 12, "more": false, "seconds": 0.25}
	exampleParked      = wire.Example{
		"orderId": exampleID, "version": 3, "reason": "it is stored in an unknown form",
		"since": exampleTime, "tries": 4,
	}
	exampleProjection = wire.Example{
		"name": "orders", "generation": exampleGenerations, "position": "Zm9sbG93",
		"caughtUp": false, "lag": exampleLag, "parked": []any{exampleParked},
	}
)

// TransformSchema implements huma.SchemaTransformer.
func (health) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return wire.Explain(s, wire.Example{"ok": true}, map[string]string{"ok": "Always true."})
}

// TransformSchema implements huma.SchemaTransformer.
func (readiness) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return wire.Explain(s, exampleReady, map[string]string{
		"ok": "Always true.", "checks": "What was looked at.",
	})
}

// TransformSchema implements huma.SchemaTransformer.
func (check) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return wire.Explain(s, exampleCheck, map[string]string{
		"name": "What was looked at.", "ok": "Whether it is as it should be.",
	})
}

// TransformSchema implements huma.SchemaTransformer.
func (projections) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	example := wire.Example{"projections": []any{exampleProjection}}
	return wire.Explain(s, example, map[string]string{
		"projections": "All that there are, by name.",
	})
}

// TransformSchema implements huma.SchemaTransformer.
func (projection) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return wire.Explain(s, exampleProjection, map[string]string{
		"name": "The projection's name.", "generation": "The copies of its read model.",
		"position": "Its place in the feed as it was last saved; empty before the first time.",
		"caughtUp": "Whether it shows everything that was committed.",
		"lag":      "What was committed and is not shown yet.",
		"parked":   "The first hundred orders of which it could make no view.",
	})
}

// TransformSchema implements huma.SchemaTransformer.
func (generations) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return wire.Explain(s, exampleGenerations, map[string]string{
		"live": "The one that queries show.", "open": "One that is being filled, if any.",
		"previous": "The one that is kept for going back, if any.",
	})
}

// TransformSchema implements huma.SchemaTransformer.
func (lag) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return wire.Explain(s, exampleLag, map[string]string{
		"commits": "How many commits; or that many were counted, and there are more.",
		"more":    "Whether there are more than were counted.",
		"seconds": "Since the oldest of them was committed; 0 without any.",
	})
}

// TransformSchema implements huma.SchemaTransformer.
func (parkedOrder) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Properties["orderId"].Pattern = order.IDPattern
	return wire.Explain(s, exampleParked, map[string]string{
		"orderId": "The order's id.", "version": "Up to which it was to be shown.",
		"reason": "Why the last try failed.", "since": "When the first one did, UTC.",
		"tries": "How many there were.",
	})
}
