package order

import "slices"

// A Shipment is what was shipped together.
type Shipment struct {
	ID        string
	Items     []Packed
	Delivered bool
}

// A Packed is a SKU and how many of it are in a shipment.
type Packed struct {
	SKU      string
	Quantity int
}

// unshipped is how many of each SKU are ordered and not shipped.
func (o Order) unshipped() map[string]int {
	left := make(map[string]int, len(o.Lines))
	for _, l := range o.Lines {
		left[l.SKU] += l.Quantity
	}
	for _, s := range o.Shipments {
		for _, p := range s.Items {
			left[p.SKU] -= p.Quantity
		}
	}
	return left
}

func (o Order) shippedCount() int {
	n := 0
	for _, s := range o.Shipments {
		for _, p := range s.Items {
			n += p.Quantity
		}
	}
	return n
}

func (o Order) shipment(id string) (Shipment, bool) {
	i := slices.IndexFunc(o.Shipments, func(s Shipment) bool { return s.ID == id })
	if i < 0 {
		return Shipment{}, false
	}
	return o.Shipments[i], true
}

func (c ShipItems) check() ([]Packed, error) {
	var found issues
	found.name(c.ShipmentID, "shipmentId")
	found.count(len(c.Items))
	packed := make([]Packed, 0, min(len(c.Items), LinesMax))
	for n, item := range c.Items[:cap(packed)] {
		found.name(item.SKU, "items", n, "sku")
		if slices.ContainsFunc(packed, func(p Packed) bool { return p.SKU == item.SKU }) {
			found.add("is listed twice", "items", n, "sku")
		}
		packed = append(packed,
			Packed{item.SKU, found.quantity(item.Quantity, "items", n, "qty")})
	}
	return packed, invalid(found)
}

func (o Order) ship(c ShipItems) ([]Event, error) {
	items, err := c.check()
	if err != nil {
		return nil, err
	}
	known, found := o.shipment(c.ShipmentID)
	switch {
	case found && slices.Equal(known.Items, items):
		return nil, nil
	case found:
		return nil, unfit(ErrIDReused.because("shipment %s was used before", c.ShipmentID))
	}
	if err := o.permit(c); err != nil {
		return nil, err
	}
	unshipped := o.unshipped()
	for _, p := range items {
		switch left, ordered := unshipped[p.SKU]; {
		case !ordered:
			return nil, unfit(ErrQuantityExceeded.because("the order has no product %s", p.SKU))
		case left == 0:
			return nil, unfit(ErrQuantityExceeded.because("all of %s has been shipped", p.SKU))
		case p.Quantity > left:
			return nil, unfit(ErrQuantityExceeded.because("%d of %s is more than the "+
				"%d left to ship", p.Quantity, p.SKU, left))
		}
	}
	return []Event{ItemsShipped{c.ShipmentID, items}}, nil
}

// mayShip rejects until the total is captured or authorized, which may be captured later.
func (o Order) mayShip() *Error {
	switch captured := o.Captured(); {
	case o.uncovered() > 0:
		return ErrNotPaid.because("%s %s of the total is neither captured nor authorized",
			Money{o.uncovered(), captured.Currency}, captured.Currency)
	case captured.Minor > 0 && captured == o.Refunded():
		return ErrRefunded
	case o.shippedCount() == o.ItemCount():
		return ErrQuantityExceeded.because("everything has been shipped")
	}
	return nil
}

func (c DeliverShipment) check() error {
	var found issues
	found.name(c.ShipmentID, "shipmentId")
	return invalid(found)
}

func (o Order) deliver(c DeliverShipment) ([]Event, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	known, found := o.shipment(c.ShipmentID)
	if known.Delivered {
		return nil, nil
	}
	if err := o.permit(c); err != nil {
		return nil, err
	}
	if !found {
		return nil, unfit(ErrShipmentUnknown)
	}
	return []Event{ShipmentDelivered(c)}, nil
}

func (o Order) mayDeliver() *Error {
	if !slices.ContainsFunc(o.Shipments, func(s Shipment) bool { return !s.Delivered }) {
		return ErrShipmentUnknown.because("no shipment is on its way")
	}
	return nil
}

// delivered returns a copy of shipments in which the one with the ID has arrived.
func delivered(shipments []Shipment, id string) []Shipment {
	shipments = slices.Clone(shipments)
	for i := range shipments {
		if shipments[i].ID == id {
			shipments[i].Delivered = true
		}
	}
	return shipments
}
