package message

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"
	ours "github.com/go-json-experiment/json"

	"orders/domain/order"
	"orders/ports"
	"orders/test/contract"
)

var (
	id       = order.MakeID(make([]byte, order.IDBytes))
	at       = time.Date(2026, 11, 29, 8, 5, 6, 70e6, time.UTC)
	envelope = Envelope{Source: "/orders", PublicURL: "https://shop.example/api"}
)

const trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

func commitOf(version int, events ...order.Event) ports.Commit {
	return ports.Commit{
		OrderID: id, Version: version, At: at, Events: events, Key: "secret-key",
		Request: "secret-hash", Actor: ports.Actor{Subject: "secret-actor"}, RequestID: "secret-id",
	}
}

func mustTell(t *testing.T, v Envelope, c ports.Commit) []CloudEvent {
	t.Helper()
	all, err := v.Events(c)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestAnEventHasTheAttributesThatConsumersNeed(t *testing.T) {
	c := commitOf(12, order.Confirmed{}, order.ShipmentDelivered{ShipmentID: "ship_1"})
	c.Traceparent = trace
	got := mustTell(t, envelope, c)[1]
	want := map[string]string{
		"specversion": "1.0", "id": string(id) + "/12/2", "source": "/orders",
		"type": "orders.ShipmentDelivered.v1", "subject": string(id),
		"time":       "2026-11-29T08:05:06.070Z",
		"dataschema": "https://shop.example/api/schemas/ShipmentDelivered/1.json",
		"sequence":   "000012.02", "commitsize": "2", "partitionkey": string(id),
		"traceparent": trace,
	}
	if found := maps.Collect(got.Attributes()); !maps.Equal(found, want) {
		t.Errorf("attributes are %v, want %v", found, want)
	}
	if string(got.Data) != `{"shipmentId":"ship_1"}` || got.ContentType != "application/json" {
		t.Errorf("data are %s of %s", got.Data, got.ContentType)
	}
}

func TestAnEventHasNoAttributeWithoutAValue(t *testing.T) {
	got := mustTell(t, Envelope{Source: "/orders"}, commitOf(1, order.Confirmed{}))[0]
	for name := range got.Attributes() {
		if slices.Contains([]string{"dataschema", "traceparent", "dataref"}, name) {
			t.Errorf("there is the attribute %s", name)
		}
	}
}

// wantValid wants what the SDK of CloudEvents makes of an event, and returns that.
func wantValid(t *testing.T, e CloudEvent) (read cloudevents.Event) {
	t.Helper()
	text, err := ours.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "secret") {
		t.Errorf("it tells what is private: %s", text)
	}
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatalf("%v: %.500s", err, text)
	}
	if err := read.Validate(); err != nil {
		t.Errorf("%v: %.500s", err, text)
	}
	if read.DataContentType() != e.ContentType || string(read.Data()) != string(e.Data) {
		t.Errorf("read as %s %.500s", read.DataContentType(), read.Data())
	}
	for name, value := range e.Attributes() {
		if slices.Contains([]string{"sequence", "partitionkey", "traceparent", "dataref"}, name) &&
			read.Extensions()[name] != value {
			t.Errorf("the extension %s is read as %v, not %s", name, read.Extensions()[name], value)
		}
	}
	if read.Extensions()["commitsize"] != int32(e.CommitSize) {
		t.Errorf("commitsize is %#v", read.Extensions()["commitsize"])
	}
	return read
}

func TestEveryEventIsACloudEvent(t *testing.T) {
	for _, v := range []Envelope{envelope, {Source: "/orders"}, {Source: "urn:x", MaxBytes: 1200}} {
		for _, e := range mustTell(t, v, commitOf(3, contract.Events()...)) {
			read := wantValid(t, e)
			if read.ID() != e.ID || read.Subject() != string(id) || !read.Time().Equal(at) {
				t.Errorf("read as %v", read)
			}
		}
	}
}

