package memory

import (
	"cmp"
	"slices"

	"orders/ports"
)

// An index holds orders from the oldest to the newest; equal times are ordered by ID.
type index []ports.Place

// with adds an order that is not there yet, nearly always at the end.
func (x index) with(v ports.OrderView) index {
	at, _ := slices.BinarySearchFunc(x, v.Place(), compare)
	return slices.Insert(x, at, v.Place())
}

// before returns what is older than a place; everything when that is zero.
func (x index) before(p ports.Place) index {
	if p.CreatedAt.IsZero() {
		return x
	}
	at, _ := slices.BinarySearchFunc(x, p, compare)
	return x[:at]
}

func compare(a, b ports.Place) int {
	return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
}
