package http

import (
	"github.com/valyala/fasthttp"

	"orders/ports/budget"
)

// A visit is a request between its head and its answer.
type visit struct {
	account *budget.Account // Holds what the request takes of the budget.
	entered bool            // It was asked who sends it.
}

type visitKey struct{}

func visitOf(c *fasthttp.RequestCtx) *visit {
	v, _ := c.UserValue(visitKey{}).(*visit)
	return v
}
