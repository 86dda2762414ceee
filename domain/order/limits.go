package order

import (
	"cmp"
	"errors"
	"slices"
)

// Every order's stream of commits has an end, and every order can be brought to its end: towards
// the limits an order takes fewer and fewer commands, at last only those that can happen once for
// each payment, line and shipment in it.
const (
	// CommitsGrow is the last commit that may add work, such as a payment or a hold.
	CommitsGrow = 900
	// CommitsMax is the last commit that may do a part of what is left. Later ones do all of it.
	CommitsMax = 1000
	// CommitsEver is more than an order can have. After CommitsMax there is at most one capture and
	// one refund for each authorization, one delivery for each shipment, one sale of the rest, and
	// at most LinesMax shipments of what is unshipped.
	CommitsEver = 4000
	// PackedMax is how many entries all shipments have together, besides those that ship all that
	// is left: an order must fit into one document of a database.
	PackedMax = 10_000
)

// A Revision is an order at a version.
type Revision struct {
	order   Order
	version int
}

// At returns o as an order at a version, which is how many commits it has.
func (o Order) At(version int) Revision { return Revision{o, version} }

// Decide does what Order.Decide does, and rejects commands that come too late.
func (r Revision) Decide(c Command) ([]Event, error) {
	events, err := r.order.Decide(c)
	var refusal *Error
	misfit := errors.As(err, &refusal) && refusal.Kind == Unfit && refusal.Code != ErrIDReused.Code
	if len(events) > 0 || misfit { // Else it has happened, or nothing that is left matters.
		err = cmp.Or(r.tooLate(c, events), err)
	}
	if err == nil {
		return events, nil
	}
	if errors.As(err, &refusal) && refusal.Kind == Rejected {
		refusal.Allowed = r.Allowed()
	}
	return nil, err
}

// Allowed names the commands that Decide would take now, with the right content, in the order of
// Rules.
func (r Revision) Allowed() []string {
	if r.version < CommitsGrow {
		return r.order.Allowed() // Only create has ended, which the status does not allow anyway.
	}
	return slices.DeleteFunc(r.order.Allowed(), r.ended)
}

// ended reports whether the order has had the last commit that this command may make.
func (r Revision) ended(command string) bool {
	last := ruleOf(command).Last
	return last > 0 && r.version >= last
}

// tooLate refuses a command that has ended, and one that must do all that is left and does not. It
// has no events if it does not fit the order anyway: its refusal may not name what comes too late.
func (r Revision) tooLate(c Command, events []Event) error {
	command, after := c.Name(), r.order.Replay(events)
	switch {
	case r.ended(command):
		return r.order.rejected(
			ErrFull.because("after %d changes an order takes no %s", r.version, command))
	case r.version >= CommitsMax && r.order.sellsBesideHolds(c):
		return unfit(ErrFull.because("after %d changes an order takes a sale only once nothing is "+
			"authorized: capture or void what is authorized first", r.version))
	case len(events) == 0 || !after.leaves(events[0]):
		return nil
	case r.version >= CommitsMax:
		return unfit(ErrFull.because("after %d changes an order takes %s only of all that is left",
			r.version, command))
	case command == (ShipItems{}).Name() && after.packed() > PackedMax:
		return unfit(ErrFull.because("the shipments of an order hold at most %d items in all, "+
			"or one all that is left", PackedMax))
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

// leaves reports whether e could have had a larger amount or more items. The order is o after e.
func (o Order) leaves(e Event) bool {
	switch e := e.(type) {
	case PaymentCaptured:
		return o.capturable(e.PaymentID) > 0
	case PaymentRefunded:
		p, _ := o.payment(e.PaymentID)
		return p.Captured() != p.Refunded()
	case ItemsShipped:
		return o.couldHaveShipped(e)
	default:
		return false
	}
}

// sellsBesideHolds reports whether c is a sale while something is held. To void that later would
// make room for another sale.
func (o Order) sellsBesideHolds(c Command) bool {
	sale, captures := c.(CapturePayment)
	return captures && o.isSale(sale.PaymentID) && o.Held().Minor > 0
}

// couldHaveShipped reports whether the shipment could have had more items. A shipment has at most
// QuantityMax of a SKU, while lines may add up to more.
func (o Order) couldHaveShipped(e ItemsShipped) bool {
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
