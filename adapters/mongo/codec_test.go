package mongo

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/domain/order"
	"orders/ports"
)

func TestEveryEventIsWrittenInItsNewestForm(t *testing.T) {
	for _, form := range eventForms {
		newest, _ := newestForm(form.name)
		if form.schema > newest.schema {
			t.Errorf("schema %d of %s is not below schema %d",
				form.schema, form.name, newest.schema)
		}
		if form.schema < newest.schema {
			continue
		}
		if form.encode == nil {
			t.Fatalf("the newest form of %s is an old one", form.name)
		}
		filled := reflect.New(reflect.TypeOf(form.event)).Elem()
		fill(filled, "", new(int))
		event, _ := filled.Interface().(order.Event)
		encoded, err := encodeEvent(event)
		if err != nil {
			t.Fatal(err)
		}
		path := goldenPath(form)
		if _, err := os.Stat(path); *update && errors.Is(err, os.ErrNotExist) {
			stored := json.RawMessage(extended(t, encoded))
			writeGolden(t, path, golden{Stored: stored, Means: spelled(t, event)})
		}
		if got, want := extended(t, encoded), compact(t, readGolden(t, path).Stored); got != want {
			t.Errorf("%s is stored as\n%s, want\n%s", form.name, got, want)
		}
		if decoded, err := decodeEvent(encoded); err != nil || !reflect.DeepEqual(decoded, event) {
			t.Errorf("%s came back as %+v, %v; want %+v", form.name, decoded, err, event)
		}
	}
}

func TestEveryFormThatWasEverStoredIsRead(t *testing.T) {
	for _, form := range eventForms {
		want := readGolden(t, goldenPath(form))
		var stored eventDocument
		if err := bson.UnmarshalExtJSON(want.Stored, true, &stored); err != nil {
			t.Fatal(err)
		}
		event, err := decodeEvent(stored)
		if got := string(spelled(t, event)); err != nil || got != compact(t, want.Means) {
			t.Errorf("%s schema %d is read as\n%s, %v; want\n%s",
				form.name, form.schema, got, err, want.Means)
		}
	}
	files, _ := filepath.Glob("testdata/events/*.json")
	if len(files) != len(eventForms) {
		t.Errorf("%d golden files for %d forms: a released form is never removed",
			len(files), len(eventForms))
	}
}

func TestEveryEventOfTheDomainHasAForm(t *testing.T) {
	source, err := os.ReadFile("../../domain/order/events.go")
	if err != nil {
		t.Fatal(err)
	}
	types := regexp.MustCompile(`Type\(\) string +{ return "(\w+)" }`).FindAllSubmatch(source, -1)
	if len(types) == 0 {
		t.Error("found no event at all")
	}
	for _, name := range types {
		if _, ok := newestForm(string(name[1])); !ok {
			t.Errorf("%s has no form", name[1])
		}
	}
}

// An event without one of its fields is not taken for one with an empty field. Only a note may
// be missing.
func TestEventsAreReadWholeOrNotAtAll(t *testing.T) {
	for _, form := range eventForms {
		var stored eventDocument
		err := bson.UnmarshalExtJSON(readGolden(t, goldenPath(form)).Stored, true, &stored)
		if err != nil {
			t.Fatal(err)
		}
		var data bson.D
		if err := bson.Unmarshal(stored.Data, &data); err != nil {
			t.Fatal(err)
		}
		for i, field := range data {
			less := stored
			less.Data, _ = bson.Marshal(slices.Delete(slices.Clone(data), i, i+1))
			e, err := decodeEvent(less)
			if (err == nil) != (field.Key == "note") {
				t.Errorf("%s schema %d without %s is read as %+v, %v",
					form.name, form.schema, field.Key, e, err)
			}
		}
	}
}

