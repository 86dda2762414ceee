package sharedfeed

import (
	"strings"
	"testing"

	"orders/domain/order"
	"orders/ports"
)

func batchOf(bytes int) ports.Batch {
	sku := strings.Repeat("x", bytes)
	return ports.Batch{Commits: []ports.Commit{{Events: []order.Event{
		order.ItemsChanged{Lines: []order.Line{{SKU: sku}}},
	}}}}
}

// A follower is given what comes at once, however large, and is too slow when much has piled up.
func TestAFollowerIsBehindByBytes(t *testing.T) {
	w := &follower{wakeup: make(chan struct{}, 1)}
	for range 2 {
		if !w.add(batchOf(2 * backlogBytes)) {
			t.Error("too slow for a batch that came at once")
		}
		if w.add(batchOf(1)) {
			t.Error("not too slow with two batches of much waiting")
		}
		w.take()
	}
	w.add(ports.Batch{})
	if !w.add(batchOf(2 * backlogBytes)) {
		t.Error("too slow for a batch that came after one without commits")
	}
	w.take()
	for range 10 {
		if !w.add(batchOf(backlogBytes / 11)) {
			t.Error("too slow with less than backlogBytes")
		}
	}
	if w.add(batchOf(backlogBytes / 9)) {
		t.Error("not too slow with more than backlogBytes")
	}
}
