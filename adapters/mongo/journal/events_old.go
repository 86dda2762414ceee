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
