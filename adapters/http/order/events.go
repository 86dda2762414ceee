package order

import (
	"slices"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"orders/adapters/http/wire"
	"orders/domain/order"
)

// events lists how the API shows each event of the domain. The file of each topic has its rows.
var events = slices.Concat(
	createEvents, itemEvents, paymentEvents, shipmentEvents, lifeEvents,
)

var eventsByName = func() map[string]eventRow {
	all := map[string]eventRow{}
	for _, r := range events {
		all[r.name] = r
	}
	return all
}()

// eventData is the content of an event, with the names of this API.
type eventData struct{ value any }

func dataOf(e order.Event) eventData { return eventData{eventsByName[e.Type()].encode(e)} }

// MarshalJSONTo implements json.MarshalerTo.
func (d eventData) MarshalJSONTo(e *jsontext.Encoder) error {
	return json.MarshalEncode(e, d.value)
}

// Schema implements huma.SchemaProvider. The schema of the event says more.
func (eventData) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, Examples: []any{
		map[string]any{"paymentId": "pay_1", "refundId": "ref_1", "amount": 599},
	}}
}

// An eventType is an event's stored name.
type eventType string

// Schema implements huma.SchemaProvider.
func (eventType) Schema(huma.Registry) *huma.Schema {
	names := []string{}
	for _, e := range events {
		names = append(names, e.name)
	}
	return wire.Enum(names)
}

// eachEvent completes the schema of an event with the data of each type.
func eachEvent(r huma.Registry, s *huma.Schema) *huma.Schema {
	for _, e := range events {
		s.OneOf = append(s.OneOf, &huma.Schema{Properties: map[string]*huma.Schema{
			"type": {Enum: []any{e.name}},
			"data": r.Schema(e.data, true, ""),
		}})
	}
	return s
}
