package mongo

import (
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/bson"

	"orders/domain/order"
	"orders/ports"
)

// eventForms holds every form in which an event was ever stored, the newest of each event last;
// that one is written. A form that was released is never changed: a new one goes below it, and
// the old one's decode function says what it means today. Each has a file in testdata/events.
var eventForms = []eventForm{
	form(1, encodeCreated, decodeCreated),
	form(1,
		func(order.Confirmed) confirmedData { return confirmedData{} },
		func(confirmedData) (order.Confirmed, error) { return order.Confirmed{}, nil }),
	form(1,
		func(e order.Cancelled) cancellationData { return cancellationData(e) },
		func(d cancellationData) (order.Cancelled, error) {
			return order.Cancelled(d), required(d.Reason != "")
		}),
}

// An eventForm ties an event to the data that stores it.
type eventForm struct {
	event  order.Event // Its zero value.
	name   string
	schema int
	encode func(order.Event) any
	decode func(bson.Raw) (order.Event, error)
}

func form[E order.Event, D any](
	schema int, encode func(E) D, decode func(D) (E, error),
) eventForm {
	var event E
	return eventForm{
		event:  event,
		name:   event.Type(),
		schema: schema,
		encode: func(e order.Event) any {
			known, _ := e.(E) // Its type was told by its name.
			return encode(known)
		},
		decode: func(raw bson.Raw) (order.Event, error) {
			var data D
			if err := bson.Unmarshal(raw, &data); err != nil {
				return nil, err
			}
			return decode(data)
		},
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

type (
	createdData struct {
		UserID string     `bson:"userId"`
		Lines  []lineData `bson:"lines"`
	}
	confirmedData    struct{}
	cancellationData struct {
		Reason order.Reason `bson:"reason"`
		Note   string       `bson:"note,omitempty"`
	}
	lineData struct {
		SKU      string    `bson:"sku"`
		Quantity int       `bson:"quantity"`
		Price    moneyData `bson:"price"`
	}
	moneyData struct {
		Minor    int64          `bson:"minor"`
		Currency order.Currency `bson:"currency"`
	}
)

func encodeCreated(e order.Created) createdData {
	return createdData{UserID: e.UserID, Lines: encodeLines(e.Lines)}
}

func decodeCreated(d createdData) (order.Created, error) {
	return order.Created{UserID: d.UserID, Lines: decodeLines(d.Lines)},
		required(d.UserID != "" && len(d.Lines) > 0)
}

func encodeLines(lines []order.Line) []lineData {
	data := make([]lineData, len(lines))
	for i, l := range lines {
		data[i] = lineData{SKU: l.SKU, Quantity: l.Quantity, Price: moneyData(l.Price)}
	}
	return data
}

// decodeLines of none gives nil, as an order has that nobody created.
func decodeLines(data []lineData) (lines []order.Line) {
	for _, d := range data {
		lines = append(lines, order.Line{
			SKU: d.SKU, Quantity: d.Quantity, Price: order.Money(d.Price),
		})
	}
	return lines
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

func unreadable(what string, reason error) error {
	return fmt.Errorf("%s: %w: %s", what, ports.ErrUnreadable, reason.Error())
}
