package live

import (
	"maps"
	"slices"
	"time"

	"orders/domain/order"
	"orders/ports"
)

const (
	// parkedTime passes before an order that later ones have overtaken is given up: it is parked.
	parkedTime = time.Minute
	// overtakenTime passes between that one is overtaken and that it is given up, if it is not
	// shown even then: what was late itself may just be on its way.
	overtakenTime = 5 * time.Second
)

// A debt is an order that watchers were to be told of, and that could not be read in time.
type debt struct {
	version   int
	since     time.Time
	again     bool      // Also those who watch all orders are owed it, even if it was told before.
	overtaken time.Time // When it was old, and something that was committed later was shown.
	parked    bool      // It was given up: it is told when it is shown, and keeps nothing back.
}

type debts map[order.ID]debt

func (d debts) add(id order.ID, version int, again bool) {
	known, ok := d[id]
	if !ok || known.parked && version > known.version {
		d[id] = debt{version: version, since: time.Now(), again: again || known.again}
		return
	}
	known.version, known.again = max(known.version, version), known.again || again
	d[id] = known
}

// owe makes the run tell of an order when it is shown, to everybody who watches it if again, and
// else to those who were not told yet or watch it alone.
func (r *run) owe(w want, again bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.owed.add(w.id, w.version, again)
}

// owes reports whether anything is owed that is not parked, so that no position passes.
func (r *run) owes() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.lags()
}

// lags is owes for a caller that holds mu.
func (r *run) lags() bool { return r.behind || r.owed.open() }

// open reports whether there is a debt that is not parked.
func (d debts) open() bool {
	for _, each := range d {
		if !each.parked {
			return true
		}
	}
	return false
}

// caughtUp forgets all but the newest debts, a tenth of owedMax, if there are more than that. It
// reports whether some were forgotten and the others are shown: then those are, as projections go
// in order.
func (r *run) caughtUp() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.owed) > r.owedMax {
		r.owed, r.behind = r.owed.newest(r.owedMax/10), true
	}
	return r.behind && !r.owed.open()
}

func (d debts) newest(count int) debts {
	ids := slices.SortedFunc(maps.Keys(d), func(a, b order.ID) int {
		return d[b].since.Compare(d[a].since)
	})
	kept := debts{}
	for _, id := range ids[:count] {
		kept[id] = d[id]
	}
	return kept
}

// pay keeps what is owed of wants, now that there are views, and returns which orders everybody
// has to be told again. The wants are fresh if they were just committed.
func (r *run) pay(wants []want, views []*ports.SharedView, fresh bool) map[order.ID]bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	again, shown := map[order.ID]bool{}, false
	for i, w := range wants {
		d := r.owed[w.id]
		switch v := views[i]; {
		case v != nil && v.Version >= max(w.version, r.shown.of(w.id)):
			if shown = true; d.version <= w.version {
				again[w.id] = d.again
				delete(r.owed, w.id)
			}
		case fresh:
			r.owed.add(w.id, w.version, false)
		default:
			r.giveUp(w.id, d)
		}
	}
	if fresh && shown {
		r.overtake()
	}
	return again
}

// overtake notes that something was shown that was committed later than all that is old, as
// projections go in order. The caller holds mu.
func (r *run) overtake() {
	for id, d := range r.owed {
		if d.overtaken.IsZero() && time.Since(d.since) > parkedTime {
			d.overtaken = time.Now()
			r.owed[id] = d
		}
	}
}

// giveUp parks an order that was overtaken before it was looked at in vain. The caller holds mu.
func (r *run) giveUp(id order.ID, d debt) {
	if d.parked || d.overtaken.IsZero() || time.Since(d.overtaken) < overtakenTime {
		return
	}
	r.log.Warn("Watchers are not told of an order that is not shown.",
		"order", id, "version", d.version)
	d.parked = true
	r.owed[id] = d
}
