package http

import (
	"github.com/valyala/fasthttp"

	"orders/ports/budget"
)

// A visit is a request between its head and its answer.
type visit struct {
	account *budget.Account // Holds what the request takes of the budget.
	entered bool            // It was asked who sends it.

	rehearsal bool   // Its client asks whether to send the body (see rehearse).
	admitted  string // The operation that the rehearsal let it in to, or the empty text.

	span     Span // Nil before it begins.
	untraced bool // It never does, unless the route's operation is one of the API.
}

type visitKey struct{}

func visitOf(c *fasthttp.RequestCtx) *visit {
	v, is := c.UserValue(visitKey{}).(*visit)
	if !is {
		v = &visit{}
		c.SetUserValue(visitKey{}, v)
	}
	return v
}
