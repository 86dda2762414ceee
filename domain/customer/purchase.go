// Package customer adds up what users have ordered and paid.
//
// It is a module of its own, which knows the orders only by their events.
package customer

import "orders/domain/order"

// A Purchase is what one order counts for its user.
type Purchase struct {
	UserID   string
	Open     bool        // Neither completed nor cancelled.
	Spent    order.Money // The sum of all captures.
	Refunded order.Money // The sum of all refunds.
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
	default: // The other events change no sum.
	}
	return p
}
