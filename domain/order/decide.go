package order

import "fmt"

// Decide answers c with the events to record, or with an *Error that says why not.
// No events and no error means that c repeats what has happened already.
// What makes no sense is refused first, then repeats are recognised, then the state may reject.
func (o Order) Decide(c Command) ([]Event, error) {
	switch c := c.(type) {
	case Create:
		return o.create(c)
	case Confirm:
		return o.confirm(c)
	case Cancel:
		return o.cancel(c)
	}
	panic(fmt.Sprintf("order: unknown command %T", c))
}

// Full refuses any further commit of an order that has had CommitsMax of them.
func (o Order) Full() error {
	return o.rejected(ErrFull, fmt.Sprintf("an order takes at most %d changes", CommitsMax))
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

func (o Order) confirm(c Confirm) ([]Event, error) {
	if o.Status == StatusConfirmed {
		return nil, nil
	}
	if err := o.permit(c); err != nil {
		return nil, err
	}
	return []Event{Confirmed{}}, nil
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
	return []Event{Cancelled(c)}, nil
}
