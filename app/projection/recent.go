package projection

import (
	"context"
	"sync"

	"orders/domain/order"
	"orders/ports"
	"orders/ports/recent"
)

const (
	// recentMax is how many views are cached, at least; recentBytes is the size of the largest one.
	recentMax, recentBytes = 64, 64 << 10
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

func newRecentViews[V any]() recentViews[V] {
	return recentViews[V]{of: recent.New[order.ID, recentView[V]](recentMax)}
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