// What an order does not have yet is nil or zero when it comes back, and not stored at all.
func TestNothingComesBackAsNothing(t *testing.T) {
	usd := order.Money{Minor: 1, Currency: "USD"}
	charges := []order.Charge{{ID: "c", Amount: usd}}
	packed := []order.Packed{{SKU: "mouse", Quantity: 1}}
	for n, o := range []order.Order{
		{},
		{Payments: []order.Payment{{ID: "sale", Captures: charges}}},
		{Payments: []order.Payment{{ID: "held", Authorized: usd}, {ID: "given up", Voided: usd}}},
		{Shipments: []order.Shipment{{ID: "on its way", Items: packed}}},
	} {
		v := ports.OrderView{ID: "o", Order: o, CreatedAt: time.UnixMilli(0).UTC()}
		v.UpdatedAt = v.CreatedAt
		raw := encodeView(v)
		if got, err := decodeView(raw); err != nil || !reflect.DeepEqual(got, v) {
			t.Errorf("%d: came back as\n%+v, %v; want\n%+v", n, got, err, v)
		}
		if strings.Contains(string(raw), "refunds") || strings.Contains(string(raw), "lines") {
			t.Errorf("%d: stored as %s", n, raw)
		}
	}
}

// Also pins the documents around the events, field by field.
func TestDocuments(t *testing.T) {
	c := filled[ports.Commit]()
	c.Version, c.Events, c.Unreadable = 7, []order.Event{order.Confirmed{}}, nil
	raw, err := encodeCommit(c)
	if err != nil {
		t.Fatal(err)
	}
	wantDocument(t, raw, "testdata/commit.json")
	if got, err := decodeCommit(raw); err != nil || !reflect.DeepEqual(got, c) {
		t.Errorf("a commit came back as\n%+v, %v; want\n%+v", got, err, c)
	}
	v := filled[ports.OrderView]()
	raw = encodeView(v)
	wantDocument(t, raw, "testdata/view.json")
	if got, err := decodeView(raw); err != nil || !reflect.DeepEqual(got, v) {
		t.Errorf("a view came back as\n%+v, %v; want\n%+v", got, err, v)
	}
}

func TestEmptyStringsAreLeftOut(t *testing.T) {
	c := ports.Commit{OrderID: "o", Version: 1, ID: "c", Events: []order.Event{order.Confirmed{}}}
	raw, err := encodeCommit(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range []string{"key", "request", "actor", "requestId", "traceparent"} {
		if _, err := raw.LookupErr(field); err == nil {
			t.Errorf("an empty %s is stored", field)
		}
	}
}

func TestBadDataIsUnreadable(t *testing.T) {
	good := `{"_id": "o/000001", "orderId": "o", "version": 1, "committedAt": {"$date": 0},
		"commitId": "c", "events": [{"type": "OrderCancelled", "schema": 1,
		"data": {"reason": "other"}}]}`
	if _, err := decodeCommit(fromJSON(t, good)); err != nil {
		t.Fatal(err)
	}
	for name, replace := range map[string][2]string{
		"an unknown event":        {"OrderCancelled", "OrderEaten"},
		"a schema of tomorrow":    {`"schema": 1`, `"schema": 2`},
		"a field of another type": {`"reason": "other"`, `"reason": 7`},
		"a missing field":         {`"reason": "other"`, ``},
		"data of another type":    {`{"reason": "other"}`, `[]`},
		"another version":         {`"version": 1`, `"version": 2`},
		"another order":           {`"orderId": "o"`, `"orderId": "p"`},
		"a version that is text":  {`"version": 1`, `"version": "1"`},
		"no commit ID":            {`"commitId": "c",`, ``},
		"no events":               {`"events"`, `"evens"`},
	} {
		c, err := decodeCommit(fromJSON(t, strings.Replace(good, replace[0], replace[1], 1)))
		if !errors.Is(err, ports.ErrUnreadable) {
			t.Errorf("%s: error %v, want ErrUnreadable", name, err)
		}
		if c.OrderID != "o" || c.Version != 1 || c.Events != nil {
			t.Errorf("%s: read %+v, want to know the order and version, and no events", name, c)
		}
	}
}
