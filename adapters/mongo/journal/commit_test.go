package journal

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

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/document"
	"orders/adapters/mongo/internal/golden"
	"orders/domain/order"
	"orders/ports"
)

func encodeEvent(t *testing.T, e order.Event) bson.Raw {
	t.Helper()
	f := document.New(0)
	eventFields(f, &e)
	raw, err := f.Close()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func decodeEvent(raw bson.Raw) (e order.Event, err error) {
	f := document.Open(raw)
	eventFields(f, &e)
	_, err = f.Close()
	return e, err
}

func TestEveryEventIsStoredAsItEverWas(t *testing.T) {
	known := 0
	for _, form := range eventForms {
		files := goldens(t, form)
		known += len(files)
		if len(files) == 0 {
			t.Errorf("nothing pins schema %d of %s", form.schema, form.name)
		}
		for path, g := range files {
			event, raw := g.means(t, form), golden.FromJSON(t, string(g.Stored))
			if got, err := decodeEvent(raw); err != nil || !reflect.DeepEqual(got, event) {
				t.Errorf("%s is read as\n%+v, %v; want\n%+v", path, got, err, event)
			}
			got, want := golden.Extended(t, encodeEvent(t, event)), golden.Compact(t, g.Stored)
			if isNewest(form) && got != want {
				t.Errorf("%s is stored as\n%s, want\n%s", path, got, want)
			}
		}
	}
	all, _ := filepath.Glob("testdata/events/*.json")
	if len(all) != known {
		t.Errorf("%d golden files, but the forms know %d: a released form is never removed",
			len(all), known)
	}
}

// Every field of an event is pinned by a golden file. An event that gains an optional one gains
// a file, too, beside those that show how it was stored without.
func TestEveryFieldOfAnEventIsStored(t *testing.T) {
	for _, form := range eventForms {
		if !isNewest(form) {
			continue
		}
		filled := reflect.New(reflect.TypeOf(form.event)).Elem()
		golden.Fill(filled, "", new(int))
		event, _ := filled.Interface().(order.Event)
		raw := encodeEvent(t, event)
		if got, err := decodeEvent(raw); err != nil || !reflect.DeepEqual(got, event) {
			t.Errorf("%s came back as %+v, %v; want %+v: each field needs a place in its form "+
				"in adapters/mongo/journal/events.go", form.name, got, err, event)
		}
		is := pinned{Stored: json.RawMessage(golden.Extended(t, raw)), Means: spelled(t, event)}
		if files := goldens(t, form); !pins(t, files, is) {
			if *golden.Update {
				golden.Write(t, goldenPath(form, len(files)), is)
			} else {
				t.Errorf("no golden file of %s shows it with all its fields; "+
					"`go test ./adapters/mongo/journal -update` adds one", form.name)
			}
		}
	}
}

func isNewest(form eventForm) bool { return newestForm(form.name).schema == form.schema }

func TestTheNewestFormOfAnEventComesLast(t *testing.T) {
	for _, form := range eventForms {
		if newest := newestForm(form.name); form.schema > newest.schema {
			t.Errorf("schema %d of %s is not below schema %d",
				form.schema, form.name, newest.schema)
		}
	}
}

func TestEveryEventOfTheDomainHasAForm(t *testing.T) {
	source, err := os.ReadFile("../../../domain/order/events.go")
	if err != nil {
		t.Fatal(err)
	}
	types := regexp.MustCompile(`Type\(\) string +{ return "(\w+)" }`).FindAllSubmatch(source, -1)
	if len(types) == 0 {
		t.Error("found no event at all")
	}
	for _, name := range types {
		if newestForm(string(name[1])) == nil {
			t.Errorf("%s has no form", name[1])
		}
	}
}

// optional are the fields of events that may be missing.
var optional = []string{"note"}

// An event without one of its fields is not taken for one with an empty field.
func TestEventsAreReadWholeOrNotAtAll(t *testing.T) {
	for _, form := range eventForms {
		for path, g := range goldens(t, form) {
			data, ok := golden.FromJSON(t, string(g.Stored)).Lookup("data").DocumentOK()
			var fields bson.D
			if err := bson.Unmarshal(data, &fields); err != nil || !ok {
				t.Fatal(err)
			}
			for i, field := range fields {
				less, _ := bson.Marshal(bson.D{
					{Key: "type", Value: form.name}, {Key: "schema", Value: form.schema},
					{Key: "data", Value: slices.Delete(slices.Clone(fields), i, i+1)},
				})
				e, err := decodeEvent(less)
				if (err == nil) != slices.Contains(optional, field.Key) {
					t.Errorf("%s without %s is read as %+v, %v", path, field.Key, e, err)
				}
			}
		}
	}
}

func TestAPaymentIsOfMoreThanNothing(t *testing.T) {
	for _, e := range []order.Event{
		order.PaymentAuthorized{PaymentID: "p", Amount: order.Money{Currency: "USD"}},
		order.PaymentVoided{PaymentID: "p", Amount: order.Money{Minor: -1, Currency: "USD"}},
	} {
		if got, err := decodeEvent(encodeEvent(t, e)); err == nil {
			t.Errorf("%+v is read as %+v", e, got)
		}
	}
}

// Also pins the documents around the events, field by field.
func TestDocuments(t *testing.T) {
	c := golden.Filled[ports.Commit]()
	c.Version, c.Events, c.Unreadable = 7, []order.Event{order.Confirmed{}}, nil
	raw, err := encodeCommit(c)
	if err != nil {
		t.Fatal(err)
	}
	golden.Want(t, raw, "testdata/commit.json")
	if got, err := DecodeCommit(raw); err != nil || !reflect.DeepEqual(got, c) {
		t.Errorf("a commit came back as\n%+v, %v; want\n%+v", got, err, c)
	}
}

func TestEmptyStringsAreLeftOut(t *testing.T) {
	c := ports.Commit{OrderID: "o", Version: 1, ID: "c", Events: []order.Event{order.Confirmed{}}}
	raw, err := encodeCommit(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range []string{
		"key", "request", "actor", "client", "issuer", "requestId", "traceparent",
	} {
		if _, err := raw.LookupErr(field); err == nil {
			t.Errorf("an empty %s is stored", field)
		}
	}
}

// Commits from before callers had names are anybody's.
func TestACommitWithoutAnIssuerIsAnonymous(t *testing.T) {
	for stored, want := range map[string]ports.Actor{
		``:                             {},
		`"actor": "anonymous",`:        ports.Anonymous,
		`"actor": "a", "client": "c",`: {Subject: "a", Client: "c"},
	} {
		c, err := DecodeCommit(golden.FromJSON(t, `{"_id": "o/000001", "orderId": "o",
			"version": 1, "committedAt": {"$date": 0}, "commitId": "c", `+stored+`
			"events": [{"type": "OrderConfirmed", "schema": 1, "data": {}}]}`))
		if err != nil || c.Actor != want || !c.Actor.IsAnonymous() {
			t.Errorf("%s is read as %+v, %v", stored, c.Actor, err)
		}
	}
}

func TestBadDataIsUnreadable(t *testing.T) {
	good := `{"_id": "o/000001", "orderId": "o", "version": 1, "committedAt": {"$date": 0},
		"commitId": "c", "events": [{"type": "OrderCancelled", "schema": 1,
		"data": {"reason": "other"}}]}`
	if _, err := DecodeCommit(golden.FromJSON(t, good)); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct{ old, now, where string }{
		"an unknown event":        {"OrderCancelled", "OrderEaten", `events.0: event "OrderEaten"`},
		"a schema of tomorrow":    {`"schema": 1`, `"schema": 2`, "events.0: "},
		"a field of another type": {`"reason": "other"`, `"reason": 7`, "events.0.data.reason: "},
		"a missing field":         {`"reason": "other"`, ``, "events.0.data.reason: "},
		"data of another type":    {`{"reason": "other"}`, `[]`, "events.0.data: "},
		"another version":         {`"version": 1`, `"version": 2`, "_id: "},
		"another order":           {`"orderId": "o"`, `"orderId": "p"`, "_id: "},
		"a version that is text":  {`"version": 1`, `"version": "1"`, "version: "},
		"no commit ID":            {`"commitId": "c",`, ``, "commitId: "},
		"no events":               {`"events"`, `"evens"`, "events: "},
	} {
		c, err := DecodeCommit(golden.FromJSON(t, strings.Replace(good, tt.old, tt.now, 1)))
		if !errors.Is(err, ports.ErrUnreadable) || !strings.Contains(err.Error(), ": "+tt.where) {
			t.Errorf("%s: error %v, want ErrUnreadable at %s", name, err, tt.where)
		}
		if c.OrderID != "o" || c.Version != 1 || c.Events != nil {
			t.Errorf("%s: read %+v, want to know the order and version, and no events", name, c)
		}
	}
}
