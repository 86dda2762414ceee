package projection

import (
	"context"
	"sync"

	"orders/domain/order"
	"orders/ports"
	"orders/ports/recent"
)

const (
	// The cache keeps at least 4 MiB of views, and at most twice that; none is larger than
	// recentLargest. Small views, which most are, are thousands: each order that is missing here
	// costs reading its whole stream with its next commit.
	recentBytes, recentLargest = 4 << 20, 64 << 10
	// recentEntry is what an entry takes besides its view.
	recentEntry = 256
)

// recentViews is a cache of the views of the orders that were loaded last. Without it, each commit
// of an order that changes all the time would cost reading its whole stream. A cached view is only
// a guess: the store must still have the stream.
type recentViews[V any] struct {
	mu sync.Mutex
	of recent.Map[order.ID, recentView[V]]
}

// A recentView is the view of an order up to an ending of its stream. The zero one stands for none.
type recentView[V any] struct {
	view   V
	ending ports.Ending
}

func newRecentViews[V any](size func(V) int) recentViews[V] {
	return recentViews[V]{of: recent.Sized[order.ID](recentBytes, func(v recentView[V]) int {
		return size(v.view) + recentEntry
	})}
}

func (r *recentViews[V]) get(id order.ID) recentView[V] {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.of.Get(id)
}

func (r *recentViews[V]) put(id order.ID, v recentView[V]) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.of.Put(id, v)
}

// resume folds the commits after the recent view. It reports whether there is such a view and the
// store still has its stream.
func (f *folded[V]) resume(ctx context.Context, p *projector[V]) (bool, error) {
	kept := p.recent.get(f.id)
	if kept.ending.Version == 0 {
		return false, nil
	}
	f.view, f.version, f.unreadable = kept.view, kept.ending.Version, nil
	f.ending = kept.ending
	return kept.ending.ReadOn(ctx, p.history, f.id, func(c ports.Commit) error {
		f.add(p.with, c)
		f.ending = f.ending.With(c)
		return nil
	})
}
