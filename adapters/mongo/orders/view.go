package orders

import (
	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/document"
	"orders/domain/order"
	"orders/ports"
)

// viewFields says what a document in order_reads holds.
func viewFields(f *document.Fields, v *ports.OrderView) {
	o := &v.Order
	f.Text("_id", (*string)(&v.ID))
	f.Whole("version", &v.Version)
	f.Text("userId", &o.UserID)
	f.Text("status", (*string)(&o.Status))
	f.Time("createdAt", &v.CreatedAt)
	f.Time("updatedAt", &v.UpdatedAt)
	currency := o.Total().Currency
	f.OptionalCurrency("currency", &currency)
	document.OptionalList(f, "lines", &o.Lines, lineFields)
	document.OptionalList(f, "payments", &o.Payments, paymentFields)
	document.OptionalList(f, "shipments", &o.Shipments, shipmentFields)
	isCancelled := o.Cancellation != (order.Cancellation{})
	f.OptionalDocument("cancellation", isCancelled, func() {
		f.Text("reason", (*string)(&o.Cancellation.Reason))
		f.OptionalText("note", &o.Cancellation.Note)
	})
	f.OptionalDocument("hold", o.IsOnHold(), func() {
		f.Text("reason", (*string)(&o.Hold.Reason))
		f.OptionalText("note", &o.Hold.Note)
		f.Time("at", &v.OnHoldAt)
	})
	if f.Writes() {
		derivedFields(f, *o)
	}
}

// derivedFields follow from the others: for filters, and for people who look into the database.
// They are not read, so they can contradict nothing.
func derivedFields(f *document.Fields, o order.Order) {
	payment, fulfillment := o.PaymentStatus(), o.FulfillmentStatus()
	total, items := o.Total(), o.ItemCount()
	f.Text("paymentStatus", (*string)(&payment))
	f.Text("fulfillmentStatus", (*string)(&fulfillment))
	f.Amount("total", &total)
	f.Whole("itemCount", &items)
}

func lineFields(f *document.Fields, l *order.Line) {
	f.Text("sku", &l.SKU)
	f.Whole("quantity", &l.Quantity)
	f.Amount("price", &l.Price)
}

func paymentFields(f *document.Fields, p *order.Payment) {
	f.Text("id", &p.ID)
	f.OptionalAmount("authorized", &p.Authorized)
	f.OptionalAmount("voided", &p.Voided)
	document.OptionalList(f, "captures", &p.Captures, chargeFields)
	document.OptionalList(f, "refunds", &p.Refunds, chargeFields)
}

func chargeFields(f *document.Fields, c *order.Charge) {
	f.Text("id", &c.ID)
	f.Amount("amount", &c.Amount)
}

func shipmentFields(f *document.Fields, s *order.Shipment) {
	f.Text("id", &s.ID)
	document.List(f, "items", &s.Items, func(f *document.Fields, p *order.Packed) {
		f.Text("sku", &p.SKU)
		f.Whole("quantity", &p.Quantity)
	})
	f.OptionalFlag("delivered", &s.Delivered)
}

// viewSize is about what the view of a small order takes.
const viewSize = 1 << 10

// encodeView makes the document of an order.
func encodeView(v ports.OrderView) bson.Raw {
	f := document.New(viewSize)
	viewFields(f, &v)
	raw, _ := f.Close() // Every view can be written.
	return raw
}

func decodeView(raw bson.Raw) (v ports.OrderView, err error) {
	f := document.Open(raw)
	viewFields(f, &v)
	if _, err := f.Close(); err != nil {
		return ports.OrderView{}, document.Unreadable("view", err)
	}
	return v, nil
}