func TestOddTextsAreTold(t *testing.T) {
	for _, odd := range []string{
		"\x00\x1f\x7f\u0085\u2028", "\"\\/<script>", "\U0001F4A9\uFFFD\uFFFE", "", "e\u0301",
		"\u202E",
	} {
		for _, e := range mustTell(t, envelope, commitOf(3,
			order.Created{UserID: odd, Lines: []order.Line{{SKU: odd, Quantity: 1}}},
			order.ItemsShipped{ShipmentID: odd, Items: []order.Packed{{SKU: odd, Quantity: 2}}},
			order.Cancelled{Reason: order.Reason(odd), Note: odd})) {
			var data struct {
				UserID, ShipmentID, Note string
				Items                    []struct{ SKU string }
			}
			if err := wantValid(t, e).DataAs(&data); err != nil {
				t.Fatal(err)
			}
			if data.UserID+data.ShipmentID+data.Note != odd {
				t.Errorf("%q is read as %q", odd, data)
			}
			for _, item := range data.Items {
				if item.SKU != odd {
					t.Errorf("%q is read as %q", odd, item.SKU)
				}
			}
		}
	}
}

// largest has the largest event that there can be: each character of its texts takes six bytes.
func largest() ports.Commit {
	lines := make([]order.Line, order.LinesMax)
	for i := range lines {
		lines[i] = order.Line{
			SKU: strings.Repeat("\x01", order.TextMax), Quantity: order.QuantityMax,
			Price: order.Money{Minor: order.MinorMax, Currency: "USD"},
		}
	}
	return commitOf(order.CommitsEver, order.Confirmed{},
		order.Created{UserID: strings.Repeat("\x01", order.TextMax), Lines: lines})
}

func TestTheLargestEventIsTold(t *testing.T) {
	whole := mustTell(t, envelope, largest())
	for _, e := range whole {
		wantValid(t, e)
	}
	limited := envelope
	limited.MaxBytes = whole[1].Size()
	if got := mustTell(t, limited, largest())[1]; got.Data == nil {
		t.Error("an event that just fits has no data")
	}
	limited.MaxBytes--
	got := mustTell(t, limited, largest())
	if got[0].Data == nil || got[0].DataRef != "" {
		t.Errorf("the small event of the commit is %v", got[0])
	}
	want := "https://shop.example/api/queries/orders/" + string(id) +
		"/history?limit=1&cursor=" + Place{order.CommitsEver, 1}.Cursor()
	if got[1].Data != nil || got[1].ContentType != "" || got[1].DataRef != want {
		t.Errorf("the large event refers to %q, want %q", got[1].DataRef, want)
	}
	if wantValid(t, got[1]).Data() != nil || got[1].DataSchema != whole[1].DataSchema {
		t.Errorf("the large event is %v", got[1])
	}
	limited.PublicURL, limited.MaxBytes = "", limited.MaxBytes/2
	if got := mustTell(t, limited, largest())[1].DataRef; envelope.PublicURL+got != want {
		t.Errorf("without an address the event refers to %q", got)
	}
}

func TestNoMessageIsLargerThanAllowed(t *testing.T) {
	c := commitOf(7, order.PutOnHold{Reason: "fraud", Note: strings.Repeat("n", 3000)})
	c.Traceparent = trace
	told := 0
	for most := 1; most < 5000; most++ {
		limited := envelope
		limited.MaxBytes = most
		all, err := limited.Events(c)
		if err != nil {
			if !errors.Is(err, ports.ErrRefused) || told > 0 {
				t.Fatalf("with %d bytes: %v", most, err)
			}
			continue
		}
		told++
		size := len(all[0].Subject) + len(all[0].Data)
		for name, value := range all[0].Attributes() {
			size += len("cloudEvents:") + len(name) + len(value)
		}
		if size > most || all[0].Size() > most {
			t.Fatalf("with %d bytes it takes %d", most, size)
		}
	}
	if told == 0 {
		t.Error("nothing was told")
	}
}

func TestWhatCannotBeReadIsRefused(t *testing.T) {
	c := commitOf(4)
	c.Unreadable = ports.ErrUnreadable
	_, err := envelope.Events(c)
	if !errors.Is(err, ports.ErrRefused) || !errors.Is(err, ports.ErrUnreadable) {
		t.Errorf("an unreadable commit gets %v", err)
	}
	c = commitOf(4, order.ShipmentDelivered{ShipmentID: "\xff"})
	if _, err := envelope.Events(c); !errors.Is(err, ports.ErrRefused) {
		t.Errorf("a text that is none gets %v", err)
	}
}
