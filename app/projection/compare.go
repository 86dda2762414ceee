package projection

import (
	"context"

	"orders/domain/order"
	"orders/ports"
)

// A page is the result of comparing some orders with IDs in a row.
type page struct {
	orders   int
	suspects []order.ID // Each is flawed, or was changed during the comparison.
	through  order.ID   // The last ID of the page, if there is more.
	more     bool       // There may be orders after through.
}

// page compares the orders and the views from an ID on, side by side.
func (v *verification[V]) page(ctx context.Context, from order.ID) (page, error) {
	r := ports.Range{From: from, Limit: verifyPage}
	// The views are read first, so that none is newer than the commits.
	views, err := v.definition.Model.Views.Stored(ctx, r)
	if err != nil {
		return page{}, err
	}
	stored := make(map[order.ID]ports.Stored[V], len(views))
	for _, s := range views {
		stored[s.ID] = s
	}
	ids, flawed, err := v.compareAll(ctx, r, stored)
	if err != nil {
		return page{}, err
	}
	var p page
	if n := len(ids); n == verifyPage {
		p.through, p.more = ids[n-1], true
	}
	if n := len(views); n == verifyPage && (!p.more || views[n-1].ID < p.through) {
		p.through, p.more = views[n-1].ID, true
	}
	for _, id := range ids {
		if p.more && id > p.through {
			break
		}
		p.orders++
		if flawed[id] {
			p.suspects = append(p.suspects, id)
		}
		delete(stored, id)
	}
	for id := range stored {
		if !p.more || id <= p.through {
			p.suspects = append(p.suspects, id)
		}
	}
	return p, nil
}

// compareAll compares every order of r once. It returns their IDs in order, and which of them seem
// to be flawed.
func (v *verification[V]) compareAll(
	ctx context.Context, r ports.Range, stored map[order.ID]ports.Stored[V],
) (ids []order.ID, flawed map[order.ID]bool, err error) {
	flawed = map[order.ID]bool{}
	var e *expected[V]
	finish := func() {
		if e != nil && v.compare(e, stored[e.id]).Flaw != "" {
			flawed[e.id] = true
		}
	}
	err = v.source.Archive.Commits(ctx, r, func(c ports.Commit) error {
		if e == nil || e.id != c.OrderID {
			finish()
			e = expect[V](c.OrderID, stored[c.OrderID].Version)
			ids = append(ids, c.OrderID)
		}
		e.add(v.projector.with, c)
		return nil
	})
	finish()
	return ids, flawed, err
}

// compare finds what is wrong with the stored view of an order; stored is zero if there is none.
func (v *verification[V]) compare(e *expected[V], stored ports.Stored[V]) Finding {
	f := Finding{ID: e.id, Seen: stored.Version, Version: e.version}
	isThere := stored.Differences != nil
	switch {
	case e.partial:
		f.Version = 0
		f.Flaw, f.Reason = Unreadable, e.unreadable.Error()
		return f
	case e.version == 0 && !isThere:
		return f
	case !isThere:
		f.Flaw = Missing
		return f
	case stored.Version > e.version || e.version == 0:
		f.Flaw = Surplus
		return f
	case stored.Version > 0 && stored.Version < e.version:
		f.Flaw = Stale
	}
	right, err := e.atStored, e.err
	if stored.Version == 0 { // A view without a version is compared with the newest one.
		right, err = e.view, e.unreadable
	}
	if err != nil {
		f.Flaw, f.Reason = Unreadable, err.Error()
		return f
	}
	if f.Differences = stored.Differences(right); len(f.Differences) > 0 {
		f.Flaw = Wrong
	}
	return f
}

// An expected view is what an order's commits add up to, now and at the version that is stored.
type expected[V any] struct {
	folded[V]
	storedVersion int
	atStored      V     // The view at that version.
	err           error // Why atStored could not be made.
}

func expect[V any](id order.ID, storedVersion int) *expected[V] {
	return &expected[V]{folded: folded[V]{id: id}, storedVersion: storedVersion}
}

func (e *expected[V]) add(with func(V, ports.Commit) V, c ports.Commit) {
	if c.Unreadable != nil {
		e.partial, e.unreadable = true, c.Unreadable
		return
	}
	if e.folded.add(with, c); e.version == e.storedVersion {
		e.atStored, e.err = e.view, e.unreadable
	}
}
