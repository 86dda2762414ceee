package http

import (
	"maps"

	"github.com/danielgtaylor/huma/v2"

	"orders/adapters/http/order"
	"orders/adapters/http/stream"
	"orders/adapters/http/wire"
)

const apiText = "Orders, event-sourced: commands change them, queries show them.\n\n" +
	"A command answers when its order can be read, at most a second later. " +
	"`Prefer: respond-async` answers at once, and `?minVersion=` of a query waits for what " +
	"was written: the command's `ETag` has its version. With an `Idempotency-Key` a " +
	"command may be repeated safely: the first answer is repeated. `?dryRun=true` reports " +
	"what it would do, and changes nothing.\n\n" +
	"Errors are `application/problem+json` (RFC 9457) with a stable `code`. Every answer " +
	"has an `X-Request-ID`, which stands in the log and in the order's history."

// document is the API's description without its operations, which Huma adds.
func (s *Server) document() *huma.OpenAPI {
	var servers []*huma.Server
	if s.config.BasePath != "" {
		servers = []*huma.Server{{URL: s.config.BasePath}}
	}
	schemas := wire.Schemas()
	order.Describe(schemas)
	return &huma.OpenAPI{
		OpenAPI: "3.1.0", Servers: servers,
		Info: &huma.Info{Title: "Orders", Version: s.config.Version, Description: apiText},
		Tags: []*huma.Tag{
			{Name: "commands", Description: "Change orders."},
			{Name: "queries", Description: "Show orders."},
			{Name: "service", Description: "Show the service."},
		},
		Components: &huma.Components{
			Schemas: schemas,
			Parameters: merged(wire.UsualParameters, stream.Parameters,
				order.Parameters(s.config.RequireKey)),
			Headers:   merged(wire.UsualHeaders, stream.Headers, order.Headers),
			Responses: wire.FailureResponses(),
		},
	}
}

// merged returns what is in any of all, which have no name in common.
func merged[T any](all ...map[string]T) map[string]T {
	found := map[string]T{}
	for _, each := range all {
		maps.Copy(found, each)
	}
	return found
}
