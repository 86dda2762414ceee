package journal

import (
	"errors"
	"fmt"

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

var errUnknown = errors.New("this program does not know it; a newer one may have written it")

// eventFields says what a commit holds of an event: its name, the schema of its data, and these.
func eventFields(f *document.Fields, e *order.Event) {
	var form *eventForm
	name, schema := "", 0
	if f.Writes() {
		if form = newestForm((*e).Type()); form == nil {
			f.Fail(fmt.Errorf("event %s has no stored form", (*e).Type()))
			return
		}
		name, schema = form.name, form.schema
	}
	f.Text("type", &name)
	f.Whole("schema", &schema)
	if !f.Writes() {
		if form = formOf(name, schema); form == nil {
			f.Fail(fmt.Errorf("event %.100q, schema %d: %w", name, schema, errUnknown))
			return
		}
	}
	form.data(f, e)
}

func newestForm(name string) (newest *eventForm) {
	for i := range eventForms {
		if eventForms[i].name == name {
			newest = &eventForms[i]
		}
	}
	return newest
}

func formOf(name string, schema int) *eventForm {
	for i := range eventForms {
		if eventForms[i].name == name && eventForms[i].schema == schema {
			return &eventForms[i]
		}
	}
	return nil
}
