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
	// heapRoom is the memory beside long-lived data: for what the budget counts, and for garbage.
	heapRoom = 300 << 20
	// heapShare divides the long-lived data: that part is added to heapRoom, so that the collector
	// of a large heap does not run all the time.
	heapShare = 8
	// restMax is how much of the budget may be in use for all live data to count as long-lived.
	restMax = 16 << 20
)

// A heap measures the long-lived data, which grows with the orders in memory, and sets the
// runtime's soft memory limit by it. GOGC alone would let a few large answers grow the heap to
// several times their size.
type heap struct {
	budget *budget.Budget
	live   []metrics.Sample
	base   int64 // The bytes of long-lived data.
	limit  int64
	ended  atomic.Bool
}

// BoundHeap sets a soft memory limit of the process after each garbage collection until stop is
// called, unless GOMEMLIMIT has set one. b may be nil.
func BoundHeap(b *budget.Budget) (stop func()) {
	if os.Getenv("GOMEMLIMIT") != "" {
		return func() {}
	}
	h := &heap{budget: b, live: []metrics.Sample{{Name: "/gc/heap/live:bytes"}}}
	h.collected()
	return func() { h.ended.Store(true) }
}

// A mark is garbage from the start, so that its finalizer runs after each collection.
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

// follow updates the base. The budget often counts more bytes than are in use, so the base falls
// only while the budget is almost unused.
func (h *heap) follow(live, used int64) {
	h.base = max(h.base, live-used)
	if used <= restMax {
		h.base = live
	}
}
