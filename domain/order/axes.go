package order

// A PaymentStatus sums up an order's payments. It follows from them; no command sets it.
type PaymentStatus string

// PaymentStatuses are all payment statuses.
var PaymentStatuses = []PaymentStatus{
	NoPayment, Authorized, PartiallyPaid, Paid, PartiallyRefunded, Refunded, Voided,
}

const (
	NoPayment         PaymentStatus = "NONE"
	Authorized        PaymentStatus = "AUTHORIZED"     // Something is held, nothing is captured.
	PartiallyPaid     PaymentStatus = "PARTIALLY_PAID" // Less than the total is captured.
	Paid              PaymentStatus = "PAID"
	PartiallyRefunded PaymentStatus = "PARTIALLY_REFUNDED"
	Refunded          PaymentStatus = "REFUNDED" // All that was captured is refunded.
	Voided            PaymentStatus = "VOIDED"   // All is voided, nothing captured.
)

// A FulfillmentStatus sums up an order's shipments. It follows from them; no command sets it.
type FulfillmentStatus string

// FulfillmentStatuses are all fulfillment statuses.
var FulfillmentStatuses = []FulfillmentStatus{Unfulfilled, PartiallyShipped, Shipped, Delivered}

const (
	Unfulfilled      FulfillmentStatus = "UNFULFILLED"
	PartiallyShipped FulfillmentStatus = "PARTIALLY_SHIPPED"
	Shipped          FulfillmentStatus = "SHIPPED"   // Everything has left.
	Delivered        FulfillmentStatus = "DELIVERED" // Everything has arrived.
)

// PaymentStatus tells how far the order is paid.
func (o Order) PaymentStatus() PaymentStatus {
	captured, refunded := o.Captured().Minor, o.Refunded().Minor
	switch {
	case refunded > 0 && refunded == captured:
		return Refunded
	case refunded > 0:
		return PartiallyRefunded
	case captured > 0 && captured >= o.Total().Minor:
		return Paid
	case captured > 0:
		return PartiallyPaid
	case o.Held().Minor > 0:
		return Authorized
	case len(o.Payments) > 0:
		return Voided
	}
	return NoPayment
}

// FulfillmentStatus tells how far the order is shipped and delivered.
func (o Order) FulfillmentStatus() FulfillmentStatus {
	shipped := o.shippedCount()
	switch {
	case shipped == 0:
		return Unfulfilled
	case shipped < o.ItemCount():
		return PartiallyShipped
	}
	for _, s := range o.Shipments {
		if !s.Delivered {
			return Shipped
		}
	}
	return Delivered
}
