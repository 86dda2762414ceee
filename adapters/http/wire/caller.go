package wire

import (
	"github.com/valyala/fasthttp"

	"orders/app/access"
)

// SetCaller notes who sent the request c.
func SetCaller(c *fasthttp.RequestCtx, caller access.Caller) {
	c.SetUserValue(callerKey, &caller)
	LineOf(c).actor = caller.Actor
}

// CallerOf returns who sent the request c. Before SetCaller it is the zero Caller, who may do
// nothing.
func CallerOf(c *fasthttp.RequestCtx) access.Caller {
	if caller, ok := c.UserValue(callerKey).(*access.Caller); ok {
		return *caller
	}
	return access.Caller{}
}

// Admit returns nil if the caller of c may ask for the operation, else why not.
func Admit(c *fasthttp.RequestCtx, operation string) error {
	return CallerOf(c).May(operation)
}
