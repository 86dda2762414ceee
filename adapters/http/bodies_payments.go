package http

import "orders/domain/order"

// authorization is the body of authorizePayment.
type authorization struct {
	PaymentID text   `json:"paymentId"`
	Amount    number `json:"amount"`
}

func (a authorization) command(order.Currency) order.Command {
	return order.AuthorizePayment{PaymentID: string(a.PaymentID), Amount: a.Amount.Decimal}
}

// capture is the body of capturePayment. An empty captureId is none.
type capture struct {
	PaymentID text   `json:"paymentId"`
	CaptureID text   `json:"captureId,omitempty"`
	Amount    number `json:"amount"`
}

func (c capture) command(order.Currency) order.Command {
	return order.CapturePayment{
		PaymentID: string(c.PaymentID), CaptureID: string(c.CaptureID), Amount: c.Amount.Decimal,
	}
}

// voiding is the body of voidPayment.
type voiding struct {
	PaymentID text `json:"paymentId"`
}

func (v voiding) command(order.Currency) order.Command {
	return order.VoidPayment{PaymentID: string(v.PaymentID)}
}

// refund is the body of refundPayment.
type refund struct {
	PaymentID text   `json:"paymentId"`
	RefundID  text   `json:"refundId"`
	Amount    number `json:"amount"`
}

func (r refund) command(order.Currency) order.Command {
	return order.RefundPayment{
		PaymentID: string(r.PaymentID), RefundID: string(r.RefundID), Amount: r.Amount.Decimal,
	}
}
