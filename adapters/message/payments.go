package message

import "orders/domain/order"

// Authorization is the body of authorizePayment.
type Authorization struct {
	PaymentID Name   `json:"paymentId" doc:"New in the order." example:"pay_1"`
	Amount    Amount `json:"amount" doc:"What is held; at most what of the total is neither captured nor held. In major units, with no more decimals than the order's currency." example:"1198"`
}

// Command implements Body.
func (a Authorization) Command(order.Currency) order.Command {
	return order.AuthorizePayment{PaymentID: a.PaymentID.String(), Amount: a.Amount.Decimal}
}

// Capture is the body of capturePayment. An empty captureId is none.
type Capture struct {
	PaymentID Name         `json:"paymentId" doc:"An authorized payment, or a new one for a sale." example:"pay_1"`
	CaptureID OptionalName `json:"captureId,omitzero" doc:"New in the order. The paymentId when left out or empty." example:"cap_1"`
	Amount    Amount       `json:"amount" doc:"What was taken; at most what the payment holds or, as a sale, what of the total is neither captured nor held. In major units, with no more decimals than the order's currency." example:"1198"`
}

// Command implements Body.
func (c Capture) Command(order.Currency) order.Command {
	return order.CapturePayment{
		PaymentID: c.PaymentID.String(), CaptureID: c.CaptureID.String(), Amount: c.Amount.Decimal,
	}
}

// Voiding is the body of voidPayment.
type Voiding struct {
	PaymentID Name `json:"paymentId" doc:"The payment to void. Always all that it still holds is given up." example:"pay_1"`
}

// Command implements Body.
func (v Voiding) Command(order.Currency) order.Command {
	return order.VoidPayment{PaymentID: v.PaymentID.String()}
}

// Refund is the body of refundPayment.
type Refund struct {
	PaymentID Name   `json:"paymentId" doc:"A captured payment." example:"pay_1"`
	RefundID  Name   `json:"refundId" doc:"New in the order." example:"ref_1"`
	Amount    Amount `json:"amount" doc:"What was given back; at most what was taken and not given back yet. In major units, with no more decimals than the order's currency." example:"599"`
}

// Command implements Body.
func (r Refund) Command(order.Currency) order.Command {
	return order.RefundPayment{
		PaymentID: r.PaymentID.String(), RefundID: r.RefundID.String(), Amount: r.Amount.Decimal,
	}
}
