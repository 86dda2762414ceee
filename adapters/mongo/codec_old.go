package mongo

import "orders/domain/order"

// created1 is schema 1 of OrderCreated. It names the currency with the price of every line, so it
// could contradict itself, and 500 lines of it take 44 KB; schema 2 names it once and takes 29 KB.
// Orders created before are read from it for ever, since a commit is never rewritten.
type created1 struct {
	UserID string     `bson:"userId"`
	Lines  []lineData `bson:"lines"`
}

func decodeCreated1(d created1) (order.Created, error) {
	return order.Created{UserID: d.UserID, Lines: each(d.Lines, decodeLine)},
		required(d.UserID != "" && len(d.Lines) > 0)
}

type lineData struct {
	SKU      string    `bson:"sku"`
	Quantity int       `bson:"quantity"`
	Price    moneyData `bson:"price"`
}

func decodeLine(d lineData) order.Line {
	return order.Line{SKU: d.SKU, Quantity: d.Quantity, Price: order.Money(d.Price)}
}
