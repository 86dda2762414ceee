// Package order serves orders: the commands that change them, and the queries that show them.
package order

import (
	"context"
	"time"

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

// A CommandConfig is what can be chosen about commands.
type CommandConfig struct {
	BasePath   string         // Before the paths in answers.
	Currency   order.Currency // Of orders that name none.
	RequireKey bool           // Refuse commands that come without an Idempotency-Key.
}

// NewCommands returns the commands that handler carries out. An answer waits until orders shows it.
func NewCommands(
	handler *command.Handler, orders ports.Orders, config CommandConfig,
) *Commands {
	c := &Commands{
		handler: handler, orders: orders, currency: config.Currency,
		requireKey: config.RequireKey, paths: paths{config.BasePath},
	}
	c.awaiting.After = AwaitMax
	return c
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
