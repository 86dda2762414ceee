package order

import "slices"

// A Payment is what is authorized, captured, voided and refunded under one ID.
type Payment struct {
	ID         string
	Authorized Money // Zero for a sale, which is captured without an authorization.
	Voided     Money // The part of Authorized that will not be captured.
	Captures   []Charge
	Refunds    []Charge
}

// A Charge is one capture or one refund.
type Charge struct {
	ID     string
	Amount Money
}

// Captured is the sum of all captures.
func (p Payment) Captured() Money { return sum(p.Captures) }

// Refunded is the sum of all refunds.
func (p Payment) Refunded() Money { return sum(p.Refunds) }

// Held is what is authorized and neither captured nor voided.
func (p Payment) Held() Money {
	return Money{
		max(0, p.Authorized.Minor-p.Captured().Minor-p.Voided.Minor), p.Authorized.Currency,
	}
}

func sum(charges []Charge) (m Money) {
	for _, c := range charges {
		m = Money{m.Minor + c.Amount.Minor, c.Amount.Currency}
	}
	return m
}

// add adds up an amount of every payment. Without payments it is zero of the order's currency.
func (o Order) add(amount func(Payment) Money) Money {
	all := Money{0, o.currency()}
	for _, p := range o.Payments {
		all.Minor += amount(p).Minor
	}
	return all
}

// Authorized is what was authorized for the order, in all.
func (o Order) Authorized() Money {
	return o.add(func(p Payment) Money { return p.Authorized })
}

// Captured is what was captured for the order, in all.
func (o Order) Captured() Money { return o.add(Payment.Captured) }

// Refunded is what was refunded, in all.
func (o Order) Refunded() Money { return o.add(Payment.Refunded) }

// RefundDue is what the seller owes: what is captured and not refunded of a cancelled order.
func (o Order) RefundDue() Money {
	if o.Status != StatusCancelled {
		return Money{0, o.currency()}
	}
	return Money{o.Captured().Minor - o.Refunded().Minor, o.currency()}
}

func (o Order) payment(id string) (Payment, bool) {
	i := slices.IndexFunc(o.Payments, func(p Payment) bool { return p.ID == id })
	if i < 0 {
		return Payment{}, false
	}
	return o.Payments[i], true
}

// charge finds a capture or a refund by its ID, and the payment that it belongs to.
func (o Order) charge(of func(Payment) []Charge, id string) (Payment, Charge, bool) {
	for _, p := range o.Payments {
		for _, c := range of(p) {
			if c.ID == id {
				return p, c, true
			}
		}
	}
	return Payment{}, Charge{}, false
}

func captures(p Payment) []Charge { return p.Captures }
func refunds(p Payment) []Charge  { return p.Refunds }

func (c CapturePayment) check(currency Currency) (Money, error) {
	var found issues
	found.name(c.PaymentID, "paymentId")
	found.text(c.CaptureID, TextMax, "captureId")
	amount := found.amount(c.Amount, currency, "amount")
	return amount, invalid(found)
}

func (o Order) capture(c CapturePayment) ([]Event, error) {
	amount, err := c.check(o.currency())
	if err != nil {
		return nil, err
	}
	if c.CaptureID == "" {
		c.CaptureID = c.PaymentID
	}
	of, known, found := o.charge(captures, c.CaptureID)
	switch {
	case found && of.ID == c.PaymentID && known.Amount == amount:
		return nil, nil
	case found:
		return nil, unfit(ErrIDReused.because("capture %s was used before", c.CaptureID))
	}
	if err := o.permit(c); err != nil {
		return nil, err
	}
	switch left := o.capturable(c.PaymentID); {
	case left == 0 && o.isSale(c.PaymentID):
		return nil, unfit(ErrAmountExceeded.because(
			"all that is left is authorized by other payments: capture one of them"))
	case left == 0:
		return nil, unfit(ErrAmountExceeded.because(
			"payment %s has no authorized amount left", c.PaymentID))
	case amount.Minor > left:
		return nil, unfit(exceeds(amount, left, "to capture"))
	}
	return []Event{PaymentCaptured{c.PaymentID, c.CaptureID, amount}}, nil
}

