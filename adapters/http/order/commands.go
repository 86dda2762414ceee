package order

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"

	"orders/adapters/http/wire"
	"orders/adapters/message"
	"orders/app/command"
	"orders/domain/order"
	"orders/ports"
)

// AwaitMax is how long a command's answer waits until the order can be read.
const AwaitMax = time.Second

// Commands are the operations that change orders.
type Commands struct {
	handler    *command.Handler
	orders     ports.Orders   // Tells when an order can be read.
	currency   order.Currency // Of orders that name none.
	requireKey bool
	paths      paths
	awaiting   wire.Timeout // Of an answer, see AwaitMax.
}

// change handles a command on an order; done is what the answer says.
func change[W message.Body](
	s *Commands, done string,
) func(context.Context, *call[W]) (*receipt, error) {
	return func(ctx context.Context, c *call[W]) (*receipt, error) {
		if !c.request.OrderID.Valid() {
			return nil, ports.ErrNotFound
		}
		result, err := s.carryOut(ctx, c.request, c.body, c.async)
		switch {
		case err != nil:
			return nil, err
		case c.request.DryRun:
			return preview(ctx, result)
		}
		return s.receiptFor(result, c.async, done), nil
	}
}

// carryOut returns when the order can be read, or after AwaitMax all the same: what is recorded
// will be shown.
func (s *Commands) carryOut(
	ctx context.Context, r command.Request, w message.Body, async bool,
) (command.Result, error) {
	if s.requireKey && r.Key == "" {
		return command.Result{}, wire.WrongField(wire.HeaderKey, "is required")
	}
	r.Command = w.Command(s.currency)
	result, err := s.handler.Handle(ctx, r)
	if err == nil && !async && !r.DryRun {
		_ = s.orders.Await(s.awaiting.Context(), result.ID, result.Version)
	}
	return result, err
}

// receiptFor answers a command that was carried out; done is what the answer says.
func (s *Commands) receiptFor(result command.Result, async bool, done string) *receipt {
	r := &receipt{Status: fiber.StatusOK, ETag: wire.ETag(result.Version)}
	if async {
		r.Applied = respondAsync
	}
	if result.Replayed {
		r.Replayed, done = "true", replayed
	}
	r.Body = outcome{done, result.OrderView, s.paths.links(result)}
	return r
}

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
