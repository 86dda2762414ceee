package order

import (
	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"

	"orders/adapters/http/wire"
	"orders/adapters/message"
	"orders/app/command"
	"orders/domain/order"
)

// A call is a request for a command, as Huma hands it to a handler.
type call[W message.Body] struct {
	body    W
	request command.Request
	async   bool // Answer without waiting until the order can be read.
}

// Resolve reads the call from its request; Huma calls it.
func (c *call[W]) Resolve(h huma.Context) []error {
	f := humafiber.Unwrap(h)
	var err error
	if c.request, c.async, err = metadata(f); err != nil {
		return []error{err}
	}
	if err := wire.Decode(f, message.Required[W](), &c.body); err != nil {
		return []error{err}
	}
	c.request.OrderID = order.ID(wire.Segment(h, wire.OrderID))
	return nil
}

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
