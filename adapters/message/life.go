package message

import "orders/domain/order"

// Confirmation is the body of confirm. It has no fields.
type Confirmation struct{}

// Command implements Body.
func (Confirmation) Command(order.Currency) order.Command { return order.Confirm{} }

// Hold is the body of hold.
type Hold struct {
	Reason Reason `json:"reason" doc:"Why the order is put on hold." example:"fraud"`
	Note   Note   `json:"note,omitzero" doc:"A note on the reason." example:"the address is odd"`
}

// Command implements Body.
func (h Hold) Command(order.Currency) order.Command {
	return order.Hold{Reason: order.Reason(h.Reason.String()), Note: h.Note.String()}
}

// Release is the body of release. It has no fields.
type Release struct{}

// Command implements Body.
func (Release) Command(order.Currency) order.Command { return order.Release{} }

// Completion is the body of complete. It has no fields.
type Completion struct{}

// Command implements Body.
func (Completion) Command(order.Currency) order.Command { return order.Complete{} }

// Cancellation is the body of cancel.
type Cancellation struct {
	Reason Reason `json:"reason" doc:"Why the order is cancelled." example:"customer"`
	Note   Note   `json:"note,omitzero" doc:"A note on the reason." example:"found it cheaper"`
}

// Command implements Body.
func (c Cancellation) Command(order.Currency) order.Command {
	return order.Cancel{Reason: order.Reason(c.Reason.String()), Note: c.Note.String()}
}

// lifeEvents show how the status of an order changed.
var lifeEvents = []EventType{
	event(1, "An order was confirmed, and is binding.", nothing[order.Confirmed]),
	event(1, "An order was put on hold.", func(e order.PutOnHold) heldData {
		return heldData{e.Reason, e.Note}
	}),
	event(1, "An order was released from its hold.", nothing[order.Released]),
	event(1, "An order was completed: it is paid and delivered.", nothing[order.Completed]),
	event(1, "An order was cancelled.", func(e order.Cancelled) CancelledData {
		return CancelledData{e.Reason, e.Note}
	}),
}

// NoData is the data of an event whose type says everything.
type NoData struct{}

func nothing[E order.Event](E) NoData { return NoData{} }

type heldData struct {
	Reason order.Reason `json:"reason" doc:"Why the order is on hold." example:"fraud"`
	Note   string       `json:"note,omitempty" doc:"A note on the reason." example:"the address is odd"`
}

// CancelledData is the data of the event of a cancellation.
type CancelledData struct {
	Reason order.Reason `json:"reason"`
	Note   string       `json:"note,omitempty"`
}
