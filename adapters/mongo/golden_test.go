package mongo

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"reflect"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/domain/order"
)

var update = flag.Bool("update", false, "add the golden files of events that are missing, "+
	"and renew the others")

// A golden file pins how an event was ever stored, and what that means today.
type golden struct {
	Stored json.RawMessage `json:"stored"` // Extended JSON of the event in the commit.
	Means  json.RawMessage `json:"means"`  // The event as Go's JSON encoder spells it.
}

func fromJSON(t *testing.T, text string) (raw bson.Raw) {
	t.Helper()
	if err := bson.UnmarshalExtJSON([]byte(text), false, &raw); err != nil {
		t.Fatal(err)
	}
	return raw
}

// goldenPath is the file of a form as it was released, or once it gained optional fields.
func goldenPath(f eventForm, gained int) string {
	path := fmt.Sprintf("testdata/events/%s.%d", f.name, f.schema)
	if gained > 0 {
		path += fmt.Sprintf(".%d", gained)
	}
	return path + ".json"
}

// goldens are all files that pin a form.
func goldens(t *testing.T, f eventForm) map[string]golden {
	t.Helper()
	pinned := map[string]golden{}
	for gained := 0; ; gained++ {
		path := goldenPath(f, gained)
		text, err := os.ReadFile(path)
		if errors.Is(err, os.ErrNotExist) {
			return pinned
		}
		var g golden
		if err == nil {
			err = json.Unmarshal(text, &g)
		}
		if err != nil {
			t.Fatal(err)
		}
		pinned[path] = g
	}
}

func pins(t *testing.T, pinned map[string]golden, is golden) bool {
	t.Helper()
	for _, g := range pinned {
		if compact(t, g.Stored) == compact(t, is.Stored) {
			return true
		}
	}
	return false
}

// means is the event that a file is about. What it gained since then is empty.
func (g golden) means(t *testing.T, f eventForm) order.Event {
	t.Helper()
	event := reflect.New(reflect.TypeOf(f.event))
	decoder := json.NewDecoder(bytes.NewReader(g.Means))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(event.Interface()); err != nil {
		t.Fatal(err)
	}
	is, _ := event.Elem().Interface().(order.Event)
	return is
}

func spelled(t *testing.T, event order.Event) json.RawMessage {
	t.Helper()
	text, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func writeGolden(t *testing.T, path string, content any) {
	t.Helper()
	text, err := json.MarshalIndent(content, "", "  ")
	if err == nil {
		err = os.WriteFile(path, append(text, '\n'), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func wantDocument(t *testing.T, raw bson.Raw, path string) {
	t.Helper()
	got := extended(t, raw)
	if *update {
		writeGolden(t, path, json.RawMessage(got))
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if compact(t, want) != got {
		t.Errorf("%s is stored as\n%s, want\n%s", path, got, want)
	}
}

func extended(t *testing.T, value any) string {
	t.Helper()
	text, err := bson.MarshalExtJSON(value, true, false)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func compact(t *testing.T, text []byte) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Compact(&b, text); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// filled returns a T whose every field has a value of its own, so that none can be forgotten; but
// all amounts are of one currency, as those of an order are.
func filled[T any]() (v T) {
	n := 0
	fill(reflect.ValueOf(&v).Elem(), "", &n)
	return v
}

func fill(v reflect.Value, name string, n *int) {
	*n++
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.UnixMilli(int64(*n) * 1_000_000_007).UTC()))
	case v.Type() == reflect.TypeFor[order.Currency]():
		v.SetString("KWD")
	case v.Kind() == reflect.String:
		v.SetString(fmt.Sprint(name, " ", *n))
	case v.CanInt():
		v.SetInt(int64(*n))
	case v.Kind() == reflect.Bool:
		v.SetBool(true)
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), v.Type().Field(i).Name, n)
		}
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() != reflect.Interface:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(v.Index(i), name, n)
		}
	}
}