// capturable is what may be captured with a payment: all that an authorized one holds, and as a
// sale all of the total that is neither captured nor held.
func (o Order) capturable(id string) int64 {
	if o.isSale(id) {
		return o.uncovered()
	}
	p, _ := o.payment(id)
	return min(p.Held().Minor, o.Total().Minor-o.Captured().Minor)
}

// isSale reports whether a payment, which may be new, captures without an authorization.
func (o Order) isSale(id string) bool {
	p, _ := o.payment(id)
	return p.Authorized.Minor == 0
}

func (o Order) mayCapture() *Error {
	if o.Captured().Minor >= o.Total().Minor {
		return ErrAmountExceeded.because("the whole total is captured")
	}
	return nil
}

func (c RefundPayment) check(currency Currency) (Money, error) {
	var found issues
	found.name(c.PaymentID, "paymentId")
	found.name(c.RefundID, "refundId")
	amount := found.amount(c.Amount, currency, "amount")
	return amount, invalid(found)
}

func (o Order) refund(c RefundPayment) ([]Event, error) {
	amount, err := c.check(o.currency())
	if err != nil {
		return nil, err
	}
	of, made, found := o.charge(refunds, c.RefundID)
	switch {
	case found && of.ID == c.PaymentID && made.Amount == amount:
		return nil, nil
	case found:
		return nil, unfit(ErrIDReused.because("refund %s was used before", c.RefundID))
	}
	if err := o.permit(c); err != nil {
		return nil, err
	}
	p, known := o.payment(c.PaymentID)
	left := p.Captured().Minor - p.Refunded().Minor
	switch {
	case !known:
		return nil, unfit(unknownPayment(c.PaymentID))
	case len(p.Captures) == 0:
		return nil, unfit(
			ErrPaymentUnknown.because("nothing of payment %s is captured", c.PaymentID))
	case left == 0:
		return nil, unfit(ErrAmountExceeded.because(
			"all that was captured of payment %s has been refunded", c.PaymentID))
	case amount.Minor > left:
		return nil, unfit(exceeds(amount, left, "to refund"))
	}
	return []Event{PaymentRefunded{c.PaymentID, c.RefundID, amount}}, nil
}

func (o Order) mayRefund() *Error {
	if o.Captured() == o.Refunded() {
		return ErrNothingCaptured
	}
	return nil
}

func unknownPayment(id string) *Error {
	return ErrPaymentUnknown.because("the order has no payment %s", id)
}

func exceeds(amount Money, left int64, what string) *Error {
	return ErrAmountExceeded.because("%s is more than the %s %s left %s",
		amount, Money{left, amount.Currency}, amount.Currency, what)
}

// evolvePayments returns payments after e, which is an event of a payment.
func evolvePayments(payments []Payment, e Event) []Payment {
	switch e := e.(type) {
	case PaymentAuthorized:
		return with(payments, e.PaymentID, func(p *Payment) { p.Authorized = e.Amount })
	case PaymentVoided:
		return with(payments, e.PaymentID, func(p *Payment) { p.Voided = e.Amount })
	case PaymentCaptured:
		return with(payments, e.PaymentID, func(p *Payment) {
			p.Captures = append(slices.Clone(p.Captures), Charge{e.CaptureID, e.Amount})
		})
	case PaymentRefunded:
		return with(payments, e.PaymentID, func(p *Payment) {
			p.Refunds = append(slices.Clone(p.Refunds), Charge{e.RefundID, e.Amount})
		})
	default:
		return payments
	}
}

// with returns a copy of payments in which change was made to the one with the ID.
func with(payments []Payment, id string, change func(*Payment)) []Payment {
	payments = slices.Clone(payments)
	i := slices.IndexFunc(payments, func(p Payment) bool { return p.ID == id })
	if i < 0 {
		i, payments = len(payments), append(payments, Payment{ID: id})
	}
	change(&payments[i])
	return payments
}
