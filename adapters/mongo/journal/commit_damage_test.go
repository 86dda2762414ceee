package journal

import (
	"slices"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/internal/golden"
	"orders/domain/order"
	"orders/ports"
)

// Whatever is stored, reading it ends well or with ErrUnreadable.
func TestNoDamageMakesTheReaderPanic(t *testing.T) {
	c := golden.Filled[ports.Commit]()
	c.Unreadable = nil
	c.Events = []order.Event{golden.Filled[order.Created](), golden.Filled[order.PaymentCaptured]()}
	commit, err := encodeCommit(c)
	if err != nil {
		t.Fatal(err)
	}
	golden.Harm(t, commit, func(raw bson.Raw) error { _, err := DecodeCommit(raw); return err })
}

func BenchmarkCommitCodec(b *testing.B) {
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
		commit, _ := encodeCommit(c)
		for what, do := range map[string]func(){
			"encode": func() { _, _ = encodeCommit(c) },
			"decode": func() { _, _ = DecodeCommit(commit) },
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
