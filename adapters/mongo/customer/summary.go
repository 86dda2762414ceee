package customer

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/domain/order"
	"orders/ports/customer"
)

// A sum is what a user's rows of one currency add up to; or, without a currency that is known, how
// many of them cannot be read.
type sum struct {
	Currency order.Currency       `bson:"_id"`
	Orders   int                  `bson:"orders"`
	Open     int                  `bson:"open"`
	Spent    primitive.Decimal128 `bson:"spent"`
	Refunded primitive.Decimal128 `bson:"refunded"`
	Last     struct {
		CreatedAt time.Time `bson:"createdAt"`
		OrderID   order.ID  `bson:"orderId"`
	} `bson:"last"`
	Some bson.RawValue `bson:"some"` // The _id of one of them.
}

// total is exact: MongoDB adds decimals of up to 34 digits exactly.
func (s sum) total() (customer.Total, error) {
	spent, err := s.exact(s.Spent)
	refunded, failed := s.exact(s.Refunded)
	return customer.Total{
		Orders: s.Orders, Spent: spent, Refunded: refunded,
	}, errors.Join(err, failed)
}

func (s sum) exact(decimal primitive.Decimal128) (customer.Sum, error) {
	digits, exponent, err := decimal.BigInt()
	if err == nil && exponent != 0 {
		err = errors.New("has been rounded")
	}
	if err != nil {
		return customer.Sum{}, fmt.Errorf("the sum %s of %s: %w", decimal, s.Currency, err)
	}
	return customer.Sum{Minor: digits, Currency: s.Currency}, nil
}

// Expressions of pipelines.
func expression(operator string, of any) bson.D { return bson.D{{Key: operator, Value: of}} }
func either(is, then, otherwise any) bson.D {
	return expression("$cond", bson.A{is, then, otherwise})
}

func isOf(field string, types ...string) bson.D {
	return expression("$in", bson.A{expression("$type", field), types})
}

// isAmount is for an amount of an order. People and tools store integers as doubles, too.
func isAmount(field string) bson.D {
	const most = 1 << 53 // Up to this doubles are exact.
	return expression("$and", bson.A{
		isOf(field, "int", "long", "double"), expression("$gte", bson.A{field, 0}),
		either(isOf(field, "double"), expression("$and", bson.A{
			expression("$lte", bson.A{field, most}),
			expression("$eq", bson.A{field, expression("$trunc", field)}),
		}), true),
	})
}

// isRow is whether a document is a row: somebody may have changed it, or put it there.
var isRow = expression("$and", bson.A{
	isOf("$_id", "string"), isOf("$userId", "string"), isOf("$open", "bool"),
	// Nothing but times is between two of them.
	expression("$gte", bson.A{"$createdAt", time.Time{}}),
	expression("$lt", bson.A{"$createdAt", time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)}),
	isAmount("$spent"), isAmount("$refunded"),
	either(isOf("$currency", "string"),
		expression("$eq", bson.A{expression("$strLenBytes", "$currency"), 3}), false),
})

// sumsOf adds up by currency, amounts as decimals: of longs MongoDB makes a double when no long
// holds their sum. The greatest of documents is the one whose first field is the greatest, and
// then its second.
func sumsOf(userID string) driver.Pipeline {
	add := func(what any) bson.D { return expression("$sum", either("$isRow", what, 0)) }
	addExactly := func(amount string) bson.D {
		long := expression("$toLong", either("$isRow", amount, 0)) // It may be a double.
		return expression("$sum", expression("$toDecimal", long))
	}
	return driver.Pipeline{
		{{Key: "$match", Value: bson.D{{Key: "userId", Value: userID}}}},
		{{Key: "$set", Value: bson.D{{Key: "isRow", Value: isRow}}}},
		{{Key: "$group", Value: bson.D{
			{Key: "_id", Value: either("$isRow", "$currency", "")},
			{Key: "orders", Value: expression("$sum", 1)},
			{Key: "open", Value: add(either("$open", 1, 0))},
			{Key: "spent", Value: addExactly("$spent")},
			{Key: "refunded", Value: addExactly("$refunded")},
			{Key: "last", Value: expression("$max", either("$isRow", bson.D{
				{Key: "createdAt", Value: "$createdAt"}, {Key: "orderId", Value: "$_id"},
			}, nil))},
			{Key: "some", Value: expression("$min", "$_id")},
		}}},
		{{Key: "$sort", Value: bson.D{{Key: "_id", Value: 1}}}},
	}
}

var errNoRows = errors.New("it is no row, and perhaps others of the user are not")

// Summary adds up a user's rows on the server. What is no row is left out.
func (p *Purchases) Summary(ctx context.Context, userID string) (customer.Summary, error) {
	var sums []sum
	if err := p.Aggregate(ctx, sumsOf(userID), &sums); err != nil {
		return customer.Summary{}, fmt.Errorf("add up the orders of a user: %w", err)
	}
	all := customer.Summary{Totals: make([]customer.Total, 0, len(sums))}
	for _, s := range sums {
		if !s.Currency.Known() {
			p.LogUnreadable(ctx, s.Some, errNoRows)
			continue
		}
		total, err := s.total()
		if err != nil {
			return customer.Summary{}, fmt.Errorf("add up the orders of a user: %w", err)
		}
		all.Totals = append(all.Totals, total)
		all.Orders += s.Orders
		all.Open += s.Open
		last := customer.Last{
			OrderID:   order.ID(strings.ToValidUTF8(string(s.Last.OrderID), "")),
			CreatedAt: s.Last.CreatedAt,
		}
		if last.After(all.Last) {
			all.Last = last
		}
	}
	return all, nil
}
