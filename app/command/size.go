package command

import (
	"unsafe"

	"orders/domain/order"
)

// sizes are what the parts of a past take in memory, besides their texts.
var sizes = order.Sizes{
	Order:    int(unsafe.Sizeof(past{})+unsafe.Sizeof(cachedPast{})) + 256, // Map and list.
	Line:     int(unsafe.Sizeof(order.Line{})),
	Payment:  int(unsafe.Sizeof(order.Payment{})),
	Charge:   int(unsafe.Sizeof(order.Charge{})) + 8, // Its currency.
	Shipment: int(unsafe.Sizeof(order.Shipment{})),
	Packed:   int(unsafe.Sizeof(order.Packed{})),
}

const keySize = 2 * int(unsafe.Sizeof("")) // Maps have room to spare.

// size is about how many bytes of memory the past holds.
func (p *past) size() int {
	return p.keyBytes + p.ending.Size() + p.Before.Order.SizeBy(sizes)
}
