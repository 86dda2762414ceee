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

var update = flag.Bool("update", false, "write the golden files that are missing")

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

func goldenPath(f eventForm) string {
	return fmt.Sprintf("testdata/events/%s.%d.json", f.name, f.schema)
}

func spelled(t *testing.T, event order.Event) json.RawMessage {
	t.Helper()
	text, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func readGolden(t *testing.T, path string) (g golden) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, &g)
	}
	if err != nil {
		t.Fatalf("%v; `go test ./adapters/mongo -update` adds what is missing", err)
	}
	return g
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
	if _, err := os.Stat(path); *update && errors.Is(err, os.ErrNotExist) {
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
