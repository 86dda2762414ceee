package http

import (
	"orders/adapters/http/wire"
	"orders/domain/order"
)

// A paymentView is what is held, taken, given back and given up under one id.
type paymentView struct {
	PaymentID  string        `json:"paymentId"`
	Authorized wire.Amount   `json:"authorized"`
	Captured   wire.Amount   `json:"captured"`
	Refunded   wire.Amount   `json:"refunded"`
	Voided     wire.Amount   `json:"voided"`
	Captures   []captureView `json:"captures"`
	Refunds    []refundView  `json:"refunds"`
}

type captureView struct {
	CaptureID string      `json:"captureId"`
	Amount    wire.Amount `json:"amount"`
}

type refundView struct {
	RefundID string      `json:"refundId"`
	Amount   wire.Amount `json:"amount"`
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
