package live

import (
	"time"

	"orders/domain/order"
	"orders/ports"
)

const (
	// awaitMax is how long a batch waits until its orders can be read.
	awaitMax = 2 * time.Second
	// owedMax is how many orders may be committed and not shown before watchers begin anew.
	owedMax = 10_000
	// parkedTime passes before an order that later ones have overtaken is given up. It is parked.
	parkedTime = time.Minute
)

// A debt is an order that watchers were to be told of, and that could not be read in time.
type debt struct {
	version int
	since   time.Time
}

type debts map[order.ID]debt

func (d debts) add(id order.ID, version int) {
	if known, ok := d[id]; ok {
		d[id] = debt{max(known.version, version), known.since}
		return
	}
	d[id] = debt{version, time.Now()}
}

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
			r.tell(r.wanted(b.Commits), awaitMax, b.Next)
		case <-retry.C:
			if late := r.late(); len(late) > 0 {
				r.tell(late, 0, r.next)
			}
		}
		if r.owing() > owedMax {
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

// wanted are the orders of commits that anybody watches.
func (r *run) wanted(commits []ports.Commit) []want {
	r.mu.Lock()
	defer r.mu.Unlock()
	return latest(commits, &r.shown, func(id order.ID) bool {
		return len(r.all) > 0 || len(r.single[id]) > 0
	})
}

// late are the orders that watchers are owed.
func (r *run) late() (wants []want) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, d := range r.owed {
		wants = append(wants, want{id, d.version})
	}
	return wants
}

func (r *run) owing() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.owed)
}

// tell tells of what is wanted, as far as it is there after wait, and then of the position next,
// if nothing of what was committed before is owed.
func (r *run) tell(wants []want, wait time.Duration, next ports.Position) {
	r.round.Add(1)
	views := r.look(r.ctx, wants, wait)
	if r.ctx.Err() != nil {
		return
	}
	r.next = next
	paid := r.pay(wants, views)
	if paid && wait > 0 {
		r.giveUp()
	}
	if r.owing() > 0 {
		next = ""
	}
	told := views[:0:0]
	for i, v := range views {
		switch {
		case v == nil, wait == 0 && v.Version < wants[i].version:
		case v.Version > r.shown.of(v.ID):
			r.shown.set(v.ID, v.Version)
			told = append(told, v)
		default: // Who expects it may not have been there when it was told.
			r.publishSingle(v)
		}
	}
	r.publish(told, next)
}

// pay keeps what is owed of wants, now that there are views, and reports whether some of it is
// not.
func (r *run) pay(wants []want, views []*ports.SharedView) (some bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, w := range wants {
		if views[i] == nil || views[i].Version < w.version {
			r.owed.add(w.id, w.version)
			continue
		}
		some = true
		if r.owed[w.id].version <= w.version {
			delete(r.owed, w.id)
		}
	}
	return some
}

// giveUp forgets the orders that were overtaken long ago: one that was just committed is shown,
// and projections go in order.
func (r *run) giveUp() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, d := range r.owed {
		if time.Since(d.since) > parkedTime {
			r.log.Warn("Watchers are not told of an order that is not shown.",
				"order", id, "version", d.version)
			delete(r.owed, id)
		}
	}
}
