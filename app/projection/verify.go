package projection

import (
	"context"
	"errors"
	"fmt"
	"time"

	"orders/domain/order"
	"orders/ports"
)

// A Flaw is what may be wrong with the view of an order.
type Flaw string

const (
	Missing    Flaw = "missing"    // There is no view of it.
	Stale      Flaw = "stale"      // Its view is of an earlier version.
	Wrong      Flaw = "wrong"      // Its view has another content than its events add up to.
	Surplus    Flaw = "surplus"    // There is a view, and no such order or no such version.
	Unreadable Flaw = "unreadable" // No view can be made of it; see the parked orders.
)

// A Finding is an order whose view is not what its events add up to.
type Finding struct {
	ID          order.ID
	Flaw        Flaw
	Seen        int // The version of the view; 0 without one.
	Version     int // The version of the order.
	Differences []ports.Difference
	Reason      string // Why it is unreadable, or why it was not repaired.
	Repaired    bool
}

// A Summary is what a verification came to.
type Summary struct{ Orders, Findings, Repaired int }

const (
	// verifyPage is how many orders are compared at once.
	verifyPage = 500
	// A projection may lag: what is not there yet is looked for again, this often, and at most
	// this long in a whole verification.
	lookEvery  = 100 * time.Millisecond
	lookWithin = 5 * time.Second
)

// Verify compares every view with what its order's events add up to, field by field, and tells
// each finding. With repair it puts the right view in place, unless somebody changes it just then.
func (p *Projection[V]) Verify(
	ctx context.Context, repair bool, tell func(Finding),
) (Summary, error) {
	v := &verification[V]{Projection: p, projector: p.projector(nil), patience: lookWithin}
	for from, more := order.ID(""), true; more; {
		page, err := v.page(ctx, from)
		if err != nil {
			return v.sum, fmt.Errorf("verify %s: %w", p.kind.Name, err)
		}
		v.sum.Orders += page.orders
		for _, id := range page.suspects {
			if err := v.settle(ctx, id, repair, tell); err != nil {
				return v.sum, fmt.Errorf("verify %s: %w", p.kind.Name, err)
			}
		}
		from, more = page.through+"\x00", page.more // That is the first ID after through.
	}
	if err := v.strays(ctx, repair, tell); err != nil {
		return v.sum, fmt.Errorf("verify %s: %w", p.kind.Name, err)
	}
	return v.sum, nil
}

// strays finds what is among the views and no order's, so that no page has it.
func (v *verification[V]) strays(ctx context.Context, repair bool, tell func(Finding)) error {
	return v.kind.Model.Views.Strays(ctx, repair, func(s ports.Stray) error {
		v.sum.Findings++
		if s.Removed {
			v.sum.Repaired++
		}
		tell(Finding{
			ID: order.ID(s.Key), Flaw: Surplus, Repaired: s.Removed,
			Reason: "no order has such a key",
		})
		return ctx.Err()
	})
}

type verification[V any] struct {
	*Projection[V]
	projector *projector[V]
	patience  time.Duration // Left for what is not there yet.
	sum       Summary
}

// A page is a run of orders, compared at a glance.
type page struct {
	orders   int
	suspects []order.ID // May be flawed, or were changed meanwhile.
	through  order.ID
	more     bool // There may be orders after through.
}

// page compares the streams and the views from an ID on, side by side.
func (v *verification[V]) page(ctx context.Context, from order.ID) (page, error) {
	r := ports.Range{From: from, Limit: verifyPage}
	views, err := v.kind.Model.Views.Stored(ctx, r) // First, so that none is ahead.
	if err != nil {
		return page{}, err
	}
	streams, err := v.source.Archive.Streams(ctx, r)
	if err != nil {
		return page{}, err
	}
	var p page
	if n := len(streams); n == verifyPage {
		p.through, p.more = streams[n-1].ID, true
	}
	if n := len(views); n == verifyPage && (!p.more || views[n-1].ID < p.through) {
		p.through, p.more = views[n-1].ID, true
	}
	stored := make(map[order.ID]ports.Stored[V], len(views))
	for _, s := range views {
		if !p.more || s.ID <= p.through {
			stored[s.ID] = s
		}
	}
	for _, s := range streams {
		if p.more && s.ID > p.through {
			break
		}
		p.orders++
		if f := v.compare(s, stored[s.ID]); f.Flaw != "" {
			p.suspects = append(p.suspects, s.ID)
		}
		delete(stored, s.ID)
	}
	for id := range stored {
		p.suspects = append(p.suspects, id)
	}
	return p, nil
}

