package projection

import (
	"context"

	"orders/domain/order"
	"orders/ports"
)

// A page is a run of orders, compared at a glance.
type page struct {
	orders   int
	suspects []order.ID // May be flawed, or were changed meanwhile.
	through  order.ID
	more     bool // There may be orders after through.
}

// page compares the orders and the views from an ID on, side by side.
func (v *verification[V]) page(ctx context.Context, from order.ID) (page, error) {
	r := ports.Range{From: from, Limit: verifyPage}
	views, err := v.kind.Model.Views.Stored(ctx, r) // First, so that none is ahead.
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

// compareAll compares every order of r at a glance. It returns their IDs in order, and which of
// them seem to be flawed.
func (v *verification[V]) compareAll(
	ctx context.Context, r ports.Range, stored map[order.ID]ports.Stored[V],
) (ids []order.ID, flawed map[order.ID]bool, err error) {
	flawed = map[order.ID]bool{}
	var now *past[V]
	finish := func() {
		if now != nil && v.compare(now, stored[now.id]).Flaw != "" {
			flawed[now.id] = true
		}
	}
	err = v.source.Archive.Commits(ctx, r, func(c ports.Commit) error {
		if now == nil || now.id != c.OrderID {
			finish()
			now = newPast[V](c.OrderID, stored[c.OrderID].Version)
			ids = append(ids, c.OrderID)
		}
		now.add(v.projector.with, c)
		return nil
	})
	finish()
	return ids, flawed, err
}

// compare finds what is wrong with what is stored of an order; stored is zero for nothing.
func (v *verification[V]) compare(p *past[V], stored ports.Stored[V]) Finding {
	f := Finding{ID: p.id, Seen: stored.Version, Version: p.version}
	isThere := stored.Differences != nil
	switch {
	case p.partly:
		f.Version = 0
		f.Flaw, f.Reason = Unreadable, p.unreadable.Error()
		return f
	case p.version == 0 && !isThere:
		return f
	case !isThere:
		f.Flaw = Missing
		return f
	case stored.Version > p.version || p.version == 0:
		f.Flaw = Surplus
		return f
	case stored.Version > 0 && stored.Version < p.version:
		f.Flaw = Stale
	}
	right, err := p.then, p.err
	if stored.Version == 0 { // What is at no version is just wrong.
		right, err = p.view, p.unreadable
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
