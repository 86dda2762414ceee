package asyncapi_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"orders/adapters/message"
	"orders/domain/order"
	"orders/ports"
	"orders/test/contract"
	"orders/test/eventschema"
)

// closedValidator is a validator by which what the document does not describe must not be there,
// although a consumer has to bear it.
func closedValidator(t *testing.T) func(pointer string, value any) error {
	t.Helper()
	return validator(t, closeObjects)
}

// validator returns a function that holds values against a part of the document.
func validator(t *testing.T, change func(any)) func(pointer string, value any) error {
	t.Helper()
	var root any
	document(t, &root)
	change(root)
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft7) // As AsyncAPI has it.
	c.AssertFormat()
	if err := c.AddResource("asyncapi.json", root); err != nil {
		t.Fatal(err)
	}
	return func(pointer string, value any) error {
		schema, err := c.Compile("asyncapi.json#/components/messages/" + pointer)
		if err != nil {
			return err
		}
		return schema.Validate(value)
	}
}

func closeObjects(node any) {
	switch node := node.(type) {
	case []any:
		for _, each := range node {
			closeObjects(each)
		}
	case map[string]any:
		for _, each := range node {
			closeObjects(each)
		}
		if _, has := node["properties"]; has && node["type"] == "object" && node["oneOf"] == nil {
			node["additionalProperties"] = false
		}
	}
}

func parse(t *testing.T, text []byte) any {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func commit() ports.Commit {
	c := ports.Commit{
		OrderID: order.MakeID(make([]byte, order.IDBytes)), Version: 3, At: time.Now(),
		Traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
	}
	for _, e := range contract.Events() {
		c.Events = append(c.Events, eventschema.Plausible(e))
	}
	return c
}

func told(t *testing.T, v message.Envelope) []message.CloudEvent {
	t.Helper()
	all, err := v.Events(commit())
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// The headers and the body of every event are as the document says, on both brokers.
func TestEveryEventIsDescribed(t *testing.T) {
	fits := closedValidator(t)
	for _, v := range []message.Envelope{
		{Source: "/orders"}, {Source: "/orders", PublicURL: "https://shop.example"},
	} {
		for i, e := range told(t, v) {
			name := commit().Events[i].Type()
			for _, prefix := range []string{"ce_", "cloudEvents:"} {
				headers := map[string]any{}
				for attribute, value := range e.Attributes() {
					headers[prefix+attribute] = value
				}
				if prefix == "ce_" {
					headers["content-type"] = e.ContentType
				}
				if err := fits(name+"/headers", headers); err != nil {
					t.Errorf("%s: %v", name, err)
				}
				headers[prefix+"type"] = "orders.Other.v1"
				if fits(name+"/headers", headers) == nil {
					t.Errorf("the headers of %s may be those of another event", name)
				}
			}
			if err := fits(name+"/payload", parse(t, e.Data)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// Each attribute of an event is in the document, also the rare ones.
func TestTheAttributeOfLargeEventsIsDescribed(t *testing.T) {
	c := commit()
	c.Events = []order.Event{order.PutOnHold{Reason: "fraud", Note: strings.Repeat("n", 1000)}}
	all, err := message.Envelope{Source: "/orders", MaxBytes: 1500}.Events(c)
	if err != nil || all[0].DataRef == "" {
		t.Fatal(all, err)
	}
	headers := map[string]any{}
	for attribute, value := range all[0].Attributes() {
		headers["ce_"+attribute] = value
	}
	if err := closedValidator(t)("OrderHeld/headers", headers); err != nil {
		t.Error(err)
	}
}

func TestAnswersAreDescribed(t *testing.T) {
	fits := closedValidator(t)
	for _, a := range []message.Answer{
		{ID: "m", Command: "hold", Outcome: message.Dead, Code: "c", Detail: "d"},
		{
			ID: "m", Command: "hold", Outcome: message.Refused, OrderID: commit().OrderID,
			Issues:        []message.Issue{{Path: []any{"items", 0}, Message: "is wrong"}},
			CurrentStatus: order.StatusCancelled, AllowedCommands: []string{"refundPayment"},
		},
		{
			ID: "m", Command: "hold", Outcome: message.Replayed, OrderID: commit().OrderID,
			Version: 3, Status: "CONFIRMED", PaymentStatus: "PAID", FulfillmentStatus: "SHIPPED",
		},
	} {
		if err := fits("answer/payload", parse(t, a.Encode())); err != nil {
			t.Error(err)
		}
	}
	if fits("answer/payload", parse(t, []byte(`{"id":"m","command":"c","outcome":"odd"}`))) == nil {
		t.Error("an answer may have any outcome")
	}
}

// The bodies of commands are as strict as the service is.
func TestBodiesAreDescribed(t *testing.T) {
	fits := validator(t, func(any) {})
	for name, body := range map[string]string{
		"hold": `{"reason":"fraud","note":"n"}`, "confirm": `{}`,
		"create": `{"userId":"u","items":[{"sku":"s","qty":1,"price":2.5}],"more":1}`,
	} {
		if err := fits(name+"/payload", parse(t, []byte(body))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, body := range map[string]string{
		"hold": `{"reason":"odd"}`, "create": `{"userId":"u","items":[]}`, "confirm": `{"x":1}`,
		"cancel": `{"reason":"fraud","more":1}`,
	} {
		if fits(name+"/payload", parse(t, []byte(body))) == nil {
			t.Errorf("%s may have the body %s", name, body)
		}
	}
}
