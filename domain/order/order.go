// Package order decides what may happen to an order.
//
// It is pure: no clock, no context, no storage, no logger, and no imports but the standard
// library's. Decide holds every rule, Evolve tells what each fact means.
package order

import "slices"

// A Line is a product, how many of it, and the price of one.
type Line struct {
	SKU      string
	Quantity int // 1 to QuantityMax.
	Price    Money
}

// Order is the state that its events add up to. The zero value is an order nobody has created.
type Order struct {
	UserID       string
	Status       Status
	Lines        []Line     // At least one; this and the other lists are never changed in place.
	Payments     []Payment  // In the order in which they were first heard of.
	Shipments    []Shipment // In the order of shipping.
	Cancellation Cancellation
	Hold         Holding
}

// A Cancellation tells why an order was cancelled; it is zero unless it was.
type Cancellation struct {
	Reason Reason
	Note   string
}

// A Holding tells why an order is on hold; it is zero unless it is.
type Holding struct {
	Reason Reason
	Note   string
}

// IsOnHold reports whether the order goes no further until it is released.
func (o Order) IsOnHold() bool { return o.Hold.Reason != "" }

// Replay folds events, oldest first, into an order.
func Replay(events []Event) Order { return Order{}.Replay(events) }

// Replay folds further events, oldest first, into o.
func (o Order) Replay(events []Event) Order {
	for _, e := range events {
		o = o.Evolve(e)
	}
	return o
}

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
	case PutOnHold:
		o.Hold = Holding(e)
	case Released:
		o.Hold = Holding{}
	case Completed:
		o.Status = StatusCompleted
	case Cancelled:
		o.Status, o.Cancellation, o.Hold = StatusCancelled, Cancellation(e), Holding{}
	}
	return o
}

// SizeBy adds up what the order's parts take, and their texts.
func (o Order) SizeBy(s Sizes) int {
	n := s.Order + len(o.UserID) + len(o.Cancellation.Reason) + len(o.Cancellation.Note) +
		len(o.Hold.Reason) + len(o.Hold.Note) + s.lines(o.Lines)
	for _, p := range o.Payments {
		n += s.Payment + len(p.ID) + s.charges(p.Captures) + s.charges(p.Refunds)
	}
	for _, each := range o.Shipments {
		n += s.Shipment + len(each.ID) + s.packed(each.Items)
	}
	return n
}

// Total is what all lines cost together.
func (o Order) Total() Money { return total(o.Lines) }

// currency is that of every amount of the order.
func (o Order) currency() Currency {
	if len(o.Lines) == 0 {
		return ""
	}
	return o.Lines[0].Price.Currency
}

// ItemCount is the sum of the quantities of all lines.
func (o Order) ItemCount() int {
	n := 0
	for _, l := range o.Lines {
		n += l.Quantity
	}
	return n
}

// PreviewSKUs are the SKUs of the first five lines.
func (o Order) PreviewSKUs() []string {
	skus := make([]string, 0, 5)
	for _, l := range o.Lines[:min(len(o.Lines), cap(skus))] {
		skus = append(skus, l.SKU)
	}
	return skus
}

// total needs lines of one currency whose sum fits, as every recorded order has.
func total(lines []Line) Money {
	var sum Money
	for _, l := range lines {
		sum.Currency = l.Price.Currency
		sum.Minor += int64(l.Quantity) * l.Price.Minor
	}
	return sum
}
