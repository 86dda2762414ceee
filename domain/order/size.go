package order

// Sizes are how many bytes the parts of an order take, besides their texts.
type Sizes struct{ Order, Line, Payment, Charge, Shipment, Packed int }

// sizes are about how many bytes the parts take: in memory, stored or sent, whichever is most.
var sizes = Sizes{Order: 1024, Line: 80, Payment: 256, Charge: 96, Shipment: 128, Packed: 64}

// sizeOfEvent is about how many bytes an event takes besides its parts.
const sizeOfEvent = 128

// Size is about how many bytes the order takes: in memory, stored or sent, whichever is most.
func (o Order) Size() int { return o.SizeBy(sizes) }

// SizeOf is about how many bytes an event takes.
func SizeOf(e Event) int { return sizeOfEvent + e.size() }

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
