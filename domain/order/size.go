package order

// About how many bytes the parts of an order take besides their texts: in memory, stored or sent,
// whichever is most.
const (
	sizeOfEvent   = 128
	sizeOfOrder   = 1024
	sizeOfLine    = 80
	sizeOfPayment = 256
	sizeOfCharge  = 96
	sizeOfPacked  = 64
)

// Size is about how many bytes the order takes.
func (o Order) Size() int {
	n := sizeOfOrder + len(o.UserID) + len(o.Cancellation.Note) + sizeOfLines(o.Lines)
	for _, p := range o.Payments {
		n += sizeOfPayment + len(p.ID) + sizeOfCharges(p.Captures) + sizeOfCharges(p.Refunds)
	}
	for _, s := range o.Shipments {
		n += sizeOfEvent + len(s.ID) + sizeOfItems(s.Items)
	}
	return n
}

// SizeOf is about how many bytes an event takes.
func SizeOf(e Event) int {
	switch e := e.(type) {
	case Created:
		return sizeOfEvent + len(e.UserID) + sizeOfLines(e.Lines)
	case ItemsChanged:
		return sizeOfEvent + sizeOfLines(e.Lines)
	case ItemsShipped:
		return sizeOfEvent + len(e.ShipmentID) + sizeOfItems(e.Items)
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

func sizeOfLines(lines []Line) int {
	n := len(lines) * sizeOfLine
	for _, l := range lines {
		n += len(l.SKU)
	}
	return n
}

func sizeOfItems(items []Packed) int {
	n := len(items) * sizeOfPacked
	for _, p := range items {
		n += len(p.SKU)
	}
	return n
}

func sizeOfCharges(charges []Charge) int {
	n := len(charges) * sizeOfCharge
	for _, c := range charges {
		n += len(c.ID)
	}
	return n
}
