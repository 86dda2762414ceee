package order

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
		Traceparent: wire.Traceparent(c.Get(wire.HeaderTraceparent)),
	}
	a := wire.QueryOf(c)
	r.DryRun = a.Flag("dryRun")
	match, err := wire.Condition(c, fiber.HeaderIfMatch)
	if match != nil {
		r.IfMatch = match.MatchStrongly
	}
	if err == nil {
		err = a.Err()
	}
	if err == nil {
		r.Key, err = wire.Key(c.Request().Header.PeekAll(wire.HeaderKey))
	}
	for _, value := range c.Request().Header.PeekAll(wire.HeaderPrefer) {
		async = async || wire.Prefers(string(value), respondAsync)
	}
	return r, async, err
}
