package http

import (
	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"orders/adapters/http/wire"
	"orders/app/access"
)

// inQuery is the parameter that RFC 6750 has for tokens in URLs. The service takes none from there,
// since URLs stand in logs and histories.
const inQuery = "access_token"

// bearer returns the token that came with c (RFC 6750).
func bearer(c *fasthttp.RequestCtx) (string, error) {
	given := c.Request.Header.PeekAll(fiber.HeaderAuthorization)
	switch {
	case len(given) > 1:
		return "", wire.AmbiguousToken("the header Authorization must be given only once")
	case len(given) == 0:
		return "", access.ErrNoToken
	case c.QueryArgs().Has(inQuery):
		return "", wire.AmbiguousToken("a token belongs into the header Authorization alone")
	}
	return access.Bearer(string(given[0]))
}
