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
	currency   order.Currency // The currency of orders that name none.
	requireKey bool
	strict     bool // Refuse all unknown names in a new order.
	tokens     bool // Callers need a token, which names a user.
	ignored    *message.IgnoredNames
	paths      paths
	awaiting   wire.Timeout // Ends the wait of an answer after AwaitMax.
}

// change returns the handler of a command on an order; done is the message of its answer.
func change[W message.Body](
	s *Commands, done string,
) func(context.Context, *commandRequest[W]) (*commandAnswer, error) {
	return func(ctx context.Context, c *commandRequest[W]) (*commandAnswer, error) {
		body, err := message.Decode[W](c.text, dryRun)
		if err != nil {
			return nil, err
		}
		if !c.request.OrderID.Valid() {
			return nil, ports.ErrNotFound
		}
		result, err := s.execute(ctx, c.request, body, c.prefers)
		switch {
		case err != nil:
			return nil, err
		case c.request.DryRun:
			return s.preview(ctx, c.request, result, c.prefers)
		}
		return s.answerFor(ctx, c.request, result, c.prefers, done), nil
	}
}

// execute runs a command and returns when the order can be read, or after AwaitMax: a recorded
// change is shown sooner or later.
func (s *Commands) execute(
	ctx context.Context, r command.Request, w message.Body, prefers wire.Preferences,
) (command.Result, error) {
	if s.requireKey && r.Key == "" {
		return command.Result{}, wire.InvalidField(wire.HeaderIdempotencyKey, "is required")
	}
	r.Command = w.Command(s.currency)
	result, err := s.handler.Handle(ctx, r)
	if err == nil && !prefers.Async && !r.DryRun {
		_ = s.orders.Await(s.awaiting.Context(), result.ID, result.Version)
	}
	return result, message.Missing(w, err)
}

// A commandRequest asks for a command; Huma hands it to a handler.
type commandRequest[W message.Body] struct {
	request command.Request
	text    []byte // The body, a W.
	prefers wire.Preferences
	line    *wire.Line // The request's, in the access log.
}

// Resolve reads c from the HTTP request; Huma calls it.
func (c *commandRequest[W]) Resolve(h huma.Context) []error {
	f := humafiber.Unwrap(h)
	c.line = wire.LineOf(f.Context())
	id := wire.OrderIDOf(h)
	var err error
	if c.request, c.prefers, err = metadata(f); err != nil {
		return []error{err}
	}
	if c.text, err = wire.Body(f, message.Required[W]()); err != nil {
		return []error{err}
	}
	c.request.OrderID = id
	return nil
}

// metadata reads the parameters and headers that every command takes.
func metadata(c *fiber.Ctx) (r command.Request, p wire.Preferences, err error) {
	r = command.Request{
		Caller:      wire.CallerOf(c.Context()),
		RequestID:   c.Get(wire.RequestID),
		Traceparent: command.Traceparent(c.Get(wire.HeaderTraceparent)),
	}
	a := wire.QueryOf(c)
	r.DryRun = a.Flag(dryRun)
	match, err := wire.Condition(c, fiber.HeaderIfMatch)
	if match != nil {
		r.IfMatch = match.MatchVersion
	}
	if err == nil {
		err = a.Err()
	}
	if err == nil {
		r.Key, err = wire.IdempotencyKey(c.Request().Header.PeekAll(wire.HeaderIdempotencyKey))
	}
	return r, wire.PreferencesIn(c.Request().Header.PeekAll(wire.HeaderPrefer)), err
}
