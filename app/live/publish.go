package live

import (
	"context"
	"time"

	"orders/ports"
)

const (
	// chunk is how many changes are put into queues at once.
	chunk = 64
	// roomTime is how long to wait for room in a full queue, before its watcher is too slow.
	roomTime = 250 * time.Millisecond
)

// publish puts views into the queues of those who watch them; the last one of each who watches
// all orders brings the position, if it may have it in this round.
func (r *run) publish(views []*ports.SharedView, next ports.Position) {
	all := r.watchers("")
	last, at := make([]int, len(all)), make([]ports.Position, len(all))
	for i, w := range all {
		if last[i] = w.lastOf(views); w.since.Load() < r.round.Load() {
			at[i] = next
		}
	}
	for from := 0; from < len(views); from += chunk {
		to := min(from+chunk, len(views))
		r.makeRoom(all)
		for i, w := range all {
			w.put(views[from:to], last[i]-from, at[i])
		}
		for _, view := range views[from:to] {
			r.publishSingle(view)
		}
	}
	for i, w := range all {
		if last[i] < 0 && at[i] != "" {
			w.pass(at[i])
		}
	}
}

// publishSingle puts a view into the queues of those who watch its order alone.
func (r *run) publishSingle(view *ports.SharedView) {
	for _, w := range r.watchers(view.ID) {
		w.push(ports.Change{View: view})
	}
}

// makeRoom waits until every queue has room for a chunk, or for roomTime.
func (r *run) makeRoom(all []*watcher) {
	ctx, cancel := context.WithTimeout(r.ctx, roomTime)
	defer cancel()
	for _, w := range all {
		w.waitForRoom(ctx)
	}
}

// reset tells watchers that there is a gap before at. What is owed is told nevertheless.
func (r *run) reset(at ports.Position) {
	r.mu.Lock()
	r.behind, r.position, r.next = r.behind && r.owed.open(), at, at
	r.mu.Unlock()
	for _, w := range r.watchers("") {
		w.push(ports.Change{Reset: true, Position: at})
	}
	r.endSingle(ports.ErrUnavailable)
}
