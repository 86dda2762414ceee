package memory

import (
	"cmp"
	"slices"

	"orders/ports"
)

// An index holds orders from the oldest to the newest; equal times are ordered by ID.
type index []ports.Place

// with adds an order that is not there yet, nearly always at the end.
func (x index) with(p ports.Place) index {
	at, _ := slices.BinarySearchFunc(x, p, compare)
	return slices.Insert(x, at, p)
}

// without removes an order that is there.
func (x index) without(p ports.Place) index {
	at, _ := slices.BinarySearchFunc(x, p, compare)
	return slices.Delete(x, at, at+1)
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
	if c := a.CreatedAt.Compare(b.CreatedAt); c != 0 {
		return c
	}
	return cmp.Compare(a.ID, b.ID)
}

// indexes hold all orders, and those of each user.
type indexes struct {
	all    index
	byUser map[string]index
}

// Replace implements Index.
func (x *indexes) Replace(was, is *ports.OrderView) {
	if was != nil && is != nil && was.Order.UserID == is.Order.UserID &&
		compare(was.Place(), is.Place()) == 0 {
		return
	}
	if was != nil {
		user := was.Order.UserID
		x.all = x.all.without(was.Place())
		x.byUser[user] = x.byUser[user].without(was.Place())
	}
	if is != nil {
		user := is.Order.UserID
		x.all = x.all.with(is.Place())
		x.byUser[user] = x.byUser[user].with(is.Place())
	}
}
