package orders_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"orders/adapters/memory"
	"orders/adapters/mongo/internal/fixture"
	"orders/domain/order"
	"orders/ports"
	"orders/test/contract"
)

// lives are orders at every point of their lives.
var lives = [][]order.Event{
	nil,
	{order.PaymentAuthorized{PaymentID: "p", Amount: usd(1198)}},
	{order.Confirmed{}, order.PaymentCaptured{PaymentID: "p", CaptureID: "c", Amount: usd(1198)}},
	{
		order.Confirmed{}, order.PaymentCaptured{PaymentID: "p", CaptureID: "c", Amount: usd(1198)},
		order.ItemsShipped{ShipmentID: "s", Items: []order.Packed{{SKU: "mouse", Quantity: 1}}},
	},
	{
		order.PaymentCaptured{PaymentID: "p", CaptureID: "c", Amount: usd(1000)},
		order.Cancelled{Reason: "other"},
		order.PaymentRefunded{PaymentID: "p", RefundID: "r", Amount: usd(1)},
	},
	{order.ItemsChanged{Lines: []order.Line{
		{SKU: "cat", Quantity: 1, Price: usd(1)}, {SKU: "dog", Quantity: 1, Price: usd(2)},
		{SKU: "cat", Quantity: 1, Price: usd(3)},
	}}, order.PutOnHold{Reason: "fraud"}},
}

func usd(minor int64) order.Money { return order.Money{Minor: minor, Currency: "USD"} }

// manyOrders makes views of all lives, of several users, and of which three were created and some
// were changed at the same time.
func manyOrders(n int) []ports.OrderView {
	views := make([]ports.OrderView, n)
	for i := range views {
		made := fixture.Created(fmt.Sprint("user ", i%5))
		events := append([]order.Event{made}, lives[i%len(lives)]...)
		at := fixture.Start.Add(time.Duration(i/3) * time.Millisecond)
		views[i] = ports.OrderView{
			ID: fixture.NewID(), Version: 1, CreatedAt: at,
			UpdatedAt: at.Add(time.Duration(i*7%20) * time.Millisecond),
			Order:     order.Replay(events),
		}
	}
	return views
}

// The list of any filter, page by page, is what the memory adapter makes of it, which obeys the
// same laws and looks at each order.
func TestAnyListIsWhatItShouldBe(t *testing.T) {
	views := manyOrders(120)
	there, wanted := fixture.OrderViews(t), memory.NewViews()
	fixture.SaveAll(t, there, views)
	fixture.SaveAll(t, wanted, views)
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	for range 500 {
		f := anyFilter(random, views)
		by := ports.Sort{ByUpdate: random.IntN(2) == 0, OldestFirst: random.IntN(2) == 0}
		page := ports.Page{Sort: by, Limit: 1 + random.IntN(20)}
		if random.IntN(2) == 0 { // Also one that an other list led to.
			page.After = by.Place(views[random.IntN(len(views))])
		}
		for more := true; more; {
			got, err := contract.List(t.Context(), there, f, page)
			want, _ := contract.List(t.Context(), wanted, f, page)
			if err != nil || len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
				t.Fatalf("seed %d, %+v, %+v: %d orders, %v; want %d",
					seed, f, page, len(got), err, len(want))
			}
			if more = len(got) == page.Limit; more {
				page.After = by.Place(got[len(got)-1])
			}
		}
	}
}

func anyFilter(r *rand.Rand, views []ports.OrderView) (f ports.Filter) {
	like, other := views[r.IntN(len(views))], views[r.IntN(len(views))].Order
	// Between two whole milliseconds, too.
	near := time.Duration(r.IntN(5)-2) * 400 * time.Microsecond
	at, changed := like.CreatedAt.Add(near), like.UpdatedAt.Add(near)
	for _, set := range []func(){
		func() { f.UserID = like.Order.UserID },
		func() { f.Statuses = []order.Status{like.Order.Status, other.Status} },
		func() { f.Statuses = []order.Status{like.Order.Status} },
		func() {
			f.PaymentStatuses = []order.PaymentStatus{like.Order.PaymentStatus(), order.Paid}
		},
		func() {
			f.FulfillmentStatuses = []order.FulfillmentStatus{
				like.Order.FulfillmentStatus(), other.FulfillmentStatus(),
			}
		},
		func() { f.OnHold = new(like.Order.IsOnHold()) },
		func() { f.SKU = like.Order.Lines[0].SKU },
		func() { f.CreatedFrom = at },
		func() { f.CreatedTo = at.Add(time.Duration(r.IntN(20)) * time.Millisecond) },
		func() { f.UpdatedFrom = changed },
		func() { f.UpdatedTo = changed.Add(time.Duration(r.IntN(20)) * time.Millisecond) },
	} {
		if r.IntN(4) == 0 {
			set()
		}
	}
	return f
}

func TestAListOfNoneIsNotAListOfAll(t *testing.T) {
	v := fixture.OrderViews(t)
	errs := v.Save(t.Context(), []ports.OrderView{fixture.View(fixture.NewID(), 1, "ann")})
	all, err := contract.List(t.Context(), v, ports.Filter{}, ports.Page{})
	if errs != nil || err != nil || len(all) != 0 {
		t.Error(errs, err, all)
	}
}
