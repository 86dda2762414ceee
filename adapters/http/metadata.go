package http

import (
	"github.com/gofiber/fiber/v2"

	"orders/adapters/http/wire"
	"orders/app/command"
)

const respondAsync = "respond-async"

// metadata reads what comes with any command.
func metadata(c *fiber.Ctx) (r command.Request, async bool, err error) {
	r = command.Request{
		Actor:       "anonymous",
		RequestID:   c.Get(wire.RequestID),
		Traceparent: traceparent(c.Get(headerTraceparent)),
	}
	a := argumentsOf(c)
	r.DryRun = a.flag("dryRun")
	match, err := condition(c, fiber.HeaderIfMatch)
	if match != nil {
		r.IfMatch = match.matchStrongly
	}
	if err == nil {
		err = a.err()
	}
	if err == nil {
		r.Key, err = key(c.Request().Header.PeekAll(headerKey))
	}
	for _, value := range c.Request().Header.PeekAll(headerPrefer) {
		async = async || prefers(string(value), respondAsync)
	}
	return r, async, err
}
