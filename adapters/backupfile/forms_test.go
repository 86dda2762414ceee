package backupfile

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"orders/domain/order"
	"orders/ports"
	"orders/test/contract"
)

var update = flag.Bool("update", false, "write the golden files that are missing")

// someID is a valid ID.
var someID = order.MakeID([]byte("0123456789abcdefg"))

// filled is a commit whose every field has a value of its own.
func filled(events ...order.Event) ports.Commit {
	c := ports.Commit{
		OrderID: someID, Version: 1, Events: events, Actor: contract.Filled[ports.Actor](),
		At: time.Date(2026, 2, 28, 23, 59, 59, 7e6, time.UTC),
	}
	v := reflect.ValueOf(&c).Elem()
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		switch f := v.Field(i); {
		case !f.IsZero(), name == "Unreadable", name == "Events":
		case f.Kind() == reflect.String:
			f.SetString("some " + name)
		default:
			panic("filled has no value for " + name + " of a commit")
		}
	}
	return c
}

// A file shows how an event stands in files, and what that means.
type pinned struct {
	File  json.RawMessage `json:"file"`
	Means json.RawMessage `json:"means"` // As Go's JSON encoder spells it.
}

func TestEveryEventStandsInFilesAsItEverDid(t *testing.T) {
	named := map[string]bool{}
	for _, f := range forms {
		path := filepath.Join("testdata", fmt.Sprintf("%s.%d.json", f.name, f.schema))
		named[path] = true
		text, err := os.ReadFile(path)
		if errors.Is(err, os.ErrNotExist) && *update {
			write(t, path, f.name)
			text, err = os.ReadFile(path)
		}
		var is pinned
		if err == nil {
			err = json.Unmarshal(text, &is)
		}
		if err != nil {
			t.Fatalf("%v: `go test ./adapters/backupfile -update` writes it", err)
		}
		var e event
		if err := json.Unmarshal(is.File, &e); err != nil {
			t.Fatal(err)
		}
		got, err := e.means()
		if err != nil || spell(t, got) != compact(t, is.Means) {
			t.Errorf("%s means %s, %v, want %s", path, spell(t, got), err, is.Means)
		}
	}
	all, _ := filepath.Glob("testdata/*.json")
	for _, path := range all {
		if !named[path] {
			t.Errorf("%s has no form: one that was released is never removed", path)
		}
	}
}

func write(t *testing.T, path, name string) {
	t.Helper()
	for _, e := range contract.Events() {
		if e.Type() != name {
			continue
		}
		is, err := eventOf(e)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.MarshalIndent(pinned{
			File: json.RawMessage(spell(t, is)), Means: json.RawMessage(spell(t, e)),
		}, "", "  ")
		if err == nil {
			err = os.WriteFile(path, append(text, '\n'), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// A new event, and a new field of an event or of a commit, needs a place in the form.
func TestNothingOfACommitIsForgotten(t *testing.T) {
	for _, e := range contract.Events() {
		wantSame(t, filled(e))
		if is, err := eventOf(e); err == nil && !isPinned(t, is, e) {
			t.Errorf("no golden file shows %s with all its fields", e.Type())
		}
	}
	wantSame(t, filled(contract.Events()...))
	c := filled(order.Confirmed{})
	c.Key, c.Request, c.RequestID, c.Traceparent, c.Actor = "", "", "", "", ports.Actor{}
	wantSame(t, c)
}

func isPinned(t *testing.T, is event, e order.Event) bool {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("testdata/%s.%d.json", is.Type, is.Schema))
	if err != nil {
		t.Fatal(err)
	}
	var golden pinned
	if err := json.Unmarshal(text, &golden); err != nil {
		t.Fatal(err)
	}
	return compact(t, golden.Means) == spell(t, e) && compact(t, golden.File) == spell(t, is)
}

func wantSame(t *testing.T, c ports.Commit) {
	t.Helper()
	form, err := commitOf(c)
	if err != nil {
		t.Fatal(err)
	}
	begin, err := beginOf(line{Commit: form})
	if err != nil {
		t.Fatal(err)
	}
	l, err := lineOf(begin)
	if err != nil {
		t.Fatalf("%s: %v", begin, err)
	}
	if got, err := l.Commit.means(); err != nil || !reflect.DeepEqual(got, c) {
		t.Errorf("%s is read as\n%+v, %v, want\n%+v", begin, got, err, c)
	}
}

// What a file cannot show as it is, it does not show otherwise.
func TestWhatHasNoFormIsUnreadable(t *testing.T) {
	for name, change := range map[string]func(*ports.Commit){
		"a text that is no UTF-8":    func(c *ports.Commit) { c.Key = "\xff" },
		"half a millisecond":         func(c *ports.Commit) { c.At = c.At.Add(time.Microsecond) },
		"a year of five digits":      func(c *ports.Commit) { c.At = c.At.AddDate(9000, 0, 0) },
		"an ID that is none":         func(c *ports.Commit) { c.OrderID = "ord_1/000001" },
		"no events":                  func(c *ports.Commit) { c.Events = nil },
		"an event that is not known": func(c *ports.Commit) { c.Events = []order.Event{newer{}} },
	} {
		t.Run(name, func(t *testing.T) {
			c := filled(order.Confirmed{})
			change(&c)
			var out strings.Builder
			w, err := NewWriter(&out, NewHeader(time.Now(), "test", ""))
			if err == nil {
				err = w.Write(c)
			}
			if !errors.Is(err, ports.ErrUnreadable) {
				t.Errorf("%v, want ErrUnreadable", err)
			}
		})
	}
}

// A newer event is one of a later program.
type newer struct{ order.Event }

func (newer) Type() string { return "OrderTeleported" }

func spell(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func compact(t *testing.T, text json.RawMessage) string {
	t.Helper()
	return spell(t, text)
}
