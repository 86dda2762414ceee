package projection

import (
	"context"
	"sync"

	"orders/domain/order"
	"orders/ports"
)

const (
	// warmMax is how many views are kept for the next commit of their orders, each of at most
	// warmViewMax bytes.
	warmMax, warmViewMax = 64, 64 << 10
)

// warm keeps the views of the orders that were loaded last, so that each commit of an order that
// changes all the time does not cost a reading of all that came before. What is kept is only a
// guess: the store must still have the stream.
type warm[V any] struct {
	mu   sync.Mutex
	of   map[order.ID]warmth[V]
	came []order.ID // In this order.
}

type warmth[V any] struct {
	view   V
	ending ports.Ending
}

func (w *warm[V]) get(id order.ID) (warmth[V], bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	kept, known := w.of[id]
	return kept, known
}

func (w *warm[V]) keep(id order.ID, kept warmth[V]) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, known := w.of[id]; !known {
		if len(w.came) == warmMax {
			delete(w.of, w.came[0])
			w.came = w.came[1:]
		}
		w.came = append(w.came, id)
	}
	if w.of == nil {
		w.of = map[order.ID]warmth[V]{}
	}
	w.of[id] = kept
}

// goOn folds what came after what is kept, and reports whether that could be.
func (f *folded[V]) goOn(ctx context.Context, p *projector[V]) (bool, error) {
	kept, known := p.warm.get(f.id)
	if !known {
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
