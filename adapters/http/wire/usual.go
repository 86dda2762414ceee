package wire

import (
	"github.com/danielgtaylor/huma/v2"
)

// UsualHeaders are those that any answer may have.
var UsualHeaders = map[string]*huma.Header{
	RequestID: {
		Description: "The request's id: the client's own, or a new one.",
		Schema:      Text(), Example: "req-42",
	},
	"Retry-After": {
		Description: "Seconds to wait before asking again.", Example: 1,
		Schema: &huma.Schema{Type: huma.TypeInteger, Minimum: new(1.0)},
	},
}

// UsualParameters are those that every operation takes.
var UsualParameters = map[string]*huma.Param{
	"RequestId": {
		Name: RequestID, In: "header", Example: "req-42", Schema: Text(),
		Description: "Returned in the answer. A new one is made unless it has 1 to 128 visible " +
			"ASCII characters.",
	},
}
