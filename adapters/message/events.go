package message

import (
	"fmt"
	"reflect"
	"slices"

	"orders/domain/order"
)

// An EventType is a type of event, and how messages show such an event.
type EventType struct {
	Name    string       // That of the domain.
	Schema  int          // The number of the form of Data. One that breaks consumers has the next.
	Summary string       // What happened, for people.
	Data    reflect.Type // What DataOf returns.
	encode  func(order.Event) any
}

// PublicName is the type of such events in messages.
func (t EventType) PublicName() string { return fmt.Sprintf("orders.%s.v%d", t.Name, t.Schema) }

// EventTypes lists all types of events. The file of each topic has its rows.
var EventTypes = slices.Concat(itemEvents, paymentEvents, shipmentEvents, lifeEvents)

var eventTypesByName = func() map[string]EventType {
	all := map[string]EventType{}
	for _, t := range EventTypes {
		all[t.Name] = t
	}
	return all
}()

// DataOf is the content of an event, with the names that clients and consumers know.
func DataOf(e order.Event) any { return eventTypesByName[e.Type()].encode(e) }

// event is the row of the events of type E, whose data are a D since a schema.
func event[E order.Event, D any](schema int, summary string, encode func(E) D) EventType {
	var zero E
	return EventType{zero.Type(), schema, summary, reflect.TypeFor[D](), func(e order.Event) any {
		return encode(e.(E)) // Only events of E's Type get here.
	}}
}
