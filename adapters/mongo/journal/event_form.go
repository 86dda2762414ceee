package journal

import (
	"orders/adapters/mongo/document"
	"orders/domain/order"
)

// An eventForm ties an event to the data that stores it.
type eventForm struct {
	event  order.Event // Its zero value.
	name   string
	schema int
	data   func(*document.Fields, *order.Event)
}

func form[E order.Event](schema int, fields func(*document.Fields, *E)) eventForm {
	var none E
	data := func(f *document.Fields, e *order.Event) {
		is := new(E)
		if f.Writes() {
			*is, _ = (*e).(E) // Its type was told by its name.
		}
		f.Document("data", func() { fields(f, is) })
		if !f.Writes() {
			*e = *is
		}
	}
	return eventForm{event: none, name: none.Type(), schema: schema, data: data}
}
