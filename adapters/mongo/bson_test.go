package mongo

import (
	"errors"
	"slices"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"pgregory.net/rapid"

	"orders/domain/order"
	"orders/ports"
)

// The driver makes the same bytes of the same fields, and reads what we write.
func TestTheFormsByHandAreTheDrivers(t *testing.T) {
	type part struct {
		Some  string `bson:"some,omitempty"`
		Whole int    `bson:"whole"`
		Yes   bool   `bson:"yes,omitempty"`
	}
	type all struct {
		Text  string    `bson:"text"`
		Long  int64     `bson:"long"`
		Time  time.Time `bson:"time"`
		Money moneyData `bson:"money"`
		Parts []part    `bson:"parts"`
	}
	rapid.Check(t, func(t *rapid.T) {
		var is all
		is.Text, is.Long = rapid.String().Draw(t, "text"), rapid.Int64().Draw(t, "long")
		is.Time = time.UnixMilli(rapid.Int64Range(-1e14, 1e14).Draw(t, "time")).UTC()
		is.Money = moneyData{rapid.Int64().Draw(t, "minor"), "USD"}
		is.Parts = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) part {
			return part{rapid.String().Draw(t, "some"), rapid.Int().Draw(t, "whole"),
				rapid.Bool().Draw(t, "yes")}
		}), 1, 12).Draw(t, "parts")
		byHand := write(0, func(w *writer) {
			w.text("text", is.Text)
			w.long("long", is.Long)
			w.time("time", is.Time)
			w.money("money", order.Money(is.Money))
			writeList(w, "parts", is.Parts, func(w *writer, p part) {
				w.some("some", p.Some)
				w.whole("whole", p.Whole)
				w.yes("yes", p.Yes)
			})
		})
		if byDriver, err := bson.Marshal(is); err != nil || !slices.Equal(byDriver, byHand) {
			t.Fatalf("by hand %s, by the driver %s, %v", byHand, bson.Raw(byDriver), err)
		}
	})
}

// What people and tools put right by hand is read, too: shells store numbers as doubles.
func TestNumbersMayBeOfAnyType(t *testing.T) {
	v, err := decodeView(fromJSON(t, `{"_id": "o", "version": 3.0,
		"cancellation": {"reason": "other", "note": null},
		"lines": [{"sku": "a", "quantity": {"$numberLong": "2"},
			"price": {"minor": 5, "currency": "USD"}}], "payments": null, "unknown": [1]}`))
	line := order.Line{SKU: "a", Quantity: 2, Price: order.Money{Minor: 5, Currency: "USD"}}
	if err != nil || v.Version != 3 || !slices.Equal(v.Order.Lines, []order.Line{line}) {
		t.Errorf("read %+v, %v", v, err)
	}
	for _, bad := range []string{
		`{"version": 1.5}`, `{"version": "1"}`, `{"userId": 7}`, `{"lines": {}}`, `{"lines": [1]}`,
		`{"createdAt": 7}`, `{"cancellation": []}`, `{"shipments": [{"delivered": "yes"}]}`,
		`{"payments": [{"captures": [{"amount": {"minor": true}}]}]}`,
	} {
		if v, err := decodeView(fromJSON(t, bad)); !errors.Is(err, ports.ErrUnreadable) {
			t.Errorf("%s is read as %+v, %v; want ErrUnreadable", bad, v, err)
		}
	}
	whole := encodeView(filled[ports.OrderView]())
	for n := range len(whole) {
		if _, err := decodeView(whole[:n]); err == nil {
			t.Errorf("%d bytes of %d are read as a view", n, len(whole))
		}
	}
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
