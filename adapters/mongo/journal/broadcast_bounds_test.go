package journal

import (
	"strings"
	"testing"

	"orders/domain/order"
	"orders/ports"
)

// What comes while a follower has much to hear is left to the change stream.
func TestABroadcastIsBoundedInBytes(t *testing.T) {
	n := NewBroadcast()
	h, leave := n.Listen()
	defer leave()
	write := func(bytes int) []ports.Commit {
		sku := strings.Repeat("x", bytes)
		return []ports.Commit{{Events: []order.Event{
			order.ItemsChanged{Lines: []order.Line{{SKU: sku}}},
		}}}
	}
	n.send(write(2 * broadcastBytes))
	n.send(write(1))
	if len(h.Commits) != 1 {
		t.Fatalf("%d writes wait, want the first one alone", len(h.Commits))
	}
	h.Release(<-h.Commits)
	for range 20 {
		n.send(write(broadcastBytes / 10))
	}
	if len(h.Commits) != 9 {
		t.Errorf("%d writes wait, want 9", len(h.Commits))
	}
}
