package journal

import (
	"errors"
	"fmt"

	"orders/adapters/mongo/document"
	"orders/domain/order"
)

// eventForms holds every form in which an event was ever stored, the newest of each event last;
// that one is written. A form that was released is never changed, except that it may gain optional
// fields (see package document): a new one goes below it, and the old one's function says what it
// means today. Each has a file in testdata/events, and one more when it gains a field.
var eventForms = []eventForm{
	form(1, created1Fields),
	form(2, createdFields),
	form(1, changedFields),
	form(1, nothing[order.Confirmed]),
	form(1, authorizedFields(amount1Field)),
	form(2, authorizedFields(amountField)),
	form(1, capturedFields(amount1Field)),
	form(2, capturedFields(amountField)),
	form(1, refundedFields(amount1Field)),
	form(2, refundedFields(amountField)),
	form(1, voidedFields(amount1Field)),
	form(2, voidedFields(amountField)),
	form(1, shippedFields),
	form(1, deliveredFields),
	form(1, heldFields),
	form(1, nothing[order.Released]),
	form(1, nothing[order.Completed]),
	form(1, cancelledFields),
}

// What the data of each event hold in its newest form.

func createdFields(f *document.Fields, e *order.Created) {
	f.Text("userId", &e.UserID)
	linesFields(f, &e.Lines)
}

func changedFields(f *document.Fields, e *order.ItemsChanged) { linesFields(f, &e.Lines) }

// linesFields names the currency once: all lines are of one.
func linesFields(f *document.Fields, lines *[]order.Line) {
	var currency order.Currency
	for _, l := range *lines {
		currency = l.Price.Currency
	}
	f.Currency("currency", &currency)
	document.List(f, "lines", lines, func(f *document.Fields, l *order.Line) {
		f.Text("sku", &l.SKU)
		f.Whole("quantity", &l.Quantity)
		f.Amount("price", &l.Price)
	})
}

// The payments' events differ by schema in nothing but the form of the amount.

func authorizedFields(amount amountForm) func(*document.Fields, *order.PaymentAuthorized) {
	return func(f *document.Fields, e *order.PaymentAuthorized) {
		f.Text("paymentId", &e.PaymentID)
		amount(f, &e.Amount)
	}
}

func voidedFields(amount amountForm) func(*document.Fields, *order.PaymentVoided) {
	return func(f *document.Fields, e *order.PaymentVoided) {
		f.Text("paymentId", &e.PaymentID)
		amount(f, &e.Amount)
	}
}

func capturedFields(amount amountForm) func(*document.Fields, *order.PaymentCaptured) {
	return func(f *document.Fields, e *order.PaymentCaptured) {
		f.Text("captureId", &e.CaptureID)
		f.Text("paymentId", &e.PaymentID)
		amount(f, &e.Amount)
	}
}

func refundedFields(amount amountForm) func(*document.Fields, *order.PaymentRefunded) {
	return func(f *document.Fields, e *order.PaymentRefunded) {
		f.Text("refundId", &e.RefundID)
		f.Text("paymentId", &e.PaymentID)
		amount(f, &e.Amount)
	}
}

// An amountForm says how an event holds what was paid, authorized or given back, which is never
// nothing.
type amountForm func(*document.Fields, *order.Money)

func amountField(f *document.Fields, m *order.Money) {
	f.Currency("currency", &m.Currency)
	f.Amount("amount", m)
	f.Check(m.Minor > 0, "amount")
}

func shippedFields(f *document.Fields, e *order.ItemsShipped) {
	f.Text("shipmentId", &e.ShipmentID)
	document.List(f, "items", &e.Items, func(f *document.Fields, p *order.Packed) {
		f.Text("sku", &p.SKU)
		f.Whole("quantity", &p.Quantity)
	})
}

func deliveredFields(f *document.Fields, e *order.ShipmentDelivered) {
	f.Text("shipmentId", &e.ShipmentID)
}

func heldFields(f *document.Fields, e *order.PutOnHold) {
	f.Text("reason", (*string)(&e.Reason))
	f.OptionalText("note", &e.Note)
}

func cancelledFields(f *document.Fields, e *order.Cancelled) {
	f.Text("reason", (*string)(&e.Reason))
	f.OptionalText("note", &e.Note)
}

// nothing is for events that say nothing but their names.
func nothing[E order.Event](*document.Fields, *E) {}

var errUnknown = errors.New("this program does not know it; a newer one may have written it")

// eventFields says what a commit holds of an event: its name, the schema of its data, and these.
func eventFields(f *document.Fields, e *order.Event) {
	var form *eventForm
	name, schema := "", 0
	if f.Writes() {
		if form = newestForm((*e).Type()); form == nil {
			f.Fail(fmt.Errorf("event %s has no stored form", (*e).Type()))
			return
		}
		name, schema = form.name, form.schema
	}
	f.Text("type", &name)
	f.Whole("schema", &schema)
	if !f.Writes() {
		if form = formOf(name, schema); form == nil {
			f.Fail(fmt.Errorf("event %.100q, schema %d: %w", name, schema, errUnknown))
			return
		}
	}
	form.data(f, e)
}

func newestForm(name string) (newest *eventForm) {
	for i := range eventForms {
		if eventForms[i].name == name {
			newest = &eventForms[i]
		}
	}
	return newest
}

func formOf(name string, schema int) *eventForm {
	for i := range eventForms {
		if eventForms[i].name == name && eventForms[i].schema == schema {
			return &eventForms[i]
		}
	}
	return nil
}
