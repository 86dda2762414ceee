package http

import (
	"github.com/danielgtaylor/huma/v2"

	"orders/adapters/http/wire"
)

// usualHeaders are those that any answer may have.
var usualHeaders = map[string]*huma.Header{
	wire.RequestID: {
		Description: "The request's id: the one that it brought, or a new one.",
		Schema:      wire.Text(), Example: "req-42",
	},
	"Retry-After": {
		Description: "Seconds to wait before asking again.", Example: 1,
		Schema: &huma.Schema{Type: huma.TypeInteger, Minimum: new(1.0)},
	},
}

// usualParameters are those that every operation takes.
var usualParameters = map[string]*huma.Param{
	"RequestId": {
		Name: wire.RequestID, In: "header", Example: "req-42", Schema: wire.Text(),
		Description: "Comes back in the answer. One is made when there is none, or not " +
			"one of 1 to 128 visible ASCII characters.",
	},
}
