package service

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"

	"orders/ports/budget"
)

const (
	// heapRoom is how much memory there is besides what lives for long: for what the budget counts,
	// and for garbage.
	heapRoom = 300 << 20
	// heapShare is the part of what lives for long that is added to that, so that the collector of
	// a large heap does not work all the time.
	heapShare = 8
	// restMax is how much of the budget may be used while what lives is taken for what lives for
	// long.
	restMax = 16 << 20
)

// A heap follows what lives for long, which grows with the orders in memory, and sets the runtime's
// soft limit by it. The share of garbage that GOGC allows is for speed: it would also let a few
// large answers grow to several times what they take.
type heap struct {
	budget *budget.Budget
	live   []metrics.Sample
	base   int64 // What lives for long.
	limit  int64
	ended  atomic.Bool
}

// BoundHeap sets a soft limit of the process's memory after each collection until stop is called,
// unless GOMEMLIMIT has set one. b may be nil.
func BoundHeap(b *budget.Budget) (stop func()) {
	if os.Getenv("GOMEMLIMIT") != "" {
		return func() {}
	}
	h := &heap{budget: b, live: []metrics.Sample{{Name: "/gc/heap/live:bytes"}}}
	h.collected()
	return func() { h.ended.Store(true) }
}

// A mark is found dead by each collection.
type mark struct{ of *heap }

// collected adapts the limit, and waits for the next collection to do so again.
func (h *heap) collected() {
	if h.ended.Load() {
		return
	}
	metrics.Read(h.live)
	used := int64(0)
	if h.budget != nil {
		used = h.budget.Used()
	}
	h.follow(int64(h.live[0].Value.Uint64()), used)
	if limit := h.base + heapRoom + h.base/heapShare; limit != h.limit {
		h.limit = limit
		debug.SetMemoryLimit(limit)
	}
	runtime.SetFinalizer(&mark{h}, func(m *mark) { m.of.collected() })
}

// follow learns what lives for long. What the budget counts is taken for a while, often for more
// than comes of it: so the base falls only while hardly anything is taken.
func (h *heap) follow(live, used int64) {
	h.base = max(h.base, live-used)
	if used <= restMax {
		h.base = live
	}
}
