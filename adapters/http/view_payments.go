package http

import (
	"orders/adapters/http/wire"
	"orders/domain/order"
)

// A paymentView describes how this API shows what is held, taken, given back and given up under one
// id, and appendPayment writes it.
type paymentView struct {
	PaymentID  string        `json:"paymentId" doc:"The payment's id." example:"pay_1"`
	Authorized wire.Amount   `json:"authorized" doc:"What was ever held, exact, in major units; 0 for a sale." example:"1198"`
	Captured   wire.Amount   `json:"captured" doc:"What was taken." example:"1198"`
	Refunded   wire.Amount   `json:"refunded" doc:"What of that was given back." example:"599"`
	Voided     wire.Amount   `json:"voided" doc:"What was held and will not be taken." example:"0"`
	Captures   []captureView `json:"captures" doc:"What was taken, one by one."`
	Refunds    []refundView  `json:"refunds" doc:"What was given back, one by one."`
}

func appendPayment(b []byte, p order.Payment) []byte {
	b = appendText(append(b, '{'), "paymentId", p.ID)
	b = appendAmount(b, "authorized", p.Authorized)
	b = appendAmount(b, "captured", p.Captured())
	b = appendAmount(b, "refunded", p.Refunded())
	b = appendAmount(b, "voided", p.Voided)
	b = appendList(b, "captures", p.Captures, appendCapture)
	return append(appendList(b, "refunds", p.Refunds, appendRefund), '}')
}

// A captureView describes how this API shows a capture, and appendCapture writes it.
type captureView struct {
	CaptureID string      `json:"captureId" doc:"The capture's id." example:"cap_1"`
	Amount    wire.Amount `json:"amount" doc:"What was taken, exact, in major units." example:"1198"`
}

func appendCapture(b []byte, c order.Charge) []byte {
	b = appendText(append(b, '{'), "captureId", c.ID)
	return append(appendAmount(b, "amount", c.Amount), '}')
}

// A refundView describes how this API shows a refund, and appendRefund writes it.
type refundView struct {
	RefundID string      `json:"refundId" doc:"The refund's id." example:"ref_1"`
	Amount   wire.Amount `json:"amount" doc:"What was given back, exact, in major units." example:"599"`
}

func appendRefund(b []byte, r order.Charge) []byte {
	b = appendText(append(b, '{'), "refundId", r.ID)
	return append(appendAmount(b, "amount", r.Amount), '}')
}
