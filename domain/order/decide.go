package order

import (
	"fmt"
	"slices"
)

// Decide answers c with the events to record, or with an *Error that says why it refuses c.
// No events and no error means that c repeats what has happened already.
//
// It checks in this order: first the values of c by themselves; then whether c repeats something,
// or reuses an id with other content; then whether the order's status and guard allow c; and last
// whether the amounts and quantities that are left suffice. Towards the limits a Revision rejects
// more.
func (o Order) Decide(c Command) ([]Event, error) {
	switch c := c.(type) {
	case Create:
		return o.create(c)
	case ChangeItems:
		return o.changeItems(c)
	case Confirm:
		return o.confirm(c)
	case AuthorizePayment:
		return o.authorize(c)
	case CapturePayment:
		return o.capture(c)
	case VoidPayment:
		return o.void(c)
	case RefundPayment:
		return o.refund(c)
	case ShipItems:
		return o.ship(c)
	case DeliverShipment:
		return o.deliver(c)
	case Hold:
		return o.hold(c)
	case Release:
		return o.release(c)
	case Complete:
		return o.complete(c)
	case Cancel:
		return o.cancel(c)
	}
	panic(fmt.Sprintf("order: unknown command %T", c))
}

// check returns the lines that c asks for, or an *Error with every issue.
func (c Create) check() ([]Line, error) {
	var found issues
	found.name(c.UserID, "userId")
	if !c.Currency.Known() {
		found.add("must be the three capital letters of an ISO 4217 currency", "currency")
	}
	lines := found.lines(c.Items, c.Currency)
	return lines, invalid(found)
}

func (o Order) create(c Create) ([]Event, error) {
	lines, err := c.check()
	if err != nil {
		return nil, err
	}
	if err := o.permit(c); err != nil {
		return nil, err
	}
	return []Event{Created{UserID: c.UserID, Lines: lines}}, nil
}

func (c ChangeItems) check(currency Currency) ([]Line, error) {
	var found issues
	lines := found.lines(c.Items, currency)
	return lines, invalid(found)
}

func (o Order) changeItems(c ChangeItems) ([]Event, error) {
	lines, err := c.check(o.currency())
	if err != nil {
		return nil, err
	}
	if o.Status == StatusCreated && slices.Equal(lines, o.Lines) {
		return nil, nil
	}
	if err := o.permit(c); err != nil {
		return nil, err
	}
	return []Event{ItemsChanged{lines}}, nil
}

// mayChange rejects once the order has a payment, which is for the items as they are.
func (o Order) mayChange() *Error {
	if len(o.Payments) > 0 {
		return ErrPaymentStarted
	}
	return nil
}

func (o Order) confirm(c Confirm) ([]Event, error) {
	if o.Status == StatusConfirmed {
		return nil, nil
	}
	if err := o.permit(c); err != nil {
		return nil, err
	}
	return []Event{Confirmed{}}, nil
}

func (o Order) hold(c Hold) ([]Event, error) {
	if err := Cancel(c).check(); err != nil { // Reason and note have the same rules.
		return nil, err
	}
	if o.Hold == Holding(c) {
		return nil, nil
	}
	if err := o.permit(c); err != nil {
		return nil, err
	}
	return []Event{PutOnHold(c)}, nil
}

func (o Order) release(c Release) ([]Event, error) {
	if !o.IsOnHold() && slices.Contains(open, o.Status) {
		return nil, nil
	}
	if err := o.permit(c); err != nil {
		return nil, err
	}
	return []Event{Released{}}, nil
}

// errNotOnHold is a value, as Allowed asks for it with each view.
var errNotOnHold = ErrNotAllowed.because("the order is not on hold")

func (o Order) mayRelease() *Error {
	if !o.IsOnHold() {
		return errNotOnHold
	}
	return nil
}

func (o Order) complete(c Complete) ([]Event, error) {
	if o.Status == StatusCompleted {
		return nil, nil
	}
	if err := o.permit(c); err != nil {
		return nil, err
	}
	return []Event{Completed{}}, nil
}

func (o Order) mayComplete() *Error {
	switch {
	case o.Captured() != o.Total():
		return ErrNotPaid
	case o.FulfillmentStatus() != Delivered:
		return ErrNotDelivered
	}
	return nil
}

func (c Cancel) check() error {
	var found issues
	if !slices.Contains(Reasons, c.Reason) {
		found.add(fmt.Sprintf("must be one of %s", Reasons), "reason")
	}
	found.text(c.Note, NoteMax, "note")
	return invalid(found)
}

func (o Order) cancel(c Cancel) ([]Event, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if o.Status == StatusCancelled && o.Cancellation == Cancellation(c) {
		return nil, nil
	}
	if err := o.permit(c); err != nil {
		return nil, err
	}
	return append([]Event{Cancelled(c)}, o.voids()...), nil
}

func (o Order) mayCancel() *Error {
	if len(o.Shipments) > 0 {
		return ErrAlreadyShipped
	}
	return nil
}
