package memory

import (
	"cmp"
	"slices"
	"time"

	"orders/domain/order"
	"orders/ports"
)

// An index holds orders from the oldest to the newest; equal times are ordered by ID.
type index []entry

type entry struct {
	at time.Time
	id order.ID
}

// with adds an order that is not there yet, nearly always at the end.
func (x index) with(v ports.OrderView) index {
	e := entry{v.CreatedAt, v.ID}
	at, _ := slices.BinarySearchFunc(x, e, func(a, b entry) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.id, b.id))
	})
	return slices.Insert(x, at, e)
}
