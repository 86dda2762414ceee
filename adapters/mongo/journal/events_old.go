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

// amount1Field is the amount in schema 1 of the payments' events: a document of minor units and
// currency. Since schema 2 it is stored as all amounts are.
func amount1Field(f *document.Fields, m *order.Money) {
	f.Money("amount", m)
	f.Check(m.Minor > 0, "amount")
}
