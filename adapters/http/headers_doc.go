package http

import (
	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"orders/adapters/http/wire"
)

var headers = map[string]*huma.Header{
	headerRequestID: {
		Description: "The request's id: the one that it brought, or a new one.",
		Schema:      wire.Text(), Example: "req-42",
	},
	"ETag": {
		Description: "The order's version, in quotes.", Example: `"1"`,
		Schema: &huma.Schema{Type: huma.TypeString, Pattern: `^"[1-9][0-9]*"$`},
	},
	"Location": {
		Description: "Where to read the order.", Schema: wire.Text(),
		Example: queryRoot + "/" + wire.ExampleID,
	},
	headerReplayed: {
		Description: "Present when the Idempotency-Key came before.", Example: "true",
		Schema: &huma.Schema{Type: huma.TypeString, Enum: []any{"true"}},
	},
	headerApplied: {
		Description: "Present when that preference was followed.", Example: respondAsync,
		Schema: &huma.Schema{Type: huma.TypeString, Enum: []any{respondAsync}},
	},
	"Link": {
		Description: "Present when there is a next page: where it is (RFC 8288).",
		Schema:      wire.Text(),
		Example:     "<" + queryRoot + "?cursor=" + exampleCursor + `>; rel="next"`,
	},
	fiber.HeaderCacheControl: {
		Description: "Streams are not kept.", Example: "no-store", Schema: wire.Text(),
	},
	headerBuffering: {
		Description: "Asks proxies to pass on each event at once.", Example: "no",
		Schema: wire.Text(),
	},
	"Retry-After": {
		Description: "Seconds to wait before asking again.", Example: 1,
		Schema: &huma.Schema{Type: huma.TypeInteger, Minimum: new(1.0)},
	},
}
