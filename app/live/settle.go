package live

import (
	"time"

	"orders/domain/order"
	"orders/ports"
)

const (
	// awaitMax is how long a batch waits until its orders can be read.
	awaitMax = 2 * time.Second
	// owedMax is how many orders may be committed and not shown before the oldest are forgotten.
	// Watchers begin anew when the others are shown: before that there would be nothing to see.
	owedMax = 10_000
)

// settle tells watchers of every batch, and of what was not shown in time when it is.
func (r *run) settle(batches <-chan batch) {
	retry := time.NewTicker(retryTime)
	defer retry.Stop()
	for {
		select {
		case <-r.ctx.Done():
			return
		case b := <-batches:
			if b.gap {
				r.reset(b.Next)
				continue
			}
			r.tell(r.wanted(b.Batch), awaitMax, b.Next)
		case <-retry.C:
			if late := r.late(); len(late) > 0 {
				r.tell(late, 0, r.next)
			}
		}
		if r.caughtUp() {
			r.reset(r.next)
		}
	}
}

// A want is an order at that version or later.
type want struct {
	id      order.ID
	version int
}

// latest names each order of commits once, with its highest version, if it was not shown.
func latest(commits []ports.Commit, shown *versions, of func(order.ID) bool) (wants []want) {
	at := map[order.ID]int{}
	for _, c := range commits {
		i, known := at[c.OrderID]
		switch {
		case known:
			wants[i].version = max(wants[i].version, c.Version)
		case c.Version > shown.of(c.OrderID) && of(c.OrderID):
			at[c.OrderID] = len(wants)
			wants = append(wants, want{c.OrderID, c.Version})
		}
	}
	return wants
}

// wanted begins a round for a batch, and returns which of their orders anybody watches. Who comes
// later may be told nothing of the others, and so no position in this round.
func (r *run) wanted(b ports.Batch) []want {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.round.Add(1)
	r.busy, r.ahead = true, b.Ahead
	return latest(b.Commits, &r.shown, func(id order.ID) bool {
		return len(r.all) > 0 || len(r.single[id]) > 0
	})
}

// late begins a round for the orders that watchers are owed, and returns them, if there are any.
func (r *run) late() (wants []want) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, d := range r.owed {
		wants = append(wants, want{id, d.version})
	}
	if len(wants) > 0 {
		r.round.Add(1)
		r.busy = true
	}
	return wants
}

// tell tells of what is wanted, as far as it is there after wait, and then of the position next,
// if nothing of what was committed before is owed. It ends the round.
func (r *run) tell(wants []want, wait time.Duration, next ports.Position) {
	views := r.look(r.ctx, wants, wait)
	if r.ctx.Err() != nil {
		return
	}
	r.next = next
	again := r.pay(wants, views, wait > 0)
	if r.owes() {
		next = ""
	}
	told := views[:0:0]
	for i, v := range views {
		switch {
		case v == nil, wait == 0 && v.Version < wants[i].version:
		case v.Version > r.shown.of(v.ID), again[v.ID]:
			r.shown.set(v.ID, v.Version)
			told = append(told, v)
		default: // Who expects it may not have been there when it was told.
			r.publishSingle(v)
		}
	}
	r.publish(told, next)
	r.settled(next)
}

// settled ends a round: all is told before at, unless that is empty.
func (r *run) settled(at ports.Position) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.busy = false; at != "" {
		r.position = at
	}
}
