// Package customer knows what orders mean to the users who made them.
//
// It is a module beside the orders: it knows them only by their events.
package customer

import "orders/domain/order"

// A Purchase is what one order means to its user.
type Purchase struct {
	UserID   string
	Open     bool        // Neither completed nor cancelled.
	Spent    order.Money // What was ever taken for it.
	Refunded order.Money // What of that was given back.
}

// Evolve returns the purchase after e.
func (p Purchase) Evolve(e order.Event) Purchase {
	switch e := e.(type) {
	case order.Created:
		zero := order.Money{Currency: e.Lines[0].Price.Currency}
		p = Purchase{UserID: e.UserID, Open: true, Spent: zero, Refunded: zero}
	case order.PaymentCaptured:
		p.Spent.Minor += e.Amount.Minor
	case order.PaymentRefunded:
		p.Refunded.Minor += e.Amount.Minor
	case order.Completed, order.Cancelled:
		p.Open = false
	default: // The others mean nothing to a user's sums.
	}
	return p
}
