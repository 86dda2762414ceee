package memory

import (
	"maps"
	"slices"

	"orders/domain/order"
	"orders/ports"
)

// An ordered map can be walked in the order of its keys.
type ordered[T any] struct {
	of  map[order.ID]T
	ids []order.ID // The sorted keys; nil until idsIn sorts them.
}

func newOrdered[T any]() ordered[T] { return ordered[T]{of: map[order.ID]T{}} }

func (o *ordered[T]) set(id order.ID, value T) {
	before := len(o.of)
	if o.of[id] = value; len(o.of) > before {
		o.ids = nil
	}
}

func (o *ordered[T]) remove(id order.ID) {
	delete(o.of, id)
	o.ids = nil
}

// idsIn returns the keys in r, sorted.
func (o *ordered[T]) idsIn(r ports.Range) []order.ID {
	if o.ids == nil {
		o.ids = slices.Sorted(maps.Keys(o.of))
	}
	from, _ := slices.BinarySearch(o.ids, r.From)
	ids := o.ids[from:]
	if r.Through != "" {
		through, included := slices.BinarySearch(ids, r.Through)
		if included {
			through++
		}
		ids = ids[:through]
	}
	return ids[:min(len(ids), max(r.Limit, 0))]
}
