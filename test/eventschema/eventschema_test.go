package eventschema_test

import (
	"encoding/json"
	"testing"
	"time"

	"orders/adapters/message"
	"orders/domain/order"
	"orders/ports"
	"orders/test/contract"
	"orders/test/eventschema"
)

var envelope = message.Envelope{Source: "/orders"}

func filled(t *testing.T) []message.CloudEvent {
	t.Helper()
	events := contract.Events()
	for i, e := range events {
		events[i] = eventschema.Plausible(e)
	}
	all, err := envelope.Events(ports.Commit{
		OrderID: order.MakeID(make([]byte, order.IDBytes)), Version: 1, At: time.Now(),
		Events: events,
	})
	if err != nil || len(all) != len(message.EventTypes) {
		t.Fatalf("%d events, %v", len(all), err)
	}
	return all
}

// A consumer finds everything that an event tells in its schema, and everything that its schema
// has in an event that has every field.
func TestEveryEventIsAsItsSchemaSays(t *testing.T) {
	for _, e := range filled(t) {
		if err := eventschema.CheckClosed(e); err != nil {
			t.Errorf("%s: %v", e.Type, err)
		}
		var data any
		if err := json.Unmarshal(e.Data, &data); err != nil {
			t.Fatal(err)
		}
		wantWhole(t, e.Type, schemaOf(t, e), data)
	}
}

func schemaOf(t *testing.T, e message.CloudEvent) (schema map[string]any) {
	t.Helper()
	for _, kind := range message.EventTypes {
		if kind.PublicName() == e.Type {
			text, _ := message.SchemaAt(kind.SchemaPath())
			if err := json.Unmarshal(text, &schema); err != nil {
				t.Fatal(err)
			}
		}
	}
	return schema
}

// Each schema shows how such data look.
func TestEverySchemaHasAnExample(t *testing.T) {
	for _, e := range filled(t) {
		examples, _ := schemaOf(t, e)["examples"].([]any)
		if len(examples) != 1 {
			t.Fatalf("%s has the examples %v", e.Type, examples)
		}
		text, err := json.Marshal(examples[0])
		if err == nil {
			err = eventschema.CheckClosed(message.CloudEvent{Type: e.Type, Data: text})
		}
		if err != nil {
			t.Errorf("%s: %v", e.Type, err)
		}
	}
}

// wantWhole wants a value to have every property of its schema.
func wantWhole(t *testing.T, path string, schema map[string]any, value any) {
	t.Helper()
	if items, is := schema["items"].(map[string]any); is {
		for _, each := range value.([]any) {
			wantWhole(t, path+"[]", items, each)
		}
	}
	properties, _ := schema["properties"].(map[string]any)
	for name, property := range properties {
		is, has := value.(map[string]any)[name]
		if !has {
			t.Errorf("%s.%s is in no event", path, name)
			continue
		}
		wantWhole(t, path+"."+name, property.(map[string]any), is)
	}
}

// Check itself can fail.
func TestWrongEventsAreNoticed(t *testing.T) {
	for _, wrong := range []message.CloudEvent{
		{Type: "orders.OrderHeld.v1", Data: []byte(`{"note":"n"}`)},
		{Type: "orders.OrderHeld.v1", Data: []byte(`{"reason":"odd"}`)},
		{Type: "orders.PaymentVoided.v1", Data: []byte(`{"paymentId":"p","amount":"1"}`)},
		{Type: "orders.ItemsChanged.v1", Data: []byte(`{"items":[{"sku":"s","qty":1}]}`)},
		{Type: "orders.ItemsShipped.v1", Data: []byte(
			`{"shipmentId":"s","items":[{"sku":"s","qty":1.5}]}`)},
		{Type: "orders.OrderConfirmed.v1", Data: []byte(`[]`)},
		{Type: "orders.OrderConfirmed.v1"},
		{Type: "orders.OrderConfirmed.v99", Data: []byte(`{}`)},
		{Type: "orders.Unknown.v1", Data: []byte(`{}`)},
	} {
		if eventschema.Check(wrong) == nil {
			t.Errorf("%s is valid: %s", wrong.Type, wrong.Data)
		}
	}
	more := message.CloudEvent{Type: "orders.OrderConfirmed.v1", Data: []byte(`{"new":1}`)}
	if eventschema.Check(more) != nil || eventschema.CheckClosed(more) == nil {
		t.Error("a field that is new breaks a consumer, or is not noticed")
	}
}
