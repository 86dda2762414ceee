package order

import (
	"orders/adapters/http/wire"
	"orders/adapters/message"
	"orders/domain/order"
)

// paymentOperations record the work of a payment service.
var paymentOperations = []operationRow{
	operation[message.Authorization]{"authorizePayment", "payments/authorize",
		"Record an authorization", "✅ Payment authorized"},
	operation[message.Capture]{"capturePayment", "payments/capture",
		"Record a capture", "✅ Payment captured"},
	operation[message.Voiding]{"voidPayment", "payments/void",
		"Void a payment", "✅ Payment voided"},
	operation[message.Refund]{"refundPayment", "payments/refund",
		"Record a refund", "✅ Payment refunded"},
}

// A paymentView describes how this API shows a payment, and appendPayment writes it.
type paymentView struct {
	PaymentID  string        `json:"paymentId" doc:"The payment's id." example:"pay_1"`
	Authorized wire.Amount   `json:"authorized" doc:"The amount authorized so far, exact, in major units; 0 for a sale." example:"1198"`
	Captured   wire.Amount   `json:"captured" doc:"The amount captured." example:"1198"`
	Refunded   wire.Amount   `json:"refunded" doc:"The amount refunded." example:"599"`
	Voided     wire.Amount   `json:"voided" doc:"The authorized amount that was released without a capture." example:"0"`
	Captures   []captureView `json:"captures" doc:"Each capture."`
	Refunds    []refundView  `json:"refunds" doc:"Each refund."`
}

func appendPayment(b []byte, p order.Payment) []byte {
	b = wire.AppendText(append(b, '{'), "paymentId", p.ID)
	b = wire.AppendAmount(b, "authorized", p.Authorized)
	b = wire.AppendAmount(b, "captured", p.Captured())
	b = wire.AppendAmount(b, "refunded", p.Refunded())
	b = wire.AppendAmount(b, "voided", p.Voided)
	b = wire.AppendList(b, "captures", p.Captures, appendCapture)
	return append(wire.AppendList(b, "refunds", p.Refunds, appendRefund), '}')
}

// A captureView describes how this API shows a capture, and appendCapture writes it.
type captureView struct {
	CaptureID string      `json:"captureId" doc:"The capture's id." example:"cap_1"`
	Amount    wire.Amount `json:"amount" doc:"The captured amount, exact, in major units." example:"1198"`
}

func appendCapture(b []byte, c order.Charge) []byte {
	b = wire.AppendText(append(b, '{'), "captureId", c.ID)
	return append(wire.AppendAmount(b, "amount", c.Amount), '}')
}

// A refundView describes how this API shows a refund, and appendRefund writes it.
type refundView struct {
	RefundID string      `json:"refundId" doc:"The refund's id." example:"ref_1"`
	Amount   wire.Amount `json:"amount" doc:"The refunded amount, exact, in major units." example:"599"`
}

func appendRefund(b []byte, r order.Charge) []byte {
	b = wire.AppendText(append(b, '{'), "refundId", r.ID)
	return append(wire.AppendAmount(b, "amount", r.Amount), '}')
}
