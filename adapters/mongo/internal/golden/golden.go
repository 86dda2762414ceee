// Package golden pins stored documents by files, for the tests of the rooms that store them.
package golden

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"slices"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/domain/order"
	"orders/ports"
)

// Update is the flag to write the golden files that are missing.
var Update = flag.Bool("update", false, "write the golden files that are missing; "+
	"to renew a file, delete it first")

// FromJSON makes a document of extended JSON.
func FromJSON(t testing.TB, text string) (raw bson.Raw) {
	t.Helper()
	if err := bson.UnmarshalExtJSON([]byte(text), false, &raw); err != nil {
		t.Fatal(err)
	}
	return raw
}

// Write writes a golden file.
func Write(t testing.TB, path string, content any) {
	t.Helper()
	text, err := json.MarshalIndent(content, "", "  ")
	if err == nil {
		err = os.WriteFile(path, append(text, '\n'), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Want wants a document to be as a golden file has it. With Update it writes a missing file first.
func Want(t testing.TB, raw bson.Raw, path string) {
	t.Helper()
	got := Extended(t, raw)
	want, err := os.ReadFile(path)
	if *Update && errors.Is(err, fs.ErrNotExist) {
		Write(t, path, json.RawMessage(got))
		want, err = os.ReadFile(path)
	}
	if err != nil {
		t.Fatalf("%v: `go test ./adapters/mongo/... -update` writes a missing file", err)
	}
	if Compact(t, want) != got {
		t.Errorf("%s is stored as\n%s, want\n%s\nIf that is meant, delete the file, and "+
			"`go test ./adapters/mongo/... -update` writes it anew", path, got, want)
	}
}

// Extended spells a value as extended JSON.
func Extended(t testing.TB, value any) string {
	t.Helper()
	text, err := bson.MarshalExtJSON(value, true, false)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Compact is JSON without spaces.
func Compact(t testing.TB, text []byte) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Compact(&b, text); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Filled returns a T whose every field has a value of its own, so that none can be forgotten; but
// all amounts are of one currency, as those of an order are.
func Filled[T any]() (v T) {
	n := 0
	Fill(reflect.ValueOf(&v).Elem(), "", &n)
	return v
}

// Fill gives every field of v a value of its own; n counts them.
func Fill(v reflect.Value, name string, n *int) {
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
			Fill(v.Field(i), v.Type().Field(i).Name, n)
		}
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() != reflect.Interface:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			Fill(v.Index(i), name, n)
		}
	}
}

// Harm calls read with copies of a document that are damaged at every place in many ways, and wants
// it to end well or with ports.ErrUnreadable.
func Harm(t testing.TB, raw bson.Raw, read func(bson.Raw) error) {
	t.Helper()
	for n := range len(raw) - len(lies[0]) {
		for _, lie := range lies {
			damaged := slices.Clone(raw)
			copy(damaged[n:], lie)
			if err := read(damaged); err != nil && !errors.Is(err, ports.ErrUnreadable) {
				t.Errorf("with %q at %d: %v", lie, n, err)
			}
		}
	}
}

// lies are names that are none, types and lengths.
var lies = []string{
	"\xff\xff\xff\x7f", "\x00", "\x01", "\x02", "\x03", "\x04", "\x05", "\x80", "\xff",
}

// Commits are a small one, one of a paid order and a large one, for benchmarks.
func Commits() map[string]ports.Commit {
	created := order.Created{UserID: "user_0001", Lines: slices.Repeat([]order.Line{
		{SKU: "sku_001", Quantity: 2, Price: order.Money{Minor: 599, Currency: "USD"}},
	}, 2)}
	small := ports.Commit{OrderID: "ord_a", Version: 1, At: time.UnixMilli(0).UTC(), ID: "c",
		Events: []order.Event{created}}
	paid := small
	paid.Key, paid.Request, paid.Actor.Subject = "key", "0123456789abcdef", "ann"
	paid.RequestID, paid.Traceparent = "request", "00-0af7651916cd43dd8448eb211c80319c"
	amount := order.Money{Minor: 1198, Currency: "USD"}
	paid.Events = []order.Event{created, order.Confirmed{},
		order.PaymentAuthorized{PaymentID: "pay_1", Amount: amount},
		order.PaymentCaptured{PaymentID: "pay_1", CaptureID: "cap_1", Amount: amount},
		order.ItemsShipped{ShipmentID: "shp_1", Items: []order.Packed{{SKU: "a", Quantity: 2}}}}
	large := small
	lines := slices.Repeat(created.Lines, 50)
	large.Events = []order.Event{order.Created{UserID: "user_0001", Lines: lines}}
	return map[string]ports.Commit{"small": small, "paid": paid, "large": large}
}
