package http

import (
	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// markPersonal says of the answer to c that it is for its caller alone: neither may a cache that
// others share keep it, nor may any cache give it to whoever sends another token. It says so of every
// answer, problems included: which of them depend on the caller nobody has to know. Where nobody
// needs a token it says nothing.
func (g gate) markPersonal(c *fasthttp.RequestCtx) {
	if g.tokens == nil {
		return
	}
	h := &c.Response.Header
	vary := fiber.HeaderAuthorization
	if others := h.Peek(fiber.HeaderVary); len(others) > 0 {
		vary = string(others) + ", " + vary
	}
	h.Set(fiber.HeaderVary, vary)
	h.Set(fiber.HeaderCacheControl, "private")
}
