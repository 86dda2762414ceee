package http

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"orders/adapters/http/wire"
)

// A browser lets the pages of a configured origin use the API. The API has no cookies, so it never
// allows credentials.
const (
	// anyOrigin stands for all of them.
	anyOrigin = "*"

	corsMethods = "GET, HEAD, POST"
	// corsMaxAge is how long browsers remember the answer to a preflight, in seconds.
	corsMaxAge = "600"
)

var (
	// corsTaken are the request headers that this API reads.
	corsTaken = strings.Join([]string{
		fiber.HeaderAuthorization, fiber.HeaderContentType, wire.HeaderIdempotencyKey,
		fiber.HeaderIfMatch, fiber.HeaderIfNoneMatch,
		wire.HeaderLastEvent, wire.HeaderPrefer, wire.HeaderTraceparent,
		wire.HeaderTracestate, wire.RequestID,
	}, ", ")
	// corsShown are the answer headers that pages may read beyond those that browsers always show.
	corsShown = strings.Join([]string{
		fiber.HeaderETag, wire.HeaderReplayed, fiber.HeaderLink, fiber.HeaderLocation,
		wire.HeaderApplied, fiber.HeaderRetryAfter, fiber.HeaderWWWAuthenticate,
		headerRateLimit, headerRateLimitPolicy,
		wire.RequestID,
	}, ", ")
)

// origins are those whose pages may use the API.
type origins []string

// allow returns the origin that the answer to c allows, if it allows one.
func (o origins) allow(c *fasthttp.RequestCtx) (allowed string, ok bool) {
	given := c.Request.Header.PeekAll(fiber.HeaderOrigin)
	switch {
	case isAdmin(c.Path()): // For operators, not for pages.
		return "", false
	case len(given) > 1, len(given) == 1 && string(given[0]) == "null": // No single origin.
		return "", false
	case slices.Contains(o, anyOrigin):
		return anyOrigin, true
	case len(given) == 0:
		return "", false
	}
	return string(given[0]), slices.Contains(o, string(given[0]))
}

// preflight answers a browser that asks whether a page may send a request. It reports whether c is
// such a preflight request.
func (o origins) preflight(c *fasthttp.RequestCtx) bool {
	asks := string(c.Method()) == fiber.MethodOptions &&
		len(c.Request.Header.Peek(fiber.HeaderOrigin)) > 0 &&
		len(c.Request.Header.Peek(fiber.HeaderAccessControlRequestMethod)) > 0
	if _, ok := o.allow(c); !asks || !ok {
		return false
	}
	h := &c.Response.Header
	h.Set(fiber.HeaderAccessControlAllowMethods, corsMethods)
	h.Set(fiber.HeaderAccessControlAllowHeaders, corsTaken)
	h.Set(fiber.HeaderAccessControlMaxAge, corsMaxAge)
	c.SetStatusCode(fiber.StatusNoContent)
	return true
}

// allowReading lets pages of the origins that are configured read the answer to c.
func (o origins) allowReading(c *fasthttp.RequestCtx) {
	if len(o) == 0 {
		return
	}
	h := &c.Response.Header
	h.Add(fiber.HeaderVary, fiber.HeaderOrigin)
	if allowed, ok := o.allow(c); ok {
		h.Set(fiber.HeaderAccessControlAllowOrigin, allowed)
		h.Set(fiber.HeaderAccessControlExposeHeaders, corsShown)
	}
}
