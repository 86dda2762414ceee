package order

import (
	"errors"
	"slices"
)

// Every order's stream of commits ends, and none stops halfway: towards the limits an order takes
// ever less, at last only what can happen once for each thing that is in it.
const (
	// CommitsGrow is the last commit that may bring more to do.
	CommitsGrow = 900
	// CommitsMax is the last commit that may do a part of what is left.
	CommitsMax = 1000
	// CommitsEver is more than an order can have. After CommitsMax a hold leads at most to a
	// capture and a refund, a shipment to a delivery, one sale takes the rest, and what has not
	// left leaves in at most LinesMax shipments.
	CommitsEver = 4000
	// PackedMax is how many entries all shipments have together, but for those with all that is
	// left: an order must fit into what a database stores of it at once.
	PackedMax = 10_000
)

// A Revision is an order that has had so many commits.
type Revision struct {
	order   Order
	version int
}

// At returns o as one that has had so many commits.
func (o Order) At(version int) Revision { return Revision{o, version} }

// Decide does what Order.Decide does, and rejects what comes too late.
func (r Revision) Decide(c Command) ([]Event, error) {
	events, err := r.order.Decide(c)
	if err == nil && len(events) > 0 {
		err = r.order.rejected(r.tooLate(c.Name(), events))
	}
	if err == nil {
		return events, nil
	}
	var refusal *Error
	if errors.As(err, &refusal) && refusal.Kind == Rejected {
		refusal.Allowed = r.Allowed()
	}
	return nil, err
}

// Allowed names the commands that Decide would take now, with the right content, in the order of
// Rules.
func (r Revision) Allowed() []string {
	if r.version < CommitsGrow {
		return r.order.Allowed() // Nothing has ended yet but to create it, which its status says.
	}
	return slices.DeleteFunc(r.order.Allowed(), r.ended)
}

// ended reports whether the last commit that may be this command has been.
func (r Revision) ended(command string) bool {
	last := ruleOf(command).Last
	return last > 0 && r.version >= last
}

// tooLate refuses a command that has ended, or that leaves what it could have done as well.
func (r Revision) tooLate(command string, events []Event) *Error {
	after := r.order.Replay(events)
	switch {
	case r.ended(command):
		return ErrFull.because("after %d changes an order takes no %s", r.version, command)
	case !after.leaves(events[0]):
		return nil
	case r.version >= CommitsMax:
		return ErrFull.because("after %d changes an order takes %s only of all that is left",
			r.version, command)
	case command == (ShipItems{}).Name() && after.packed() > PackedMax:
		return ErrFull.because("the shipments of an order hold at most %d items in all, "+
			"or one all that is left", PackedMax)
	}
	return nil
}

// packed is how many entries all shipments have.
func (o Order) packed() (n int) {
	for _, s := range o.Shipments {
		n += len(s.Items)
	}
	return n
}

// leaves reports whether more of its kind could have happened with e, after which the order is o.
func (o Order) leaves(e Event) bool {
	switch e := e.(type) {
	case PaymentCaptured:
		return o.couldHaveTaken(e)
	case PaymentRefunded:
		p, _ := o.payment(e.PaymentID)
		return p.Captured() != p.Refunded()
	case ItemsShipped:
		return o.couldHaveLeft(e)
	default:
		return false
	}
}

// couldHaveTaken reports whether more could have been captured. A sale takes all that is left once
// nothing is held any more: else each hold that is given up would make room for another one.
func (o Order) couldHaveTaken(e PaymentCaptured) bool {
	left := o.capturable(e.PaymentID)
	if p, _ := o.payment(e.PaymentID); p.Authorized.Minor == 0 {
		left += o.Held().Minor
	}
	return left > 0
}

// couldHaveLeft reports whether more could have been in the shipment. A shipment has at most
// QuantityMax of a SKU, while lines may add up to more.
func (o Order) couldHaveLeft(e ItemsShipped) bool {
	left := o.unshipped()
	for _, p := range e.Items {
		if p.Quantity == QuantityMax {
			delete(left, p.SKU)
		}
	}
	for _, n := range left {
		if n > 0 {
			return true
		}
	}
	return false
}
