// Package customer keeps the customer module's read model in MongoDB: customer_orders holds one
// row for each order, and a summary is added up when it is asked for.
package customer

import (
	"context"
	"embed"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/x/bsonx/bsoncore"

	"orders/adapters/mongo"
	"orders/domain/order"
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
	return &Purchases{mongo.NewViews(d, Set, form)}
}

// Model is all that keeping the rows p of d takes.
func Model(d *mongo.Database, p *Purchases) ports.ReadModel[customer.Row] {
	return mongo.Model(d, Set, p, form)
}

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

// A sum is what a user's rows of one currency add up to.
type sum struct {
	Currency order.Currency `bson:"_id"`
	Orders   int            `bson:"orders"`
	Open     int            `bson:"open"`
	Spent    bson.RawValue  `bson:"spent"`
	Refunded bson.RawValue  `bson:"refunded"`
	Last     struct {
		CreatedAt time.Time `bson:"createdAt"`
		OrderID   order.ID  `bson:"orderId"`
	} `bson:"last"`
}

// total is exact or an error: MongoDB adds longs to a long, exactly, but to a double when no long
// holds them, which the driver would take for a long again.
func (s sum) total() (customer.Total, error) {
	spent, isExact := s.Spent.Int64OK()
	refunded, isToo := s.Refunded.Int64OK()
	if !isExact || !isToo {
		return customer.Total{}, fmt.Errorf("%w: %s %s and %s are more than can be added up",
			ports.ErrUnavailable, s.Currency, s.Spent, s.Refunded)
	}
	return customer.Total{
		Orders:   s.Orders,
		Spent:    order.Money{Minor: spent, Currency: s.Currency},
		Refunded: order.Money{Minor: refunded, Currency: s.Currency},
	}, nil
}

// sumsOf adds up by currency. The greatest of documents is the one whose first field is the
// greatest, and then its second.
func sumsOf(userID string) driver.Pipeline {
	add := func(what any) bson.D { return bson.D{{Key: "$sum", Value: what}} }
	return driver.Pipeline{
		{{Key: "$match", Value: bson.D{{Key: "userId", Value: userID}}}},
		{{Key: "$group", Value: bson.D{
			{Key: "_id", Value: "$currency"},
			{Key: "orders", Value: add(1)},
			{Key: "open", Value: add(bson.D{{Key: "$cond", Value: bson.A{"$open", 1, 0}}})},
			{Key: "spent", Value: add("$spent")},
			{Key: "refunded", Value: add("$refunded")},
			{Key: "last", Value: bson.D{{Key: "$max", Value: bson.D{
				{Key: "createdAt", Value: "$createdAt"}, {Key: "orderId", Value: "$_id"},
			}}}},
		}}},
		{{Key: "$sort", Value: bson.D{{Key: "_id", Value: 1}}}},
	}
}

// Summary adds up a user's rows on the server.
func (p *Purchases) Summary(ctx context.Context, userID string) (customer.Summary, error) {
	var sums []sum
	if err := p.Aggregate(ctx, sumsOf(userID), &sums); err != nil {
		return customer.Summary{}, fmt.Errorf("add up the orders of a user: %w", err)
	}
	all := customer.Summary{Totals: make([]customer.Total, len(sums))}
	for i, s := range sums {
		total, err := s.total()
		if err != nil {
			return customer.Summary{}, fmt.Errorf("add up the orders of a user: %w", err)
		}
		all.Totals[i] = total
		all.Orders += s.Orders
		all.Open += s.Open
		last := customer.Last{OrderID: s.Last.OrderID, CreatedAt: s.Last.CreatedAt}
		if isLater(last, all.Last) {
			all.Last = last
		}
	}
	return all, nil
}

func isLater(a, b customer.Last) bool {
	if a.CreatedAt.Equal(b.CreatedAt) {
		return a.OrderID > b.OrderID
	}
	return a.CreatedAt.After(b.CreatedAt)
}
