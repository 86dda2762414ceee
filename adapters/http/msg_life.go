package http

import "orders/domain/order"

// confirmation is the body of confirm, which has nothing to say.
type confirmation struct{}

func (confirmation) command(order.Currency) order.Command { return order.Confirm{} }

// completion is the body of complete, which has nothing to say.
type completion struct{}

func (completion) command(order.Currency) order.Command { return order.Complete{} }

// cancellation is the body of cancel.
type cancellation struct {
	Reason reason   `json:"reason" doc:"Why the order ends." example:"customer"`
	Note   noteText `json:"note,omitzero" doc:"More about it." example:"found it cheaper"`
}

func (c cancellation) command(order.Currency) order.Command {
	return order.Cancel{Reason: order.Reason(c.Reason.text), Note: c.Note.String()}
}
