package order

// Held is what is authorized for the order and neither captured nor voided.
func (o Order) Held() Money { return o.add(Payment.Held) }

// uncovered is the part of the total that is neither captured nor held. It is never negative,
// though older orders may have more captured and held than their total.
func (o Order) uncovered() int64 {
	return max(0, o.Total().Minor-o.Captured().Minor-o.Held().Minor)
}

func (c AuthorizePayment) check(currency Currency) (Money, error) {
	var found issues
	found.name(c.PaymentID, "paymentId")
	amount := found.amount(c.Amount, currency, "amount")
	return amount, invalid(found)
}

func (o Order) authorize(c AuthorizePayment) ([]Event, error) {
	amount, err := c.check(o.currency())
	if err != nil {
		return nil, err
	}
	known, found := o.payment(c.PaymentID)
	switch {
	case found && known.Authorized == amount:
		return nil, nil
	case found:
		return nil, unfit(ErrIDReused.because("payment %s was used before", c.PaymentID))
	}
	if err := o.permit(c); err != nil {
		return nil, err
	}
	if left := o.uncovered(); amount.Minor > left {
		return nil, unfit(exceeds(amount, left, "to authorize"))
	}
	return []Event{PaymentAuthorized{c.PaymentID, amount}}, nil
}

func (o Order) mayAuthorize() *Error {
	if o.uncovered() == 0 {
		return ErrAmountExceeded.because("the whole total is captured or authorized")
	}
	return nil
}

func (c VoidPayment) check() error {
	var found issues
	found.name(c.PaymentID, "paymentId")
	return invalid(found)
}

func (o Order) void(c VoidPayment) ([]Event, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	known, found := o.payment(c.PaymentID)
	held := known.Held()
	if known.Voided.Minor > 0 && held.Minor == 0 {
		return nil, nil
	}
	if err := o.permit(c); err != nil {
		return nil, err
	}
	switch {
	case !found:
		return nil, unfit(unknownPayment(c.PaymentID))
	case held.Minor == 0:
		return nil, unfit(ErrNothingHeld.because(
			"payment %s has no authorized amount left", c.PaymentID))
	}
	return []Event{PaymentVoided{c.PaymentID, held}}, nil
}

func (o Order) mayVoid() *Error {
	if o.Held().Minor == 0 {
		return ErrNothingHeld
	}
	return nil
}

// voids returns the events that void all that is held.
func (o Order) voids() (events []Event) {
	for _, p := range o.Payments {
		if held := p.Held(); held.Minor > 0 {
			events = append(events, PaymentVoided{p.ID, held})
		}
	}
	return events
}
