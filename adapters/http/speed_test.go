package http_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"orders/adapters/http"
	"orders/adapters/memory"
	"orders/app/command"
	"orders/domain/order"
	"orders/ports"
)

// The benchmarks answer requests without a network, where fasthttp would hand them over.

func BenchmarkCreate(b *testing.B) {
	s, _ := quick(b)
	var c fasthttp.RequestCtx
	for b.Loop() {
		c.Request.Reset()
		c.Request.Header.SetMethod("POST")
		c.Request.Header.SetContentType("application/json")
		c.Request.SetRequestURI("/commands/orders")
		c.Request.SetBodyString(mouse)
		s.answer(b, &c, 201)
	}
}

func BenchmarkShow(b *testing.B) {
	s, id := quick(b)
	var c fasthttp.RequestCtx
	for b.Loop() {
		c.Request.Reset()
		c.Request.SetRequestURI("/queries/orders/" + string(id))
		s.answer(b, &c, 200)
	}
}

func BenchmarkList(b *testing.B) {
	s, _ := quick(b)
	var c fasthttp.RequestCtx
	for b.Loop() {
		c.Request.Reset()
		c.Request.SetRequestURI("/queries/orders?userId=user_123")
		s.answer(b, &c, 200)
	}
}

// A racer is a server that forgets what is created and shows 50 orders.
type racer struct{ handle fasthttp.RequestHandler }

func (r racer) answer(b *testing.B, c *fasthttp.RequestCtx, status int) {
	c.Response.Reset()
	c.ResetUserValues()
	r.handle(c)
	if c.Response.StatusCode() != status {
		b.Fatalf("status %d: %s", c.Response.StatusCode(), c.Response.Body())
	}
}

// shown shows orders at once, whatever their version.
type shown struct{ *memory.Views }

func (shown) Await(context.Context, order.ID, int) error { return nil }

// forgetful records nothing.
type forgetful struct{ ports.EventStore }

func (forgetful) Append(context.Context, ports.Stream, ports.Commit) error { return nil }

func quick(b *testing.B) (racer, order.ID) {
	b.Helper()
	views := memory.NewViews()
	var some []ports.OrderView
	for n := range 50 {
		line := order.Line{
			SKU: fmt.Sprintf("sku_%03d", n), Quantity: 2,
			Price: order.Money{Minor: 1099, Currency: "USD"},
		}
		event := order.Created{UserID: "user_123", Lines: []order.Line{line, line}}
		at := noon.UTC().Truncate(time.Millisecond)
		some = append(some, ports.OrderView{
			ID: order.MakeID(fmt.Appendf(nil, "%-32d", n)), Version: 1,
			CreatedAt: at, UpdatedAt: at, Order: order.Replay([]order.Event{event}),
		})
	}
	views.Save(b.Context(), some)
	store := memory.NewEventStore()
	s := http.New(http.Config{}, http.Parts{
		Commands: command.NewHandler(forgetful{store}, func() time.Time { return noon }, nil),
		Orders:   shown{views}, History: store,
	}, slog.New(slog.DiscardHandler))
	return racer{s.Handler()}, some[0].ID
}
