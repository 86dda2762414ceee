package mongo

import (
	"strings"
	"testing"

	"orders/adapters/mongo/client"
	"orders/domain/order"
	"orders/ports"
)

// What comes while a follower has much to hear is left to the change stream.
func TestABroadcastIsBoundedInBytes(t *testing.T) {
	n := NewBroadcast()
	h, leave := n.listen()
	defer leave()
	write := func(bytes int) []ports.Commit {
		sku := strings.Repeat("x", bytes)
		return []ports.Commit{{Events: []order.Event{
			order.ItemsChanged{Lines: []order.Line{{SKU: sku}}},
		}}}
	}
	n.send(write(2 * broadcastBytes))
	n.send(write(1))
	if len(h.commits) != 1 {
		t.Fatalf("%d writes wait, want the first one alone", len(h.commits))
	}
	h.took(<-h.commits)
	for range 20 {
		n.send(write(broadcastBytes / 10))
	}
	if len(h.commits) != 9 {
		t.Errorf("%d writes wait, want 9", len(h.commits))
	}
}

// The number of documents in a batch follows their size.
func TestBatchesAreOfAboutAMebibyte(t *testing.T) {
	var s client.Sizes
	for _, step := range []struct{ largest, want int64 }{
		{0, 1000}, {1 << 10, 1000}, {64 << 10, 16}, {16 << 20, 2},
		{1 << 10, 2}, {1 << 10, 2}, {1 << 10, 2}, {1 << 10, 2}, {1 << 10, 2}, {1 << 10, 4},
	} {
		if step.largest > 0 {
			s.Saw(step.largest)
		}
		if got := s.Batch(1000); got != int32(step.want) {
			t.Errorf("after %d bytes a batch has %d documents, want %d",
				step.largest, got, step.want)
		}
	}
}
