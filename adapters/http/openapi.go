package http

import (
	"cmp"
	_ "embed"
	"maps"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"orders/adapters/http/order"
	"orders/adapters/http/service"
	"orders/adapters/http/stream"
	"orders/adapters/http/wire"
)

const apiText = "Orders, event-sourced: commands change them, queries show them.\n\n" +
	"A command is answered once queries show its result, or after one second at the latest. " +
	"With `Prefer: respond-async` it is answered at once; a query then waits for the result " +
	"with `?minVersion=`, which takes the version from the command's `ETag`. With " +
	"`Prefer: return=representation` the answer holds the whole order, also of a repetition: " +
	"as the command left it. An `Idempotency-Key` makes it safe to repeat a command: the " +
	"repetition gets the first answer. `?dryRun=true` reports what a command would do and " +
	"changes nothing.\n\n" +
	"Errors are `application/problem+json` (RFC 9457) with a stable `code`. Every answer " +
	"has an `X-Request-ID`, which the log and the order's history record."

// authors hold the licence.
const authors = "The order service authors"

//go:embed examples.json
var examples []byte // What the tests of this package got of each operation.

// codes are those of the API's own rooms. A module adds its codes where it adds its operations.
var codes = slices.Concat(wire.Codes, order.Codes, stream.Codes, service.Codes,
	[]wire.Code{tooManyConnections, rateLimited})

// document is the API's description without its operations, which Huma adds.
func (s *Server) document() *huma.OpenAPI {
	schemas := wire.Schemas()
	order.Describe(schemas)
	return &huma.OpenAPI{
		OpenAPI: "3.1.0", Servers: []*huma.Server{{URL: cmp.Or(s.config.BasePath, "/")}},
		Security: []map[string][]string{}, // Unless an operation says otherwise (see secure).
		Info: &huma.Info{
			Title: "Orders", Version: s.config.Version,
			Description: apiText + s.messagesText(),
			Contact:     &huma.Contact{Name: authors},
			License:     &huma.License{Name: "MIT License", Identifier: "MIT"},
		},
		Tags: []*huma.Tag{
			{Name: "commands", Description: "Change orders."},
			{Name: "queries", Description: "Read orders."},
			{Name: "service", Description: "Monitor the service."},
		},
		Components: &huma.Components{
			Schemas: schemas,
			Parameters: merged(wire.CommonParameters, stream.Parameters,
				order.Parameters(s.config.RequireKey)),
			Headers: merged(wire.CommonHeaders, stream.Headers, order.Headers),
		},
	}
}

// messagesText leads to the description of messages, wherever the page is that shows it.
func (s *Server) messagesText() string {
	return "\n\nBrokers can be told what happened to orders, and commands can come as messages: " +
		"[asyncapi.json](" + s.config.BasePath + asyncPath + ") describes both (AsyncAPI 3)."
}

// merged returns the entries of all maps, which have no name in common.
func merged[T any](all ...map[string]T) map[string]T {
	found := map[string]T{}
	for _, each := range all {
		maps.Copy(found, each)
	}
	return found
}
