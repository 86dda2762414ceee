package metrics

import (
	"context"
	"testing"
	"time"

	"orders/app/command"
	"orders/domain/order"
)

// BenchmarkWhatAnOrderCosts counts what one order over HTTP tells.
func BenchmarkWhatAnOrderCosts(b *testing.B) {
	m := New(Build{})
	handle := m.Commands(func(context.Context, command.Request) (command.Result, error) {
		return command.Result{Events: []order.Event{order.Confirmed{}}}, nil
	})
	r := command.Request{Command: order.Create{}}
	waited := []time.Duration{time.Microsecond}
	for name, trace := range map[string]string{
		"without a trace": "", "with a trace": "0af7651916cd43dd8448eb211c80319c",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := handle(b.Context(), r); err != nil {
					b.Fatal(err)
				}
				m.Written(waited)
				m.Answered(Request{
					Operation: "create", Status: 201, Took: time.Millisecond, TraceID: trace,
				})
			}
		})
	}
}
