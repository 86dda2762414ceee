package order

import (
	"orders/adapters/http/wire"
	"orders/adapters/message"
	"orders/domain/order"
)

// lifeOperations move an order along in its life.
var lifeOperations = []operationRow{
	operation[message.Confirmation]{"confirm", "confirm",
		"Confirm an order", "✅ Order confirmed"},
	operation[message.Completion]{"complete", "complete",
		"Complete an order that is paid and delivered", "✅ Order completed"},
	operation[message.Cancellation]{"cancel", "cancel",
		"Cancel an order", "✅ Order cancelled"},
}

// lifeEvents show that it moved.
var lifeEvents = []eventRow{
	row(func(order.Confirmed) noData { return noData{} }),
	row(func(order.Completed) noData { return noData{} }),
	row(func(e order.Cancelled) cancellationView {
		return cancellationView{e.Reason, e.Note}
	}),
}

// noData is what an event has whose type says all.
type noData struct{}

// A cancellationView describes how this API shows why an order was cancelled, and
// appendCancellation writes it.
type cancellationView struct {
	Reason order.Reason `json:"reason" doc:"Why the order was cancelled." example:"customer"`
	Note   string       `json:"note,omitempty" doc:"A note on the reason." example:"found it cheaper"`
}

func appendCancellation(b []byte, c order.Cancellation) []byte {
	b = wire.AppendText(append(b, '{'), "reason", c.Reason)
	if c.Note != "" {
		b = wire.AppendText(b, "note", c.Note)
	}
	return append(b, '}')
}
