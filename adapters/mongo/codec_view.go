package mongo

import (
	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/document"
	"orders/domain/order"
	"orders/ports"
)

// viewSize is about what the view of a small order takes.
const viewSize = 1 << 10

// encodeView makes the document of an order in order_reads. What is empty is left out.
func encodeView(v ports.OrderView) bson.Raw {
	return write(viewSize, func(w *writer) {
		o := v.Order
		w.text("_id", string(v.ID))
		w.whole("version", v.Version)
		w.text("userId", o.UserID)
		w.text("status", string(o.Status))
		w.time("createdAt", v.CreatedAt)
		w.time("updatedAt", v.UpdatedAt)
		writeSome(w, "lines", o.Lines, writeLine)
		writeSome(w, "payments", o.Payments, writePayment)
		writeSome(w, "shipments", o.Shipments, writeShipment)
		if o.Cancellation != (order.Cancellation{}) {
			w.document("cancellation", func() {
				w.text("reason", string(o.Cancellation.Reason))
				w.some("note", o.Cancellation.Note)
			})
		}
		// These follow from the others: for filters, and for people who look into the database.
		// They are not read, so they can contradict nothing.
		w.text("paymentStatus", string(o.PaymentStatus()))
		w.text("fulfillmentStatus", string(o.FulfillmentStatus()))
		w.money("total", o.Total())
		w.whole("itemCount", o.ItemCount())
	})
}

// writeSome writes a list that is not empty.
func writeSome[T any](w *writer, name string, all []T, fill func(*writer, T)) {
	if len(all) > 0 {
		writeList(w, name, all, fill)
	}
}

func writeLine(w *writer, l order.Line) {
	w.text("sku", l.SKU)
	w.whole("quantity", l.Quantity)
	w.money("price", l.Price)
}

func writePayment(w *writer, p order.Payment) {
	w.text("id", p.ID)
	if p.Authorized != (order.Money{}) {
		w.money("authorized", p.Authorized)
	}
	if p.Voided != (order.Money{}) {
		w.money("voided", p.Voided)
	}
	writeSome(w, "captures", p.Captures, writeCharge)
	writeSome(w, "refunds", p.Refunds, writeCharge)
}

func writeCharge(w *writer, c order.Charge) {
	w.text("id", c.ID)
	w.money("amount", c.Amount)
}

func writeShipment(w *writer, s order.Shipment) {
	w.text("id", s.ID)
	writeList(w, "items", s.Items, func(w *writer, p order.Packed) {
		w.text("sku", p.SKU)
		w.whole("quantity", p.Quantity)
	})
	w.yes("delivered", s.Delivered)
}

func decodeView(raw bson.Raw) (v ports.OrderView, err error) {
	r, o := &reader{}, &v.Order
	r.each(raw, func(name []byte, f field) {
		switch string(name) {
		case "_id":
			v.ID = order.ID(r.text(f))
		case "version":
			v.Version = r.whole(f)
		case "userId":
			o.UserID = r.text(f)
		case "status":
			o.Status = order.Status(r.text(f))
		case "createdAt":
			v.CreatedAt = r.time(f)
		case "updatedAt":
			v.UpdatedAt = r.time(f)
		case "lines":
			o.Lines = readList(r, f, readLine)
		case "payments":
			o.Payments = readList(r, f, readPayment)
		case "shipments":
			o.Shipments = readList(r, f, readShipment)
		case "cancellation":
			o.Cancellation = readCancellation(r, f)
		}
	})
	if r.err != nil {
		return ports.OrderView{}, document.Unreadable("view", r.err)
	}
	return v, nil
}

func readLine(r *reader, d []byte) (l order.Line) {
	r.each(d, func(name []byte, f field) {
		switch string(name) {
		case "sku":
			l.SKU = r.text(f)
		case "quantity":
			l.Quantity = r.whole(f)
		case "price":
			l.Price = r.money(f)
		}
	})
	return l
}

func readPayment(r *reader, d []byte) (p order.Payment) {
	r.each(d, func(name []byte, f field) {
		switch string(name) {
		case "id":
			p.ID = r.text(f)
		case "authorized":
			p.Authorized = r.money(f)
		case "voided":
			p.Voided = r.money(f)
		case "captures":
			p.Captures = readList(r, f, readCharge)
		case "refunds":
			p.Refunds = readList(r, f, readCharge)
		}
	})
	return p
}

func readCharge(r *reader, d []byte) (c order.Charge) {
	r.each(d, func(name []byte, f field) {
		switch string(name) {
		case "id":
			c.ID = r.text(f)
		case "amount":
			c.Amount = r.money(f)
		}
	})
	return c
}

func readShipment(r *reader, d []byte) (s order.Shipment) {
	r.each(d, func(name []byte, f field) {
		switch string(name) {
		case "id":
			s.ID = r.text(f)
		case "items":
			s.Items = readList(r, f, readPacked)
		case "delivered":
			s.Delivered = r.yes(f)
		}
	})
	return s
}

func readPacked(r *reader, d []byte) (p order.Packed) {
	r.each(d, func(name []byte, f field) {
		switch string(name) {
		case "sku":
			p.SKU = r.text(f)
		case "quantity":
			p.Quantity = r.whole(f)
		}
	})
	return p
}

func readCancellation(r *reader, f field) (c order.Cancellation) {
	r.each(r.document(f), func(name []byte, f field) {
		switch string(name) {
		case "reason":
			c.Reason = order.Reason(r.text(f))
		case "note":
			c.Note = r.text(f)
		}
	})
	return c
}
