package mongo

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/domain/order"
	"orders/ports"
)

// soundView is a view, but for some fields that are put in place of its own.
func soundView(t *testing.T, but string) bson.Raw {
	t.Helper()
	fields := bson.M{}
	for _, text := range []string{`{"_id": "o", "version": 1, "userId": "ann", "status": "CREATED",
		"createdAt": {"$date": 0}, "updatedAt": {"$date": 0}}`, but} {
		if err := bson.Unmarshal(fromJSON(t, text), &fields); err != nil {
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
		"payments.0.captures.0.amount.minor": `{"payments": [{"id": "p", "captures": [
			{"id": "c", "amount": {"minor": true}}]}]}`,
	} {
		v, err := decodeView(soundView(t, bad))
		if !errors.Is(err, ports.ErrUnreadable) || !strings.Contains(err.Error(), ": "+where+": ") {
			t.Errorf("%s is read as %+v, %v; want ErrUnreadable of %s", bad, v, err, where)
		}
	}
	whole := encodeView(filled[ports.OrderView]())
	for n := range len(whole) {
		if _, err := decodeView(whole[:n]); err == nil {
			t.Errorf("%d bytes of %d are read as a view", n, len(whole))
		}
	}
}

// Whatever is stored, reading it ends well or with ErrUnreadable.
func TestNoDamageMakesTheReaderPanic(t *testing.T) {
	c := filled[ports.Commit]()
	c.Unreadable = nil
	c.Events = []order.Event{filled[order.Created](), filled[order.PaymentCaptured]()}
	commit, err := encodeCommit(c)
	if err != nil {
		t.Fatal(err)
	}
	read := map[string]func(bson.Raw) error{
		"commit": func(raw bson.Raw) error { _, err := decodeCommit(raw); return err },
		"view":   func(raw bson.Raw) error { _, err := decodeView(raw); return err },
	}
	for what, raw := range map[string]bson.Raw{
		"commit": commit, "view": encodeView(filled[ports.OrderView]()),
	} {
		for n := range len(raw) - len(lies[0]) {
			for _, lie := range lies {
				damaged := slices.Clone(raw)
				copy(damaged[n:], lie)
				err := read[what](damaged)
				if err != nil && !errors.Is(err, ports.ErrUnreadable) {
					t.Errorf("a %s with %q at %d: %v", what, lie, n, err)
				}
			}
		}
	}
}

// lies are names that are none, types and lengths.
var lies = []string{
	"\xff\xff\xff\x7f", "\x00", "\x01", "\x02", "\x03", "\x04", "\x05", "\x80", "\xff",
}

func BenchmarkCodec(b *testing.B) {
	created := order.Created{UserID: "user_0001", Lines: slices.Repeat([]order.Line{
		{SKU: "sku_001", Quantity: 2, Price: order.Money{Minor: 599, Currency: "USD"}},
	}, 2)}
	small := ports.Commit{OrderID: "ord_a", Version: 1, At: time.UnixMilli(0).UTC(), ID: "c",
		Events: []order.Event{created}}
	paid := small
	paid.Key, paid.Request, paid.Actor = "key", "0123456789abcdef", "ann"
	paid.RequestID, paid.Traceparent = "request", "00-0af7651916cd43dd8448eb211c80319c"
	amount := order.Money{Minor: 1198, Currency: "USD"}
	paid.Events = []order.Event{created, order.Confirmed{},
		order.PaymentAuthorized{PaymentID: "pay_1", Amount: amount},
		order.PaymentCaptured{PaymentID: "pay_1", CaptureID: "cap_1", Amount: amount},
		order.ItemsShipped{ShipmentID: "shp_1", Items: []order.Packed{{SKU: "a", Quantity: 2}}}}
	large := small
	lines := slices.Repeat(created.Lines, 50)
	large.Events = []order.Event{order.Created{UserID: "user_0001", Lines: lines}}
	for name, c := range map[string]ports.Commit{"small": small, "paid": paid, "large": large} {
		v := ports.ViewOf(ports.Stream{ID: "ord_a", Commits: []ports.Commit{c}})
		commit, _ := encodeCommit(c)
		view := encodeView(v)
		for what, do := range map[string]func(){
			"encode commit": func() { _, _ = encodeCommit(c) },
			"decode commit": func() { _, _ = decodeCommit(commit) },
			"encode view":   func() { _ = encodeView(v) },
			"decode view":   func() { _, _ = decodeView(view) },
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
