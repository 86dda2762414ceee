package orders

import (
	"errors"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/internal/golden"
	"orders/domain/order"
	"orders/ports"
)

func TestViewsAreStoredAsPinned(t *testing.T) {
	v := golden.Filled[ports.OrderView]()
	raw := encodeView(v)
	golden.Want(t, raw, "testdata/view.json")
	if got, err := decodeView(raw); err != nil || !reflect.DeepEqual(got, v) {
		t.Errorf("a view came back as\n%+v, %v; want\n%+v\neach field needs a place in "+
			"adapters/mongo/orders/view.go", got, err, v)
	}
}

// Views that were stored before name the currency with each amount.
func TestViewsOfBeforeAreRead(t *testing.T) {
	text, err := os.ReadFile("testdata/view_1.json")
	if err != nil {
		t.Fatal(err)
	}
	want := golden.Filled[ports.OrderView]()
	got, err := decodeView(golden.FromJSON(t, string(text)))
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("it is read as\n%+v, %v; want\n%+v", got, err, want)
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
		o.UserID, o.Status = "ann", order.StatusCreated
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

// soundView is a view, but for some fields that are put in place of its own.
func soundView(t *testing.T, but string) bson.Raw {
	t.Helper()
	fields := bson.M{}
	for _, text := range []string{`{"_id": "o", "version": 1, "userId": "ann", "status": "CREATED",
		"createdAt": {"$date": 0}, "updatedAt": {"$date": 0}}`, but} {
		if err := bson.Unmarshal(golden.FromJSON(t, text), &fields); err != nil {
			t.Fatal(err)
		}
	}
	raw, err := bson.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// What people and tools put right by hand is read, too: shells store numbers as doubles.
func TestNumbersMayBeOfAnyType(t *testing.T) {
	v, err := decodeView(soundView(t, `{"version": 3.0,
		"cancellation": {"reason": "other", "note": null},
		"lines": [{"sku": "a", "quantity": {"$numberLong": "2"},
			"price": {"minor": 5, "currency": "USD"}}], "payments": null, "unknown": [1]}`))
	line := order.Line{SKU: "a", Quantity: 2, Price: order.Money{Minor: 5, Currency: "USD"}}
	if err != nil || v.Version != 3 || !slices.Equal(v.Order.Lines, []order.Line{line}) {
		t.Errorf("read %+v, %v", v, err)
	}
}

func TestADamagedViewIsUnreadable(t *testing.T) {
	const packed = `"id": "s", "items": [{"sku": "a", "quantity": 1}]`
	for where, bad := range map[string]string{
		"version":               `{"version": 1.5}`,
		"userId":                `{"userId": 7}`,
		"lines":                 `{"lines": {}}`,
		"lines.0":               `{"lines": [1]}`,
		"createdAt":             `{"createdAt": 7}`,
		"cancellation":          `{"cancellation": []}`,
		"shipments.0.delivered": `{"shipments": [{` + packed + `, "delivered": "yes"}]}`,
		"payments.0.captures.0.amount": `{"currency": "USD", "payments": [{"id": "p",
			"captures": [{"id": "c", "amount": true}]}]}`,
		"payments.0.captures.0.amount.minor": `{"payments": [{"id": "p", "captures": [
			{"id": "c", "amount": {"minor": true}}]}]}`,
	} {
		v, err := decodeView(soundView(t, bad))
		if !errors.Is(err, ports.ErrUnreadable) || !strings.Contains(err.Error(), ": "+where+": ") {
			t.Errorf("%s is read as %+v, %v; want ErrUnreadable of %s", bad, v, err, where)
		}
	}
	whole := encodeView(golden.Filled[ports.OrderView]())
	for n := range len(whole) {
		if _, err := decodeView(whole[:n]); err == nil {
			t.Errorf("%d bytes of %d are read as a view", n, len(whole))
		}
	}
}

// Whatever is stored, reading it ends well or with ErrUnreadable.
func TestNoDamageMakesTheReaderOfViewsPanic(t *testing.T) {
	raw := encodeView(golden.Filled[ports.OrderView]())
	golden.Harm(t, raw, func(raw bson.Raw) error { _, err := decodeView(raw); return err })
}

func BenchmarkViewCodec(b *testing.B) {
	for name, c := range golden.Commits() {
		v := ports.ViewOf(ports.Stream{ID: "ord_a", Commits: []ports.Commit{c}})
		view := encodeView(v)
		for what, do := range map[string]func(){
			"encode": func() { _ = encodeView(v) },
			"decode": func() { _, _ = decodeView(view) },
		} {
			b.Run(what+", "+name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					do()
				}
			})
		}
	}
}
