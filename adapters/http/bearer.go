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
		if !ofToken68[c] {
			return false
		}
	}
	return s != ""
}

// ofToken68 are the characters of a token. To look each up in a text took longer than its hash.
var ofToken68 = func() (is [256]bool) {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	for _, c := range []byte(letters + "0123456789-._~+/") {
		is[c] = true
	}
	return is
}()
