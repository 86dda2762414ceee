// Package order serves orders: the commands that change them, and the queries that show them.
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

const replayed = "🔁 Duplicate request (idempotent replay). Returning existing order."

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

// A receipt is what Huma sends when a command was carried out.
type receipt struct {
	Status   int
	Location string `header:"Location" hidden:"true"`
	ETag     string `header:"ETag" hidden:"true"`
	Replayed string `header:"Idempotent-Replayed" hidden:"true"`
	Applied  string `header:"Preference-Applied" hidden:"true"`
	Body     any    // An outcome or a dryRunResult.
}

// A commandResult describes how an answer tells how a command left its order, and what can be done
// next; an outcome writes it.
type commandResult struct {
	Message           string                  `json:"message" doc:"What happened, for people." example:"✅ Order created"`
	OrderID           order.ID                `json:"orderId" doc:"The order's id."`
	Version           int                     `json:"version" doc:"The order's version; the ETag." example:"1"`
	Status            order.Status            `json:"status" doc:"The order's status." example:"CREATED"`
	PaymentStatus     order.PaymentStatus     `json:"paymentStatus" doc:"How far it is paid." example:"NONE"`
	FulfillmentStatus order.FulfillmentStatus `json:"fulfillmentStatus" doc:"How far it is shipped." example:"UNFULFILLED"`
	Links             links                   `json:"links" doc:"Paths: self to read the order, and one for each command it would take now."`
}

// Commands are the operations that change orders.
type Commands struct {
	handler    *command.Handler
	orders     ports.Orders   // Tells when an order can be read.
	currency   order.Currency // Of orders that name none.
	requireKey bool
	paths      paths
	awaiting   wire.Timeout // Of an answer, see awaitMax.
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

// An outcome is what a command led to.
type outcome struct {
	message string
	order   ports.OrderView
	links   links
}

func (o outcome) AppendTo(b []byte) []byte {
	b = wire.AppendText(append(b, '{'), "message", o.message)
	b = wire.AppendText(b, "orderId", o.order.ID)
	b = wire.AppendNumber(b, "version", o.order.Version)
	b = wire.AppendText(b, "status", o.order.Order.Status)
	b = wire.AppendText(b, "paymentStatus", o.order.Order.PaymentStatus())
	b = wire.AppendText(b, "fulfillmentStatus", o.order.Order.FulfillmentStatus())
	return append(o.links.AppendTo(wire.AppendName(b, "links")), '}')
}

// create handles the one command that has no order yet, so that no If-Match can hold.
func (s *Commands) create(ctx context.Context, c *call[message.NewOrder]) (*receipt, error) {
	if c.request.IfMatch != nil {
		return nil, &command.VersionError{}
	}
	c.request.AnyCurrency = !c.body.Currency.Given
	result, err := s.carryOut(ctx, c.request, c.body, c.async)
	switch {
	case err != nil:
		return nil, err
	case c.request.DryRun:
		return preview(ctx, result)
	}
	r := s.receiptFor(result, c.async, "✅ Order created")
	r.Location = s.paths.query(result.ID)
	if !result.Replayed {
		r.Status = fiber.StatusCreated
	}
	return r, nil
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

// carryOut returns when the order can be read, or after awaitMax all the same: what is recorded
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
