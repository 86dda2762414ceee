package mongo

import (
	"errors"

	"go.mongodb.org/mongo-driver/bson"

	"orders/domain/order"
)

// eventForms holds every form in which an event was ever stored, the newest of each event last;
// that one is written. A form that was released is never changed: a new one goes below it, and
// the old one's decode function says what it means today. Each has a file in testdata/events.
var eventForms = []eventForm{
	oldForm(1, decodeCreated1),
	byHand(2, encodeCreated, decodeCreated),
	byHand(1, encodeChanged, decodeChanged),
	form(1, encodeConfirmed, decodeConfirmed),
	form(1, encodeAuthorized, decodeAuthorized),
	form(1, encodeCaptured, decodeCaptured),
	form(1, encodeRefunded, decodeRefunded),
	form(1, encodeVoided, decodeVoided),
	form(1, encodeShipped, decodeShipped),
	form(1, encodeDelivered, decodeDelivered),
	form(1, encodeCompleted, decodeCompleted),
	form(1, encodeCancelled, decodeCancelled),
}

// An eventForm ties an event to the data that stores it.
type eventForm struct {
	event  order.Event // Its zero value.
	name   string
	schema int
	encode func(order.Event) (bson.Raw, error) // Nil if it is no longer written.
	decode func(bson.Raw) (order.Event, error)
}

// byHand is a form whose functions make and read the data themselves.
func byHand[E order.Event](
	schema int, encode func(E) bson.Raw, decode func(bson.Raw) (E, error),
) eventForm {
	f := readOnly(schema, decode)
	f.encode = writing(func(e E) (bson.Raw, error) { return encode(e), nil })
	return f
}

func form[E order.Event, D any](
	schema int, encode func(E) D, decode func(D) (E, error),
) eventForm {
	f := oldForm(schema, decode)
	f.encode = writing(func(e E) (bson.Raw, error) { return bson.Marshal(encode(e)) })
	return f
}

// oldForm is one that is read and no longer written.
func oldForm[E order.Event, D any](schema int, decode func(D) (E, error)) eventForm {
	return readOnly(schema, func(raw bson.Raw) (e E, err error) {
		var data D
		if err := bson.Unmarshal(raw, &data); err != nil {
			return e, err
		}
		return decode(data)
	})
}

func readOnly[E order.Event](schema int, decode func(bson.Raw) (E, error)) eventForm {
	var event E
	return eventForm{
		event:  event,
		name:   event.Type(),
		schema: schema,
		decode: func(raw bson.Raw) (order.Event, error) { return decode(raw) },
	}
}

func writing[E order.Event](encode func(E) (bson.Raw, error)) func(order.Event) (bson.Raw, error) {
	return func(e order.Event) (bson.Raw, error) {
		known, _ := e.(E) // Its type was told by its name.
		return encode(known)
	}
}

func newestForm(name string) (newest eventForm, found bool) {
	for _, form := range eventForms {
		if form.name == name {
			newest, found = form, true
		}
	}
	return newest, found
}

var (
	errIncomplete = errors.New("something is missing or contradicts itself")
	errUnknown    = errors.New("this program does not know it; a newer one may have written it")
)

func required(there bool) error {
	if !there {
		return errIncomplete
	}
	return nil
}
