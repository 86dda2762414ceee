package mongo

import (
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/domain/order"
	"orders/ports"
)

// viewDocument is an order in order_reads. What is empty is left out.
type viewDocument struct {
	ID           order.ID          `bson:"_id"`
	Version      int               `bson:"version"`
	UserID       string            `bson:"userId"`
	Status       order.Status      `bson:"status"`
	CreatedAt    time.Time         `bson:"createdAt"`
	UpdatedAt    time.Time         `bson:"updatedAt"`
	Lines        []lineData        `bson:"lines,omitempty"`
	Payments     []paymentData     `bson:"payments,omitempty"`
	Shipments    []shipmentData    `bson:"shipments,omitempty"`
	Cancellation *cancellationData `bson:"cancellation,omitempty"`

	// These follow from the others: for filters, and for people who look into the database. They
	// are not read, so they can contradict nothing.
	PaymentStatus     order.PaymentStatus     `bson:"paymentStatus"`
	FulfillmentStatus order.FulfillmentStatus `bson:"fulfillmentStatus"`
	Total             moneyData               `bson:"total"`
	ItemCount         int                     `bson:"itemCount"`
}

type (
	lineData struct {
		SKU      string    `bson:"sku"`
		Quantity int       `bson:"quantity"`
		Price    moneyData `bson:"price"`
	}
	paymentData struct {
		ID         string       `bson:"id"`
		Authorized moneyData    `bson:"authorized,omitempty"`
		Voided     moneyData    `bson:"voided,omitempty"`
		Captures   []chargeData `bson:"captures,omitempty"`
		Refunds    []chargeData `bson:"refunds,omitempty"`
	}
	chargeData struct {
		ID     string    `bson:"id"`
		Amount moneyData `bson:"amount"`
	}
	shipmentData struct {
		ID        string       `bson:"id"`
		Items     []packedData `bson:"items"`
		Delivered bool         `bson:"delivered,omitempty"`
	}
)

func encodeView(v ports.OrderView) viewDocument {
	o := v.Order
	d := viewDocument{
		ID: v.ID, Version: v.Version, CreatedAt: v.CreatedAt, UpdatedAt: v.UpdatedAt,
		UserID: o.UserID, Status: o.Status,
		Lines:     each(o.Lines, encodeLine),
		Payments:  each(o.Payments, encodePayment),
		Shipments: each(o.Shipments, encodeShipment),

		PaymentStatus: o.PaymentStatus(), FulfillmentStatus: o.FulfillmentStatus(),
		Total: moneyData(o.Total()), ItemCount: o.ItemCount(),
	}
	if o.Cancellation != (order.Cancellation{}) {
		cancellation := cancellationData(o.Cancellation)
		d.Cancellation = &cancellation
	}
	return d
}

func decodeView(raw bson.Raw) (ports.OrderView, error) {
	var d viewDocument
	if err := bson.Unmarshal(raw, &d); err != nil {
		return ports.OrderView{}, unreadable("view", err)
	}
	v := ports.OrderView{
		ID: d.ID, Version: d.Version, CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt,
		Order: order.Order{
			UserID: d.UserID, Status: d.Status,
			Lines:     each(d.Lines, decodeLine),
			Payments:  each(d.Payments, decodePayment),
			Shipments: each(d.Shipments, decodeShipment),
		},
	}
	if d.Cancellation != nil {
		v.Order.Cancellation = order.Cancellation(*d.Cancellation)
	}
	return v, nil
}

// each converts all of a list. Of none it makes nil, as an order has that nothing happened to.
func each[A, B any](list []A, convert func(A) B) (converted []B) {
	for _, a := range list {
		converted = append(converted, convert(a))
	}
	return converted
}

func encodeLine(l order.Line) lineData {
	return lineData{l.SKU, l.Quantity, moneyData(l.Price)}
}

func decodeLine(d lineData) order.Line {
	return order.Line{SKU: d.SKU, Quantity: d.Quantity, Price: order.Money(d.Price)}
}

func encodePayment(p order.Payment) paymentData {
	return paymentData{
		ID: p.ID, Authorized: moneyData(p.Authorized), Voided: moneyData(p.Voided),
		Captures: each(p.Captures, encodeCharge), Refunds: each(p.Refunds, encodeCharge),
	}
}

func decodePayment(d paymentData) order.Payment {
	return order.Payment{
		ID: d.ID, Authorized: order.Money(d.Authorized), Voided: order.Money(d.Voided),
		Captures: each(d.Captures, decodeCharge), Refunds: each(d.Refunds, decodeCharge),
	}
}

func encodeCharge(c order.Charge) chargeData { return chargeData{c.ID, moneyData(c.Amount)} }

func decodeCharge(d chargeData) order.Charge {
	return order.Charge{ID: d.ID, Amount: order.Money(d.Amount)}
}

func encodeShipment(s order.Shipment) shipmentData {
	return shipmentData{s.ID, each(s.Items, encodePacked), s.Delivered}
}

func decodeShipment(d shipmentData) order.Shipment {
	return order.Shipment{ID: d.ID, Items: each(d.Items, decodePacked), Delivered: d.Delivered}
}
