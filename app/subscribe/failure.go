package subscribe

import (
	"context"
	"sync"
	"time"

	"orders/ports"
)

// failureEvery passes between two records of failures, at least.
const failureEvery = 2 * time.Second

// A recorder keeps, for all processes to see, why the work of this one does not go on.
type recorder struct {
	kept ports.Failures // Nil if nobody is to see it.

	mu     sync.Mutex
	at     time.Time // When a failure was recorded last.
	isKept bool      // Or may be, by the leader before.
}

// Failed records why the work does not go on. A Handler calls it for what it tries again by itself;
// what it returns as an error is recorded anyway. Of many failures in a short time one is recorded.
func (s *Subscriber) Failed(ctx context.Context, why error) {
	r := &s.failures
	if r.kept == nil || !r.mu.TryLock() {
		return
	}
	defer r.mu.Unlock()
	if r.isKept && time.Since(r.at) < failureEvery {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, stopWithin)
	defer cancel()
	r.at, r.isKept = time.Now(), true
	_ = r.kept.Record(ctx, ports.Failure{ // If it fails, the next one comes soon.
		Reason: why.Error(), Since: r.at.UTC().Truncate(time.Millisecond),
	})
}

// begin is for a process that leads from now on: another one may have left a failure.
func (r *recorder) begin() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.at, r.isKept = time.Time{}, r.kept != nil
}

// mayBeKept reports whether there may be a failure to clear.
func (r *recorder) mayBeKept() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.isKept
}

// clear forgets the failure: the work goes on.
func (r *recorder) clear(ctx context.Context) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.isKept && r.kept.Clear(ctx) == nil {
		r.isKept = false
	}
}
