package journal

import (
	"orders/adapters/mongo/document"
	"orders/domain/order"
)

// created1Fields is schema 1 of OrderCreated. It names the currency with the price of every line,
// so it could contradict itself, and 500 lines of it take 44 KB; schema 2 names it once and takes
// 29 KB. Orders created before are read from it for ever, since a commit is never rewritten.
func created1Fields(f *document.Fields, e *order.Created) {
	f.Text("userId", &e.UserID)
	document.List(f, "lines", &e.Lines, func(f *document.Fields, l *order.Line) {
		f.Text("sku", &l.SKU)
		f.Whole("quantity", &l.Quantity)
		f.Money("price", &l.Price)
	})
}

// Schema 1 of the payments' events has the amount as a document of minor units and currency. Since
// schema 2 it is stored as all amounts are.

func authorized1Fields(f *document.Fields, e *order.PaymentAuthorized) {
	f.Text("paymentId", &e.PaymentID)
	amount1Field(f, &e.Amount)
}

func voided1Fields(f *document.Fields, e *order.PaymentVoided) {
	f.Text("paymentId", &e.PaymentID)
	amount1Field(f, &e.Amount)
}

func captured1Fields(f *document.Fields, e *order.PaymentCaptured) {
	f.Text("captureId", &e.CaptureID)
	f.Text("paymentId", &e.PaymentID)
	amount1Field(f, &e.Amount)
}

func refunded1Fields(f *document.Fields, e *order.PaymentRefunded) {
	f.Text("refundId", &e.RefundID)
	f.Text("paymentId", &e.PaymentID)
	amount1Field(f, &e.Amount)
}

func amount1Field(f *document.Fields, m *order.Money) {
	f.Money("amount", m)
	f.Check(m.Minor > 0, "amount")
}
