package http

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"orders/adapters/http/wire"
)

// Pages of other origins may ask for what is here, and read it, if their origin is configured.
// There are no cookies to be sent along, so credentials are never allowed.
const (
	// anyOrigin stands for all of them.
	anyOrigin = "*"

	corsMethods = "GET, HEAD, POST"
	// corsMaxAge is how long browsers remember the answer to a preflight, in seconds.
	corsMaxAge = "600"
)

var (
	// corsTaken are the headers of requests that mean something here.
	corsTaken = strings.Join([]string{
		fiber.HeaderContentType, wire.HeaderKey, fiber.HeaderIfMatch, fiber.HeaderIfNoneMatch,
		wire.HeaderLastEvent, wire.HeaderPrefer, wire.HeaderTraceparent, wire.RequestID,
	}, ", ")
	// corsShown are the headers of answers that pages may read, besides those that they always may.
	corsShown = strings.Join([]string{
		fiber.HeaderETag, wire.HeaderReplayed, fiber.HeaderLink, fiber.HeaderLocation,
		wire.HeaderApplied, fiber.HeaderRetryAfter, wire.RequestID,
	}, ", ")
)

// origins are those whose pages may use the API.
type origins []string

// allow returns what an answer to c says about the origin that it came from, if anything.
func (o origins) allow(c *fasthttp.RequestCtx) (allowed string, ok bool) {
	given := c.Request.Header.PeekAll(fiber.HeaderOrigin)
	switch {
	case isAdmin(c.Path()): // For operators, not for pages.
		return "", false
	case len(given) > 1, len(given) == 1 && string(given[0]) == "null": // Not of one origin.
		return "", false
	case slices.Contains(o, anyOrigin):
		return anyOrigin, true
	case len(given) == 0:
		return "", false
	}
	return string(given[0]), slices.Contains(o, string(given[0]))
}

// preflight answers a browser that asks whether a page may send a request. It reports whether c was
// such a question.
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
