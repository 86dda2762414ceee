package http

import (
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"orders/adapters/http/wire"
	"orders/app/access"
	"orders/ports"
)

// inQuery is the parameter that RFC 6750 has for tokens in URLs. The service takes none from there,
// since URLs stand in logs and histories.
const inQuery = "access_token"

var errMalformed = &ports.TokenError{Reason: "the token has characters that no token has"}

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
	scheme, token, _ := strings.Cut(string(given[0]), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return "", access.ErrNoToken
	}
	token = strings.TrimLeft(token, " ")
	if !isToken68(token) {
		return "", errMalformed
	}
	return token, nil
}

// isToken68 reports whether s has the form of a token (RFC 9110, section 11.2).
func isToken68(s string) bool {
	s = strings.TrimRight(s, "=")
	for _, c := range []byte(s) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9',
			strings.IndexByte("-._~+/", c) >= 0:
		default:
			return false
		}
	}
	return s != ""
}
