package order

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"orders/adapters/http/wire"
	"orders/app/access"
	"orders/app/command"
	"orders/domain/order"
	"orders/ports"
	"orders/ports/budget"
)

const replayed = "🔁 Duplicate request (idempotent replay). Returning existing order."

// A commandAnswer answers a command that was carried out, or its dry run; Huma sends it.
type commandAnswer struct {
	Status   int
	Location string `header:"Location" hidden:"true"`
	ETag     string `header:"ETag" hidden:"true"`
	Replayed string `header:"Idempotent-Replayed" hidden:"true"`
	Applied  string `header:"Preference-Applied" hidden:"true"`
	Body     *resultBody
}

// A commandResult describes the order after a command, and the commands that are allowed next. A
// resultBody writes it.
type commandResult struct {
	Message           string                  `json:"message" doc:"What happened, in words." example:"✅ Order created"`
	OrderID           order.ID                `json:"orderId" doc:"The order's id. In a dry run of create it is random, unless the request has an Idempotency-Key."`
	Version           int                     `json:"version" doc:"The order's version; the ETag." example:"1"`
	Status            order.Status            `json:"status" doc:"The order's status." example:"CREATED"`
	PaymentStatus     order.PaymentStatus     `json:"paymentStatus" doc:"How much of it is paid." example:"NONE"`
	FulfillmentStatus order.FulfillmentStatus `json:"fulfillmentStatus" doc:"How much of it is shipped." example:"UNFULFILLED"`
	Links             links                   `json:"links" doc:"Paths: self to read the order, and one for each command that is allowed as of this version of the order, and to the caller."`
	DryRun            bool                    `json:"dryRun,omitempty" doc:"True in a dry run, where all else is as it would be; else left out."`
	Events            []orderEvent            `json:"events,omitempty" doc:"In a dry run, the events that would be recorded, as the history would show them; none if the command has already taken effect."`
	Order             *orderView              `json:"order,omitempty" doc:"The order as the query of this version shows it: in a dry run, and with \x60Prefer: return=representation\x60."`
}

// A resultBody is the JSON of a commandResult.
type resultBody struct {
	message string
	order   ports.OrderView
	class   access.Class // The caller's.
	links   links
	whole   bool   // Whether it shows the order.
	events  []byte // In a dry run, the JSON of the list of events; else nil.
}

func (o resultBody) AppendTo(b []byte) []byte {
	b = wire.AppendText(append(b, '{'), "message", o.message)
	b = wire.AppendText(b, "orderId", o.order.ID)
	b = wire.AppendNumber(b, "version", o.order.Version)
	b = wire.AppendText(b, "status", o.order.Order.Status)
	b = wire.AppendText(b, "paymentStatus", o.order.Order.PaymentStatus())
	b = wire.AppendText(b, "fulfillmentStatus", o.order.Order.FulfillmentStatus())
	b = o.links.AppendTo(wire.AppendName(b, "links"))
	if o.events != nil {
		b = append(wire.AppendName(wire.AppendBool(b, "dryRun", true), "events"), o.events...)
	}
	if o.whole {
		b = appendOrder(wire.AppendName(b, "order"), o.order, o.class)
	}
	return append(b, '}')
}

// answerFor answers a command that was carried out; done is the message. Nothing fails any more, as
// the change is recorded: where there is no room for the whole order the answer leaves it out, and
// does not say that the preference was applied.
func (s *Commands) answerFor(
	ctx context.Context, asked command.Request, result command.Result, prefers wire.Preferences,
	done string,
) *commandAnswer {
	if prefers.Representation && budget.TakeAnswer(ctx, result.Size()) != nil {
		prefers.Representation = false
	}
	r := &commandAnswer{
		Status: fiber.StatusOK, ETag: wire.ETag(result.Version, asked.Caller.Class()),
		Applied: prefers.Applied(),
	}
	if result.Replayed {
		r.Replayed, done = "true", replayed
	}
	r.Body = s.body(asked.Caller, done, result)
	r.Body.whole = prefers.Representation
	return r
}

// body tells the caller the result of a command, without the whole order.
func (s *Commands) body(c access.Caller, message string, result command.Result) *resultBody {
	class := c.Class()
	return &resultBody{
		message: message, order: result.OrderView, class: class,
		links: s.paths.links(result, class),
	}
}
