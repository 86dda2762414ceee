package order

import (
	"time"

	"orders/adapters/http/wire"
	"orders/adapters/message"
	"orders/domain/order"
)

// lifeOperations change the status of an order.
var lifeOperations = []operationRow{
	operation[message.Confirmation]{"confirm", "confirm",
		"Confirm an order", "✅ Order confirmed"},
	operation[message.Hold]{"hold", "hold",
		"Put an order on hold", "✅ Order on hold"},
	operation[message.Release]{"release", "release",
		"Release an order from its hold", "✅ Order released"},
	operation[message.Completion]{"complete", "complete",
		"Complete an order that is paid and delivered", "✅ Order completed"},
	operation[message.Cancellation]{"cancel", "cancel",
		"Cancel an order", "✅ Order cancelled"},
}

// A holdView describes how this API shows that an order is on hold, and appendHold writes it.
type holdView struct {
	Reason order.Reason   `json:"reason" doc:"Why the order is on hold." example:"fraud"`
	Note   string         `json:"note,omitempty" doc:"A note on the reason." example:"the address is odd"`
	At     wire.Timestamp `json:"at" doc:"When the order was put on hold, in UTC."`
}

func appendHold(b []byte, h order.Holding, at time.Time) []byte {
	return append(wire.AppendTimestamp(appendWhy(append(b, '{'), h.Reason, h.Note), "at", at), '}')
}

// A cancellationView describes how this API shows why an order was cancelled, and
// appendCancellation writes it.
type cancellationView struct {
	Reason order.Reason `json:"reason" doc:"Why the order was cancelled." example:"customer"`
	Note   string       `json:"note,omitempty" doc:"A note on the reason." example:"found it cheaper"`
}

func appendCancellation(b []byte, c order.Cancellation) []byte {
	return append(appendWhy(append(b, '{'), c.Reason, c.Note), '}')
}

func appendWhy(b []byte, reason order.Reason, note string) []byte {
	b = wire.AppendText(b, "reason", reason)
	if note != "" {
		b = wire.AppendText(b, "note", note)
	}
	return b
}
