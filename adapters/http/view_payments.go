package http

import (
	"orders/adapters/http/wire"
	"orders/domain/order"
)

// A paymentView is what is held, taken, given back and given up under one id.
type paymentView struct {
	PaymentID  string        `json:"paymentId" doc:"The payment's id." example:"pay_1"`
	Authorized wire.Amount   `json:"authorized" doc:"What was ever held, exact, in major units; 0 for a sale." example:"1198"`
	Captured   wire.Amount   `json:"captured" doc:"What was taken." example:"1198"`
	Refunded   wire.Amount   `json:"refunded" doc:"What of that was given back." example:"599"`
	Voided     wire.Amount   `json:"voided" doc:"What was held and will not be taken." example:"0"`
	Captures   []captureView `json:"captures" doc:"What was taken, one by one."`
	Refunds    []refundView  `json:"refunds" doc:"What was given back, one by one."`
}

type captureView struct {
	CaptureID string      `json:"captureId" doc:"The capture's id." example:"cap_1"`
	Amount    wire.Amount `json:"amount" doc:"What was taken, exact, in major units." example:"1198"`
}

type refundView struct {
	RefundID string      `json:"refundId" doc:"The refund's id." example:"ref_1"`
	Amount   wire.Amount `json:"amount" doc:"What was given back, exact, in major units." example:"599"`
}

func showPayments(payments []order.Payment) []paymentView {
	shown := make([]paymentView, len(payments))
	for i, p := range payments {
		shown[i] = paymentView{
			PaymentID: p.ID, Authorized: wire.Amount(p.Authorized), Voided: wire.Amount(p.Voided),
			Captured: wire.Amount(p.Captured()), Refunded: wire.Amount(p.Refunded()),
			Captures: []captureView{}, Refunds: []refundView{},
		}
		for _, c := range p.Captures {
			shown[i].Captures = append(shown[i].Captures, captureView{c.ID, wire.Amount(c.Amount)})
		}
		for _, r := range p.Refunds {
			shown[i].Refunds = append(shown[i].Refunds, refundView{r.ID, wire.Amount(r.Amount)})
		}
	}
	return shown
}
