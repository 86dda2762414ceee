package order

import (
	"orders/adapters/http/wire"
	"orders/domain/order"
	"orders/ports"
)

const replayed = "🔁 Duplicate request (idempotent replay). Returning existing order."

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
	Message           string                  `json:"message" doc:"What happened, in words." example:"✅ Order created"`
	OrderID           order.ID                `json:"orderId" doc:"The order's id."`
	Version           int                     `json:"version" doc:"The order's version; the ETag." example:"1"`
	Status            order.Status            `json:"status" doc:"The order's status." example:"CREATED"`
	PaymentStatus     order.PaymentStatus     `json:"paymentStatus" doc:"How much of it is paid." example:"NONE"`
	FulfillmentStatus order.FulfillmentStatus `json:"fulfillmentStatus" doc:"How much of it is shipped." example:"UNFULFILLED"`
	Links             links                   `json:"links" doc:"Paths: self to read the order, and one for each command that is allowed now."`
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
