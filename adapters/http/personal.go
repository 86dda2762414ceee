package http

import (
	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// markPersonal says of the answer to c that it is for its caller alone: no cache that others share
// may keep it, and none may give it to whoever sends another token. It says so of every answer, so
// that nobody has to know which ones depend on the caller. Where nobody needs a token it says
// nothing.
func (g gate) markPersonal(c *fasthttp.RequestCtx) {
	if g.authenticator == nil {
		return
	}
	c.Response.Header.Add(fiber.HeaderVary, fiber.HeaderAuthorization)
	c.Response.Header.Set(fiber.HeaderCacheControl, "private")
}