// compare finds what is wrong with what is stored of an order; stored is zero for nothing.
func (v *verification[V]) compare(s ports.Stream, stored ports.Stored[V]) Finding {
	f := Finding{ID: s.ID, Seen: stored.Version, Version: s.Version()}
	isThere := stored.Differences != nil
	at := s
	switch {
	case s.Unreadable != nil:
		f.Flaw, f.Reason = Unreadable, s.Unreadable.Error()
		return f
	case s.Version() == 0 && !isThere:
		return f
	case !isThere:
		f.Flaw = Missing
		return f
	case stored.Version > s.Version() || s.Version() == 0:
		f.Flaw = Surplus
		return f
	case stored.Version > 0 && stored.Version < s.Version(): // At none it is just wrong.
		f.Flaw, at = Stale, s.Until(stored.Version)
	}
	right, err := v.projector.view(at)
	if err != nil {
		f.Flaw, f.Reason = Unreadable, err.Error()
		return f
	}
	if f.Differences = stored.Differences(right); len(f.Differences) > 0 {
		f.Flaw = Wrong
	}
	return f
}

// settle looks at a suspect again, until it is right or the patience has ended; then it tells
// what it found, and repairs it if that is wanted.
func (v *verification[V]) settle(
	ctx context.Context, id order.ID, repair bool, tell func(Finding),
) error {
	f, s, err := v.look(ctx, id)
	for err == nil && v.patience > 0 && (f.Flaw == Missing || f.Flaw == Stale) {
		v.patience -= lookEvery
		rest(ctx, lookEvery)
		f, s, err = v.look(ctx, id)
	}
	if err != nil || f.Flaw == "" {
		return err
	}
	v.sum.Findings++
	if repair && f.Flaw != Unreadable {
		if err := v.repair(ctx, &f, s); err != nil {
			return err
		}
	}
	tell(f)
	return ctx.Err()
}

// look compares one order anew.
func (v *verification[V]) look(ctx context.Context, id order.ID) (Finding, ports.Stream, error) {
	only := ports.Range{From: id, Through: id, Limit: 1}
	stored, err := v.kind.Model.Views.Stored(ctx, only)
	if err != nil {
		return Finding{}, ports.Stream{}, err
	}
	s, err := v.source.History.Load(ctx, id)
	if errors.Is(err, ports.ErrUnreadable) {
		s, err = ports.Stream{ID: id, Unreadable: err}, nil
	}
	if err != nil {
		return Finding{}, s, err
	}
	return v.compare(s, append(stored, ports.Stored[V]{})[0]), s, nil
}

// repair puts the right view in place of the one that was found, or takes that away.
func (v *verification[V]) repair(ctx context.Context, f *Finding, s ports.Stream) error {
	right, err := v.right(s)
	if err == nil {
		err = v.kind.Model.Views.Repair(ctx, f.ID, f.Seen, right)
	}
	switch {
	case err == nil:
		f.Repaired = true
		v.sum.Repaired++
	case errors.Is(err, ports.ErrUnavailable), ctx.Err() != nil:
		return err
	default:
		f.Reason = err.Error()
	}
	return nil
}

// right is the view that an order should have; nil for none.
func (v *verification[V]) right(s ports.Stream) (*V, error) {
	if s.Version() == 0 {
		return nil, nil
	}
	view, err := v.projector.view(s)
	return &view, err
}
