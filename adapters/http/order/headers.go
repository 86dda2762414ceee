package order

import (
	"github.com/danielgtaylor/huma/v2"

	"orders/adapters/http/wire"
)

// Headers are those of answers about orders.
var Headers = map[string]*huma.Header{
	"ETag": {
		Description: "The order's version, in quotes.", Example: `"1"`,
		Schema: &huma.Schema{Type: huma.TypeString, Pattern: `^"[1-9][0-9]*"$`},
	},
	"Location": {
		Description: "The path of the order.", Schema: wire.Text(),
		Example: wire.QueryRoot + "/" + wire.ExampleID,
	},
	wire.HeaderReplayed: {
		Description: "Present when the Idempotency-Key was used before.", Example: "true",
		Schema: &huma.Schema{Type: huma.TypeString, Enum: []any{"true"}},
	},
	wire.HeaderApplied: {
		Description: "Present when that preference was followed.", Example: respondAsync,
		Schema: &huma.Schema{Type: huma.TypeString, Enum: []any{respondAsync}},
	},
	"Link": {
		Description: "Present when there is a next page: where it is (RFC 8288).",
		Schema:      wire.Text(),
		Example:     "<" + wire.QueryRoot + "?cursor=" + exampleCursor + `>; rel="next"`,
	},
}
