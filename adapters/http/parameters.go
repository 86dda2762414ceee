package http

import (
	"maps"

	"github.com/danielgtaylor/huma/v2"
)

// idPattern is what order.ID.Valid checks.
const idPattern = "^ord_[a-z2-7]{26}$"

const exampleID = "ord_k2jh7yq4mz5vxw3n6tbacdefgh"

// keyPattern allows 255 characters, or as many between quotes, or none.
const keyPattern = `^([!-~]{0,255}|"[!-~]{0,255}")$`

func anyText() *huma.Schema { return &huma.Schema{Type: huma.TypeString} }

func parameters(requireKey bool) map[string]*huma.Param {
	all := commandParameters(requireKey)
	maps.Copy(all, queryParameters())
	return all
}

func commandParameters(requireKey bool) map[string]*huma.Param {
	return map[string]*huma.Param{
		"OrderId": {
			Name: orderID, In: "path", Required: true, Example: exampleID,
			Description: "Of an answer to create.",
			Schema:      &huma.Schema{Type: huma.TypeString, Pattern: idPattern},
		},
		"IdempotencyKey": {
			Name: headerKey, In: "header", Required: requireKey, Example: "6f1c2a9e",
			Description: "Makes the command safe to repeat: the same key and content give " +
				"the first answer again, other content 422. For create it is bound to the " +
				"userId, else to the order. It may stand in quotes, which do not count.",
			Schema: &huma.Schema{Type: huma.TypeString, Pattern: keyPattern},
		},
		"Prefer": {
			Name: headerPrefer, In: "header", Example: respondAsync, Schema: anyText(),
			Description: "`respond-async` answers at once, without waiting until the order " +
				"can be read (RFC 7240).",
		},
		"RequestId": {
			Name: headerRequestID, In: "header", Example: "req-42", Schema: anyText(),
			Description: "Comes back in the answer. One is made when there is none, or not " +
				"one of 1 to 128 visible ASCII characters.",
		},
		"Traceparent": {
			Name: "traceparent", In: "header", Schema: anyText(),
			Example:     "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
			Description: "W3C trace context, kept with the change. Ignored when malformed.",
		},
	}
}

func queryParameters() map[string]*huma.Param {
	return map[string]*huma.Param{
		"UserId": {
			Name: "userId", In: "query", Example: "user_123", Schema: anyText(),
			Description: "Only this user's orders. Empty for everybody's.",
		},
		"Limit": {
			Name: "limit", In: "query", Description: "How many orders at most.", Example: 10,
			Schema: &huma.Schema{
				Type: huma.TypeInteger, Minimum: new(1.0), Maximum: new(float64(limitMax)),
				Default: limitMax,
			},
		},
	}
}

var headers = map[string]*huma.Header{
	headerRequestID: {
		Description: "The request's id: the one that it brought, or a new one.",
		Schema:      anyText(), Example: "req-42",
	},
	"ETag": {
		Description: "The order's version, in quotes.", Example: `"1"`,
		Schema: &huma.Schema{Type: huma.TypeString, Pattern: `^"[1-9][0-9]*"$`},
	},
	"Location": {
		Description: "Where to read the order.", Schema: anyText(),
		Example: queryRoot + "/" + exampleID,
	},
	headerReplayed: {
		Description: "Present when the Idempotency-Key came before.", Example: "true",
		Schema: &huma.Schema{Type: huma.TypeString, Enum: []any{"true"}},
	},
	headerApplied: {
		Description: "Present when that preference was followed.", Example: respondAsync,
		Schema: &huma.Schema{Type: huma.TypeString, Enum: []any{respondAsync}},
	},
	"Retry-After": {
		Description: "Seconds to wait before asking again.", Example: 1,
		Schema: &huma.Schema{Type: huma.TypeInteger, Minimum: new(1.0)},
	},
}
