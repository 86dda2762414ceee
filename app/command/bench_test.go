package command_test

import (
	"context"
	"fmt"
	"testing"

	"orders/adapters/memory"
	"orders/ports"
)

// forgetful records nothing.
type forgetful struct{ ports.EventStore }

func (forgetful) Append(context.Context, ports.Stream, ports.Commit) error { return nil }

func BenchmarkCreate(b *testing.B) {
	for _, key := range []string{"", "key"} {
		b.Run(fmt.Sprintf("key %q", key), func(b *testing.B) {
			h := handler(forgetful{memory.NewEventStore()})
			r := create("ann", key)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := h.Handle(b.Context(), r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
