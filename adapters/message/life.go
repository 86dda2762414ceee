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
