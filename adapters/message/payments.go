package message

import "orders/domain/order"

// Authorization is the body of authorizePayment.
type Authorization struct {
	PaymentID Name   `json:"paymentId" doc:"An id that is new in the order." example:"pay_1"`
	Amount    Amount `json:"amount" doc:"The authorized amount; at most the part of the total that is neither captured nor authorized. In major units, with no more decimals than the order's currency." example:"1198"`
}

// Command implements Body.
func (a Authorization) Command(order.Currency) order.Command {
	return order.AuthorizePayment{PaymentID: a.PaymentID.String(), Amount: a.Amount.Decimal}
}

// Capture is the body of capturePayment. An empty captureId counts as missing.
type Capture struct {
	PaymentID Name         `json:"paymentId" doc:"An authorized payment, or a new one for a sale." example:"pay_1"`
	CaptureID OptionalName `json:"captureId,omitzero" doc:"An id that is new in the order. Defaults to the paymentId." example:"cap_1"`
	Amount    Amount       `json:"amount" doc:"The captured amount; at most the authorized amount or, for a sale, the part of the total that is neither captured nor authorized. In major units, with no more decimals than the order's currency." example:"1198"`
}

// Command implements Body.
func (c Capture) Command(order.Currency) order.Command {
	return order.CapturePayment{
		PaymentID: c.PaymentID.String(), CaptureID: c.CaptureID.String(), Amount: c.Amount.Decimal,
	}
}

// Voiding is the body of voidPayment.
type Voiding struct {
	PaymentID Name `json:"paymentId" doc:"The payment to void. The whole amount that is still authorized is released." example:"pay_1"`
}

// Command implements Body.
func (v Voiding) Command(order.Currency) order.Command {
	return order.VoidPayment{PaymentID: v.PaymentID.String()}
}

// Refund is the body of refundPayment.
type Refund struct {
	PaymentID Name   `json:"paymentId" doc:"A captured payment." example:"pay_1"`
	RefundID  Name   `json:"refundId" doc:"An id that is new in the order." example:"ref_1"`
	Amount    Amount `json:"amount" doc:"The refunded amount; at most the captured amount that is not refunded yet. In major units, with no more decimals than the order's currency." example:"599"`
}

// Command implements Body.
func (r Refund) Command(order.Currency) order.Command {
	return order.RefundPayment{
		PaymentID: r.PaymentID.String(), RefundID: r.RefundID.String(), Amount: r.Amount.Decimal,
	}
}
