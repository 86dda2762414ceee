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

// paymentEvents show the work of a payment service.
var paymentEvents = []EventType{
	event(1, "An amount was authorized.", func(e order.PaymentAuthorized) paymentData {
		return paymentData{e.PaymentID, Money(e.Amount)}
	}),
	event(1, "An amount was captured.", func(e order.PaymentCaptured) captureData {
		return captureData{e.PaymentID, e.CaptureID, Money(e.Amount)}
	}),
	event(1, "An amount was refunded.", func(e order.PaymentRefunded) refundData {
		return refundData{e.PaymentID, e.RefundID, Money(e.Amount)}
	}),
	event(1, "An authorized amount was released.", func(e order.PaymentVoided) paymentData {
		return paymentData{e.PaymentID, Money(e.Amount)}
	}),
}

type paymentData struct {
	PaymentID string `json:"paymentId" doc:"The payment's id." example:"pay_1"`
	Amount    Money  `json:"amount" doc:"The amount, exact, in major units." example:"1198"`
}

type captureData struct {
	PaymentID string `json:"paymentId" doc:"The payment's id." example:"pay_1"`
	CaptureID string `json:"captureId" doc:"The capture's id." example:"cap_1"`
	Amount    Money  `json:"amount" doc:"The captured amount, exact, in major units." example:"1198"`
}

type refundData struct {
	PaymentID string `json:"paymentId" doc:"The payment's id." example:"pay_1"`
	RefundID  string `json:"refundId" doc:"The refund's id." example:"ref_1"`
	Amount    Money  `json:"amount" doc:"The refunded amount, exact, in major units." example:"599"`
}
