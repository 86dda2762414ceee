package order

import (
	"orders/adapters/http/wire"
	"orders/domain/order"
	"orders/ports"
)

const replayed = "🔁 Duplicate request (idempotent replay). Returning existing order."

// A commandAnswer answers a command that was carried out; Huma sends it.
type commandAnswer struct {
	Status   int
	Location string `header:"Location" hidden:"true"`
	ETag     string `header:"ETag" hidden:"true"`
	Replayed string `header:"Idempotent-Replayed" hidden:"true"`
	Applied  string `header:"Preference-Applied" hidden:"true"`
	Body     any    // A resultBody or a dryRunResult.
}

// A commandResult describes the order after a command, and the commands that are allowed next. A
// resultBody writes it.
type commandResult struct {
	Message           string                  `json:"message" doc:"What happened, in words." example:"✅ Order created"`
	OrderID           order.ID                `json:"orderId" doc:"The order's id."`
	Version           int                     `json:"version" doc:"The order's version; the ETag." example:"1"`
	Status            order.Status            `json:"status" doc:"The order's status." example:"CREATED"`
	PaymentStatus     order.PaymentStatus     `json:"paymentStatus" doc:"How much of it is paid." example:"NONE"`
	FulfillmentStatus order.FulfillmentStatus `json:"fulfillmentStatus" doc:"How much of it is shipped." example:"UNFULFILLED"`
	Links             links                   `json:"links" doc:"Paths: self to read the order, and one for each command that is allowed now."`
}

// A resultBody is the JSON of a commandResult.
type resultBody struct {
	message string
	order   ports.OrderView
	links   links
}

func (o resultBody) AppendTo(b []byte) []byte {
	b = wire.AppendText(append(b, '{'), "message", o.message)
	b = wire.AppendText(b, "orderId", o.order.ID)
	b = wire.AppendNumber(b, "version", o.order.Version)
	b = wire.AppendText(b, "status", o.order.Order.Status)
	b = wire.AppendText(b, "paymentStatus", o.order.Order.PaymentStatus())
	b = wire.AppendText(b, "fulfillmentStatus", o.order.Order.FulfillmentStatus())
	return append(o.links.AppendTo(wire.AppendName(b, "links")), '}')
}
