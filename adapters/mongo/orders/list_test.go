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

// manyOrders makes views of all lives, of several users, and of which three have the same time.
func manyOrders(n int) []ports.OrderView {
	views := make([]ports.OrderView, n)
	for i := range views {
		made := fixture.Created(fmt.Sprint("user ", i%5))
		events := append([]order.Event{made}, lives[i%len(lives)]...)
		at := fixture.Start.Add(time.Duration(i/3) * time.Millisecond)
		views[i] = ports.OrderView{
			ID: fixture.NewID(), Version: 1, CreatedAt: at, UpdatedAt: at,
			Order: order.Replay(events),
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
	for range 300 {
		f := anyFilter(random, views)
		page := ports.Page{Limit: 1 + random.IntN(20)}
		if random.IntN(2) == 0 { // Also one that an other list led to.
			page.After = views[random.IntN(len(views))].Place()
		}
		for more := true; more; {
			got, err := contract.List(t.Context(), there, f, page)
			want, _ := contract.List(t.Context(), wanted, f, page)
			if err != nil || len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
				t.Fatalf("seed %d, %+v, %+v: %d orders, %v; want %d",
					seed, f, page, len(got), err, len(want))
			}
			if more = len(got) == page.Limit; more {
				page.After = got[len(got)-1].Place()
			}
		}
	}
}

func anyFilter(r *rand.Rand, views []ports.OrderView) (f ports.Filter) {
	like := views[r.IntN(len(views))]
	// Between two whole milliseconds, too.
	at := like.CreatedAt.Add(time.Duration(r.IntN(5)-2) * 400 * time.Microsecond)
	for _, set := range []func(){
		func() { f.UserID = like.Order.UserID },
		func() { f.Status = like.Order.Status },
		func() { f.PaymentStatus = like.Order.PaymentStatus() },
		func() { f.FulfillmentStatus = like.Order.FulfillmentStatus() },
		func() { f.OnHold = new(like.Order.IsOnHold()) },
		func() { f.SKU = like.Order.Lines[0].SKU },
		func() { f.CreatedFrom = at },
		func() { f.CreatedTo = at.Add(time.Duration(r.IntN(20)) * time.Millisecond) },
	} {
		if r.IntN(3) == 0 {
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
