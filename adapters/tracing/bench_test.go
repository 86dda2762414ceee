package tracing

import (
	"testing"
	"time"

	"github.com/valyala/fasthttp"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"orders/adapters/http"
	"orders/adapters/memory"
	"orders/app/access"
	"orders/app/command"
	"orders/domain/order"
)

// BenchmarkCreate is what an order costs in memory, from the span of its request to its append.
func BenchmarkCreate(b *testing.B) {
	for _, tt := range []struct {
		name    string
		sampler sdk.Sampler // Nil for no traces.
	}{
		{"off", nil}, {"1 %", sdk.TraceIDRatioBased(0.01)}, {"all", sdk.AlwaysSample()},
	} {
		b.Run(tt.name, func(b *testing.B) {
			var t *Tracing
			if tt.sampler != nil {
				p, err := propagator("")
				if err != nil {
					b.Fatal(err)
				}
				t = newTracing(Settings{sampler: tt.sampler, propagator: p},
					sdk.WithBatcher(tracetest.NewNoopExporter()))
			}
			h := command.NewHandler(t.EventStore(memory.NewEventStore()), time.Now, nil)
			h.Around(t.Commands)
			one, err := order.ParseDecimal("1")
			if err != nil {
				b.Fatal(err)
			}
			item := order.Item{SKU: "sku", Quantity: one, Price: one}
			r := command.Request{
				Caller:  access.Everyone(),
				Command: order.Create{UserID: "ann", Currency: "USD", Items: []order.Item{item}},
			}
			c := &fasthttp.RequestCtx{} // Large, and the server's to make.
			b.ReportAllocs()
			for b.Loop() {
				placed(b, t, c, h, r)
			}
		})
	}
}

// placed places an order.
func placed(
	b *testing.B, t *Tracing, c *fasthttp.RequestCtx, h *command.Handler, r command.Request,
) {
	b.Helper()
	ctx := b.Context()
	if tracer := t.Requests(); tracer != nil {
		span := tracer.Begin(c, "/commands/orders")
		ctx = span.With(ctx)
		defer span.End(http.Ended{Status: 201})
	}
	if _, err := h.Handle(ctx, r); err != nil {
		b.Fatal(err)
	}
}
