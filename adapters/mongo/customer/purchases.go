// Package customer keeps the customer module's read model in MongoDB: customer_orders holds one
// row for each order, and a summary is added up when it is asked for.
package customer

import (
	"embed"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/x/bsonx/bsoncore"

	"orders/adapters/mongo"
	"orders/ports"
	"orders/ports/customer"
)

var _ customer.Summaries = (*Purchases)(nil)

// rowsName is the collection of rows.
const rowsName = "customer_orders"

//go:embed migrations
var files embed.FS

// Set is the migrations of the rows.
var Set = mongo.Set{Collection: rowsName, Files: files, Folder: "migrations"}

// Purchases saves rows to customer_orders and adds them up.
type Purchases struct{ *mongo.Views[customer.Row] }

// NewPurchases returns the purchases of d. Its migrations must have run.
func NewPurchases(d *mongo.Database) *Purchases {
	return &Purchases{mongo.NewViews(mongo.OpenModel(d, Set), form)}
}

// Model is all that keeping the rows takes.
func (p *Purchases) Model() ports.ReadModel[customer.Row] { return p.Views.Model(p) }

// form makes a row in customer_orders. Its amounts are in minor units of one currency.
func form(r customer.Row) mongo.Document {
	p := r.Purchase
	d := bsoncore.NewDocumentBuilder().
		AppendString("_id", string(r.OrderID)).
		AppendInt32("version", int32(r.Version)). // At most order.CommitsEver.
		AppendString("userId", p.UserID).
		AppendDateTime("createdAt", r.CreatedAt.UnixMilli()).
		AppendBoolean("open", p.Open).
		AppendString("currency", string(p.Spent.Currency)).
		AppendInt64("spent", p.Spent.Minor).
		AppendInt64("refunded", p.Refunded.Minor).
		Build()
	return mongo.Document{ID: r.OrderID, Version: r.Version, Content: bson.Raw(d)}
}
