package order

import "slices"

// Evolve returns the order after e. It never refuses, because e already happened, and never
// changes what o shares with others.
func (o Order) Evolve(e Event) Order {
	switch e := e.(type) {
	case Created:
		o.Status, o.UserID, o.Lines = StatusCreated, e.UserID, e.Lines
	case ItemsChanged:
		o.Lines = e.Lines
	case Confirmed:
		o.Status = StatusConfirmed
	case PaymentAuthorized, PaymentCaptured, PaymentRefunded, PaymentVoided:
		o.Payments = evolvePayments(o.Payments, e)
	case ItemsShipped:
		o.Shipments = append(slices.Clone(o.Shipments), Shipment{ID: e.ShipmentID, Items: e.Items})
	case ShipmentDelivered:
		o.Shipments = delivered(o.Shipments, e.ShipmentID)
	case Completed:
		o.Status = StatusCompleted
	case Cancelled:
		o.Status, o.Cancellation = StatusCancelled, Cancellation(e)
	}
	return o
}
