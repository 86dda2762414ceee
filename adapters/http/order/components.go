package order

import (
	"maps"

	"github.com/danielgtaylor/huma/v2"

	"orders/adapters/http/wire"
	"orders/domain/order"
)

// Headers are the headers of answers about orders.
var Headers = map[string]*huma.Header{
	"ETag": {
		Description: "The order's version, in quotes. Where callers need tokens, a mark of what " +
			"the caller may do follows it: `-r` with `orders:read`, `-w` with `orders:write`, " +
			"`-m` with `orders:manage`.",
		Example: `"1"`,
		Schema:  &huma.Schema{Type: huma.TypeString, Pattern: wire.VersionTagPattern},
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
		Description: "Those of the request's preferences that were applied, if any (RFC 7240).",
		Schema:      wire.Text(), Example: wire.RespondAsync + ", " + wire.ReturnRepresentation,
	},
	"Link": {
		Description: "The next page, if there is one (RFC 8288).",
		Schema:      wire.Text(),
		Example:     "<" + wire.QueryRoot + "?cursor=" + exampleCursor + `>; rel="next"`,
	},
}

// keyPattern allows 255 characters, or as many between quotes, or none.
const keyPattern = `^([!-~]{0,255}|"[!-~]{0,255}")$`

// Parameters are the parameters of operations on orders.
func Parameters(requireKey bool) map[string]*huma.Param {
	all := commandParameters(requireKey)
	maps.Copy(all, conditions())
	maps.Copy(all, viewParameters)
	maps.Copy(all, historyParameters)
	maps.Copy(all, filterParameters())
	return all
}

func commandParameters(requireKey bool) map[string]*huma.Param {
	return map[string]*huma.Param{
		"OrderId": {
			Name: wire.OrderID, In: "path", Required: true, Example: wire.ExampleID,
			Description: "The order's id, from the answer to create.",
			Schema:      &huma.Schema{Type: huma.TypeString, Pattern: order.IDPattern},
		},
		"IdempotencyKey": {
			Name: wire.HeaderIdempotencyKey, In: "header", Required: requireKey,
			Example: "6f1c2a9e",
			Description: "Makes the command safe to repeat: the same key with the same " +
				"content returns the first answer, with different content 422. A key is " +
				"bound to the userId for create, else to the order, when the command " +
				"changes the order, and never expires. A command that is refused, changes " +
				"nothing, or is a dry run binds no key. Quotes around the key are ignored. " +
				"An empty one counts as none. Where callers need tokens, the keys of different " +
				"callers never meet.",
			Schema: &huma.Schema{Type: huma.TypeString, Pattern: keyPattern},
		},
		"DryRun": {
			Name: dryRun, In: "query", Example: true,
			Description: "Report what would happen, without doing it.",
			Schema:      &huma.Schema{Type: huma.TypeBoolean},
		},
		"Prefer": {
			Name: wire.HeaderPrefer, In: "header", Schema: wire.Text(),
			Example: wire.RespondAsync + ", " + wire.ReturnRepresentation,
			Description: "`respond-async` answers at once, without waiting until the order " +
				"can be read; `return=representation` answers with the whole `order`, " +
				"`return=minimal` without it (the default; RFC 7240). " +
				"`Preference-Applied` lists what was applied.",
		},
		"Traceparent": {
			Name: "traceparent", In: "header", Schema: wire.Text(),
			Example:     "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
			Description: "W3C trace context, stored with the change. Ignored when malformed.",
		},
	}
}

// conditions are the headers that make a request conditional.
func conditions() map[string]*huma.Param {
	return map[string]*huma.Param{
		"IfMatch": {
			Name: "If-Match", In: "header", Example: `"3"`,
			Description: "Carry the command out only if the order has one of these ETags, or " +
				"`*` for any version. Weak ETags (`W/`) never match. Only the version in an ETag " +
				"counts, not whom the answer with it was for.",
			Schema: &huma.Schema{Type: huma.TypeString, Pattern: wire.ETagsPattern},
		},
		"IfNoneMatch": {
			Name: "If-None-Match", In: "header", Example: `"3"`,
			Description: "Answer 304 if the order has one of these ETags, or `*` for any version.",
			Schema:      &huma.Schema{Type: huma.TypeString, Pattern: wire.ETagsPattern},
		},
	}
}
