package http

import (
	"maps"

	"github.com/danielgtaylor/huma/v2"

	"orders/adapters/http/wire"
	"orders/app/access"
)

// limitHeaders describes what limits add to answers.
var limitHeaders = map[string]*huma.Header{
	headerRateLimitPolicy: {
		Description: "How many requests the caller may send in a window of seconds " +
			"(draft-ietf-httpapi-ratelimit-headers-11).",
		Schema: wire.Text(), Example: `"commands";q=20;w=1`,
	},
	headerRateLimit: {
		Description: "How many requests the caller may still send, at least for so many seconds.",
		Schema:      wire.Text(), Example: `"commands";r=19;t=1`,
	},
}

// describe documents what the limits add to answers. Without limits they add nothing.
func (l limiter) describe(o *huma.OpenAPI) {
	if l.limits == nil {
		return
	}
	maps.Copy(o.Components.Headers, limitHeaders)
	o.OnAddOperation = append(o.OnAddOperation, func(_ *huma.OpenAPI, op *huma.Operation) {
		if access.Needs(op.OperationID) == access.Nothing {
			return
		}
		maps.Copy(op.Responses, wire.Problems(rateLimited.Status))
		for _, r := range op.Responses {
			for name := range limitHeaders {
				r.Headers[name] = &huma.Header{Ref: "#/components/headers/" + name}
			}
		}
	})
}
