package memory_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"orders/adapters/memory"
	"orders/domain/order"
	"orders/ports"
)

// A batch of large commits ends early, and nothing is left out.
func TestBatchesAreBoundedInBytes(t *testing.T) {
	store := memory.NewEventStore()
	const orders = 20
	for n := range orders {
		c := ports.Commit{
			OrderID: order.ID(rune('a' + n)), Version: 1, ID: "c",
			Events: []order.Event{order.Created{Lines: []order.Line{
				{SKU: strings.Repeat("x", 1<<20), Quantity: 1},
			}}},
		}
		if err := store.Append(t.Context(), ports.Stream{ID: c.OrderID}, c); err != nil {
			t.Fatal(err)
		}
	}
	all, enough := 0, errors.New("enough")
	err := store.Follow(t.Context(), "", func(_ context.Context, b ports.Batch) error {
		if len(b.Commits) > 5 {
			t.Errorf("a batch has %d commits of a MiB", len(b.Commits))
		}
		if all += len(b.Commits); b.CaughtUp {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) || all != orders {
		t.Errorf("%d commits came, %v; want %d", all, err, orders)
	}
}
