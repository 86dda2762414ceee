package order

import (
	"reflect"

	"orders/domain/order"
)

// An eventRow shows one event of the domain.
type eventRow struct {
	name   string // The event's Type.
	data   reflect.Type
	encode func(order.Event) any
}

func row[E order.Event, D any](encode func(E) D) eventRow {
	var zero E
	return eventRow{zero.Type(), reflect.TypeFor[D](), func(e order.Event) any {
		return encode(e.(E)) // Only events of E's Type get here.
	}}
}
