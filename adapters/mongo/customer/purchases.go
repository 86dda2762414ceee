// Package customer keeps the customer module's read model in MongoDB: customer_orders holds one
// row for each order, and a summary is added up when it is asked for.
package customer

import (
	"embed"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/document"
	"orders/adapters/mongo/migrate"
	"orders/adapters/mongo/readmodel"
	"orders/ports/customer"
)

var _ customer.Summaries = (*Purchases)(nil)

// rowsName is the collection of rows.
const rowsName = "customer_orders"

//go:embed migrations
var files embed.FS

// Set is the migrations of the rows.
var Set = migrate.Set{
	Collection: rowsName, Holds: "read model summary", Files: files, Folder: "migrations",
}

// Purchases saves rows to customer_orders and adds them up.
type Purchases struct{ *readmodel.Views[customer.Row] }

// NewPurchases returns the purchases of d. Its migrations must have run.
func NewPurchases(d *client.Database) *Purchases {
	return &Purchases{readmodel.NewViews(readmodel.Open(d, Set), form)}
}

// rowSize is about what a row takes.
const rowSize = 192

// form makes a row in customer_orders.
func form(r customer.Row) readmodel.Document {
	f := document.New(rowSize)
	rowFields(f, &r)
	raw, _ := f.Close() // Every row can be written.
	return readmodel.Document{ID: r.OrderID, Version: r.Version, Content: raw}
}

// rowFields says what a row holds. Its amounts are in minor units of one currency.
func rowFields(f *document.Fields, r *customer.Row) {
	p := &r.Purchase
	f.Text("_id", (*string)(&r.OrderID))
	f.Whole("version", &r.Version)
	f.Text("userId", &p.UserID)
	f.Time("createdAt", &r.CreatedAt)
	f.Flag("open", &p.Open)
	f.Text("currency", (*string)(&p.Spent.Currency))
	f.Long("spent", &p.Spent.Minor)
	f.Long("refunded", &p.Refunded.Minor)
}
