package order

import (
	"reflect"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"orders/adapters/http/wire"
	"orders/domain/order"
)

// events says how the API shows each event of the domain: one row for each.
var events = []eventRow{
	row(func(e order.Created) createdData {
		return createdData{e.UserID, e.Lines[0].Price.Currency, e.Lines}
	}),
	row(func(e order.ItemsChanged) itemsData { return itemsData{e.Lines} }),
	row(func(order.Confirmed) noData { return noData{} }),
	row(func(e order.PaymentAuthorized) paymentData {
		return paymentData{e.PaymentID, wire.Amount(e.Amount)}
	}),
	row(func(e order.PaymentCaptured) captureData {
		return captureData{e.PaymentID, e.CaptureID, wire.Amount(e.Amount)}
	}),
	row(func(e order.PaymentRefunded) refundData {
		return refundData{e.PaymentID, e.RefundID, wire.Amount(e.Amount)}
	}),
	row(func(e order.PaymentVoided) paymentData {
		return paymentData{e.PaymentID, wire.Amount(e.Amount)}
	}),
	row(func(e order.ItemsShipped) shippedData {
		return shippedData{e.ShipmentID, e.Items}
	}),
	row(func(e order.ShipmentDelivered) deliveredData { return deliveredData{e.ShipmentID} }),
	row(func(order.Completed) noData { return noData{} }),
	row(func(e order.Cancelled) cancellationView {
		return cancellationView{e.Reason, e.Note}
	}),
}

type (
	createdData struct {
		UserID   string         `json:"userId" doc:"Who ordered." example:"user_123"`
		Currency order.Currency `json:"currency" doc:"ISO 4217, of all amounts of the order." example:"USD"`
		Items    shownLines     `json:"items" doc:"What was ordered."`
	}
	itemsData struct {
		Items shownLines `json:"items" doc:"What is ordered instead."`
	}
	paymentData struct {
		PaymentID string      `json:"paymentId" doc:"The payment's id." example:"pay_1"`
		Amount    wire.Amount `json:"amount" doc:"Exact, in major units." example:"1198"`
	}
	captureData struct {
		PaymentID string      `json:"paymentId" doc:"The payment's id." example:"pay_1"`
		CaptureID string      `json:"captureId" doc:"The capture's id." example:"cap_1"`
		Amount    wire.Amount `json:"amount" doc:"What was taken, exact, in major units." example:"1198"`
	}
	refundData struct {
		PaymentID string      `json:"paymentId" doc:"The payment's id." example:"pay_1"`
		RefundID  string      `json:"refundId" doc:"The refund's id." example:"ref_1"`
		Amount    wire.Amount `json:"amount" doc:"What was given back, exact, in major units." example:"599"`
	}
	shippedData struct {
		ShipmentID string      `json:"shipmentId" doc:"The shipment's id." example:"ship_1"`
		Items      shownPacked `json:"items" doc:"What left."`
	}
	deliveredData struct {
		ShipmentID string `json:"shipmentId" doc:"The shipment's id." example:"ship_1"`
	}
	noData struct{}
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
		return encode(e.(E)) // It has E's Type.
	}}
}

var eventsByName = func() map[string]eventRow {
	all := map[string]eventRow{}
	for _, r := range events {
		all[r.name] = r
	}
	return all
}()

// eventData is what an event says, in the names of this API.
type eventData struct{ value any }

func dataOf(e order.Event) eventData { return eventData{eventsByName[e.Type()].encode(e)} }

// MarshalJSONTo implements json.MarshalerTo.
func (d eventData) MarshalJSONTo(e *jsontext.Encoder) error {
	return json.MarshalEncode(e, d.value)
}

// Schema implements huma.SchemaProvider; that of the event says more.
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

// TransformSchema implements huma.SchemaTransformer.
func (pastEvent) TransformSchema(r huma.Registry, s *huma.Schema) *huma.Schema {
	return eachEvent(r, s)
}

// TransformSchema implements huma.SchemaTransformer.
func (newEvent) TransformSchema(r huma.Registry, s *huma.Schema) *huma.Schema {
	return eachEvent(r, s)
}

// eachEvent completes the schema of an event: which type has which data.
func eachEvent(r huma.Registry, s *huma.Schema) *huma.Schema {
	for _, e := range events {
		s.OneOf = append(s.OneOf, &huma.Schema{Properties: map[string]*huma.Schema{
			"type": {Enum: []any{e.name}},
			"data": r.Schema(e.data, true, ""),
		}})
	}
	return s
}
