package command

import (
	"unsafe"

	"orders/domain/order"
)

// What the parts of a past take in memory, besides their texts.
const (
	pastSize     = int(unsafe.Sizeof(past{})+unsafe.Sizeof(warmth{})) + 256 // And its places.
	lineSize     = int(unsafe.Sizeof(order.Line{}))
	paymentSize  = int(unsafe.Sizeof(order.Payment{}))
	chargeSize   = int(unsafe.Sizeof(order.Charge{})) + 8 // Its currency.
	shipmentSize = int(unsafe.Sizeof(order.Shipment{}))
	packedSize   = int(unsafe.Sizeof(order.Packed{}))
	keySize      = 2 * int(unsafe.Sizeof("")) // Maps have room to spare.
)

// size is about how many bytes of memory the past holds.
func (p *past) size() int {
	o := p.Before.Order
	n := pastSize + p.keyBytes + p.ending.Size() +
		len(o.UserID) + len(o.Cancellation.Reason) + len(o.Cancellation.Note)
	for _, l := range o.Lines {
		n += lineSize + len(l.SKU)
	}
	for _, p := range o.Payments {
		n += paymentSize + len(p.ID) + sizeOf(p.Captures) + sizeOf(p.Refunds)
	}
	for _, s := range o.Shipments {
		n += shipmentSize + len(s.ID)
		for _, i := range s.Items {
			n += packedSize + len(i.SKU)
		}
	}
	return n
}

func sizeOf(charges []order.Charge) (n int) {
	for _, c := range charges {
		n += chargeSize + len(c.ID)
	}
	return n
}
