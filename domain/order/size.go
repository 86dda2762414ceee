package order

// Sizes are how many bytes the parts of an order take, besides their texts.
type Sizes struct{ Order, Line, Payment, Charge, Shipment, Packed int }

// sizes are about what the parts take in memory, stored or sent, whichever is most.
var sizes = Sizes{Order: 1024, Line: 80, Payment: 256, Charge: 96, Shipment: 128, Packed: 64}

// sizeOfEvent is about what an event takes besides its parts.
const sizeOfEvent = 128

// Size is about how many bytes the order takes: in memory, stored or sent, whichever is most.
func (o Order) Size() int { return o.SizeBy(sizes) }

// SizeBy adds up what the order's parts take, and their texts.
func (o Order) SizeBy(s Sizes) int {
	n := s.Order + len(o.UserID) + len(o.Cancellation.Reason) + len(o.Cancellation.Note) +
		s.lines(o.Lines)
	for _, p := range o.Payments {
		n += s.Payment + len(p.ID) + s.charges(p.Captures) + s.charges(p.Refunds)
	}
	for _, each := range o.Shipments {
		n += s.Shipment + len(each.ID) + s.packed(each.Items)
	}
	return n
}

// SizeOf is about how many bytes an event takes.
func SizeOf(e Event) int {
	switch e := e.(type) {
	case Created:
		return sizeOfEvent + len(e.UserID) + sizes.lines(e.Lines)
	case ItemsChanged:
		return sizeOfEvent + sizes.lines(e.Lines)
	case ItemsShipped:
		return sizeOfEvent + len(e.ShipmentID) + sizes.packed(e.Items)
	case Cancelled:
		return sizeOfEvent + len(e.Note)
	case PaymentCaptured:
		return sizeOfEvent + len(e.PaymentID) + len(e.CaptureID)
	case PaymentRefunded:
		return sizeOfEvent + len(e.PaymentID) + len(e.RefundID)
	case PaymentAuthorized:
		return sizeOfEvent + len(e.PaymentID)
	case PaymentVoided:
		return sizeOfEvent + len(e.PaymentID)
	case ShipmentDelivered:
		return sizeOfEvent + len(e.ShipmentID)
	case Confirmed, Completed:
		return sizeOfEvent
	}
	return sizeOfEvent
}

func (s Sizes) lines(lines []Line) int {
	n := len(lines) * s.Line
	for _, l := range lines {
		n += len(l.SKU)
	}
	return n
}

func (s Sizes) packed(items []Packed) int {
	n := len(items) * s.Packed
	for _, p := range items {
		n += len(p.SKU)
	}
	return n
}

func (s Sizes) charges(charges []Charge) int {
	n := len(charges) * s.Charge
	for _, c := range charges {
		n += len(c.ID)
	}
	return n
}
