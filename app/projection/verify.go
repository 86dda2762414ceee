package projection

import (
	"context"
	"errors"
	"fmt"
	"time"

	"orders/domain/order"
	"orders/ports"
	"orders/ports/clock"
)

// A Flaw is what is wrong with the view of an order.
type Flaw string

const (
	Missing    Flaw = "missing"    // The order has no view.
	Stale      Flaw = "stale"      // The view is of an earlier version of the order.
	Wrong      Flaw = "wrong"      // The view differs from what the events add up to.
	Surplus    Flaw = "surplus"    // There is a view, but no such order or no such version.
	Unreadable Flaw = "unreadable" // No view can be made of the order; see the parked orders.
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

// Totals count the results of a verification.
type Totals struct{ Orders, Findings, Repaired int }

const (
	// verifyPage is how many orders are compared at once.
	verifyPage = 100
	// A projection may lag, so a missing or stale view is looked for again: this often, and for at
	// most this long in a whole verification.
	recheckEvery  = 100 * time.Millisecond
	recheckWithin = 5 * time.Second
)

// Verify implements Projection.
func (p *projection[V]) Verify(ctx context.Context, report func(Finding)) (Totals, error) {
	return p.verification(report).run(ctx)
}

// Repair implements Projection.
func (p *projection[V]) Repair(ctx context.Context, report func(Finding)) (Totals, error) {
	v := p.verification(report)
	v.repairs = true
	return v.run(ctx)
}

// A verification is one walk over all orders and all views.
type verification[V any] struct {
	*projection[V]
	projector *projector[V]
	report    func(Finding)
	repairs   bool
	patience  time.Duration // How long it still waits for views that are missing or stale.
	sum       Totals
}

func (p *projection[V]) verification(report func(Finding)) *verification[V] {
	return &verification[V]{
		projection: p, projector: p.projector(nil), report: report, patience: recheckWithin,
	}
}

func (v *verification[V]) run(ctx context.Context) (Totals, error) {
	for from, more := order.ID(""), true; more; {
		page, err := v.page(ctx, from)
		if err != nil {
			return v.sum, fmt.Errorf("verify %s: %w", v.definition.Name, err)
		}
		v.sum.Orders += page.orders
		for _, id := range page.suspects {
			if err := v.recheck(ctx, id); err != nil {
				return v.sum, fmt.Errorf("verify %s: %w", v.definition.Name, err)
			}
		}
		from, more = page.through+"\x00", page.more // That is the first ID after through.
	}
	if err := v.strays(ctx); err != nil {
		return v.sum, fmt.Errorf("verify %s: %w", v.definition.Name, err)
	}
	return v.sum, nil
}

// strays finds what belongs to no order, so that it is on no page.
func (v *verification[V]) strays(ctx context.Context) error {
	return v.definition.Model.Views.Strays(ctx, func(s ports.Stray) (err error) {
		f := Finding{ID: order.ID(s.Key), Flaw: Surplus, Reason: "no order has such a key"}
		if v.repairs {
			f.Repaired, err = s.Remove(ctx)
		}
		if err != nil {
			return err
		}
		v.sum.Findings++
		if f.Repaired {
			v.sum.Repaired++
		}
		v.report(f)
		return ctx.Err()
	})
}

// recheck compares a suspect again until it is right or the patience has ended. Then it reports
// what it found, and repairs it before if this verification does.
func (v *verification[V]) recheck(ctx context.Context, id order.ID) error {
	f, e, err := v.examine(ctx, id)
	for err == nil && v.patience > 0 && (f.Flaw == Missing || f.Flaw == Stale) {
		v.patience -= recheckEvery
		_ = clock.Sleep(ctx, recheckEvery)
		f, e, err = v.examine(ctx, id)
	}
	if err != nil || f.Flaw == "" {
		return err
	}
	v.sum.Findings++
	if v.repairs && f.Flaw != Unreadable {
		if err := v.repair(ctx, &f, e); err != nil {
			return err
		}
	}
	v.report(f)
	return ctx.Err()
}

// examine compares one order again, with what is stored now.
func (v *verification[V]) examine(ctx context.Context, id order.ID) (Finding, *expected[V], error) {
	only := ports.Range{From: id, Through: id, Limit: 1}
	views, err := v.definition.Model.Views.Stored(ctx, only)
	if err != nil {
		return Finding{}, nil, err
	}
	stored := append(views, ports.Stored[V]{})[0]
	e := expect[V](id, stored.Version)
	err = v.source.History.Read(ctx, id, 0, func(c ports.Commit) error {
		e.add(v.projector.with, c)
		return nil
	})
	if errors.Is(err, ports.ErrUnreadable) {
		e.partial, e.unreadable, err = true, err, nil
	}
	if err != nil {
		return Finding{}, e, err
	}
	return v.compare(e, stored), e, nil
}

// repair puts the right view in place of the one that was found, or takes that away if there is no
// such order.
func (v *verification[V]) repair(ctx context.Context, f *Finding, e *expected[V]) error {
	var right *V
	var err error
	if e.version > 0 {
		right, err = &e.view, e.flaw()
	}
	if err == nil {
		err = v.definition.Model.Views.Repair(ctx, f.ID, f.Seen, right)
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
