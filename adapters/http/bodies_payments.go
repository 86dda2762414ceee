package http

import "orders/domain/order"

// authorization is the body of authorizePayment.
type authorization struct {
	PaymentID name   `json:"paymentId" doc:"New in the order." example:"pay_1"`
	Amount    amount `json:"amount" doc:"What is held; at most what of the total is neither captured nor held. In major units, with no more decimals than the order's currency." example:"1198"`
}

func (a authorization) command(order.Currency) order.Command {
	return order.AuthorizePayment{PaymentID: a.PaymentID.String(), Amount: a.Amount.Decimal}
}

// capture is the body of capturePayment. An empty captureId is none.
type capture struct {
	PaymentID name         `json:"paymentId" doc:"An authorized payment, or a new one for a sale." example:"pay_1"`
	CaptureID optionalName `json:"captureId,omitzero" doc:"New in the order. The paymentId when left out or empty." example:"cap_1"`
	Amount    amount       `json:"amount" doc:"What was taken; at most what the payment holds or, as a sale, what of the total is neither captured nor held. In major units, with no more decimals than the order's currency." example:"1198"`
}

func (c capture) command(order.Currency) order.Command {
	return order.CapturePayment{
		PaymentID: c.PaymentID.String(), CaptureID: c.CaptureID.String(), Amount: c.Amount.Decimal,
	}
}

// voiding is the body of voidPayment.
type voiding struct {
	PaymentID name `json:"paymentId" doc:"The payment to void. Always all that it still holds is given up." example:"pay_1"`
}

func (v voiding) command(order.Currency) order.Command {
	return order.VoidPayment{PaymentID: v.PaymentID.String()}
}

// refund is the body of refundPayment.
type refund struct {
	PaymentID name   `json:"paymentId" doc:"A captured payment." example:"pay_1"`
	RefundID  name   `json:"refundId" doc:"New in the order." example:"ref_1"`
	Amount    amount `json:"amount" doc:"What was given back; at most what was taken and not given back yet. In major units, with no more decimals than the order's currency." example:"599"`
}

func (r refund) command(order.Currency) order.Command {
	return order.RefundPayment{
		PaymentID: r.PaymentID.String(), RefundID: r.RefundID.String(), Amount: r.Amount.Decimal,
	}
}
