package brokers_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
)

// cents are an amount of USD, which JSON writes in dollars.
type cents int64

func (c *cents) UnmarshalJSON(text []byte) error {
	var dollars float64
	err := json.Unmarshal(text, &dollars)
	*c = cents(math.Round(dollars * 100)) // Exact for amounts as small as these.
	return err
}

// A view is an order as queries show it, as far as events say.
type view struct {
	OrderID, UserID, Status, PaymentStatus, FulfillmentStatus, Currency string

	TotalAmount, RefundDue cents
	ItemCount, Version     int
	Items                  []item
	Payments               []*payment
	Shipments              []*shipment
	Hold                   *remark
	Cancellation           *remark
	CreatedAt, UpdatedAt   string
}

type item struct {
	SKU      string
	Quantity int `json:"qty"`
	Price    cents
}

type payment struct {
	PaymentID                              string
	Authorized, Captured, Refunded, Voided cents
	Captures                               []transfer
	Refunds                                []transfer
}

type transfer struct {
	CaptureID, RefundID string
	Amount              cents
}

type shipment struct {
	ShipmentID string
	Items      []item
	Delivered  bool
}

type remark struct{ Reason, Note string }

// A replay makes a view from the events of an order alone.
type replay struct {
	view
	at     mark
	events []event
}

func newReplay(id string) *replay { return &replay{view: view{OrderID: id}} }

// content has the data of every type of event.
type content struct {
	UserID, Currency, Reason, Note             string
	PaymentID, CaptureID, RefundID, ShipmentID string

	Items  []item
	Amount cents
}

// take applies the next event.
func (r *replay) take(e event) {
	r.at, r.events = e.mark, append(r.events, e)
	r.Version, r.UpdatedAt = e.version, e.at
	var d content
	if err := json.Unmarshal(e.data, &d); err != nil {
		r.Status = fmt.Sprint("cannot be read: ", err)
		return
	}
	switch e.name {
	case "OrderCreated":
		r.Status, r.UserID, r.Currency, r.CreatedAt = "CREATED", d.UserID, d.Currency, e.at
		r.Items = d.Items
	case "ItemsChanged":
		r.Items = d.Items
	case "OrderConfirmed":
		r.Status = "CONFIRMED"
	case "OrderHeld":
		r.Hold = &remark{d.Reason, d.Note}
	case "OrderReleased":
		r.Hold = nil
	case "OrderCompleted":
		r.Status = "COMPLETED"
	case "OrderCancelled":
		r.Status, r.Hold, r.Cancellation = "CANCELLED", nil, &remark{d.Reason, d.Note}
	case "ItemsShipped":
		r.Shipments = append(r.Shipments, &shipment{ShipmentID: d.ShipmentID, Items: d.Items})
	case "ShipmentDelivered":
		for _, s := range r.Shipments {
			s.Delivered = s.Delivered || s.ShipmentID == d.ShipmentID
		}
	default:
		r.pay(e.name, d)
	}
}

// pay applies an event of a payment.
func (r *replay) pay(name string, d content) {
	i := slices.IndexFunc(r.Payments, func(p *payment) bool { return p.PaymentID == d.PaymentID })
	if i < 0 {
		i = len(r.Payments)
		r.Payments = append(r.Payments, &payment{PaymentID: d.PaymentID})
	}
	switch p := r.Payments[i]; name {
	case "PaymentAuthorized":
		p.Authorized += d.Amount
	case "PaymentVoided":
		p.Voided += d.Amount
	case "PaymentCaptured":
		p.Captured += d.Amount
		p.Captures = append(p.Captures, transfer{CaptureID: d.CaptureID, Amount: d.Amount})
	case "PaymentRefunded":
		p.Refunded += d.Amount
		p.Refunds = append(p.Refunds, transfer{RefundID: d.RefundID, Amount: d.Amount})
	default:
		r.Status = "what is " + name + "?"
	}
}

// made returns the view with what follows from the rest of it.
func (r *replay) made() view {
	v := r.view
	var all payment
	for _, i := range v.Items {
		v.TotalAmount += cents(i.Quantity) * i.Price
		v.ItemCount += i.Quantity
	}
	for _, p := range v.Payments {
		all.Authorized += p.Authorized
		all.Captured += p.Captured
		all.Refunded += p.Refunded
		all.Voided += p.Voided
	}
	v.PaymentStatus = all.status(v.TotalAmount)
	if v.Status == "CANCELLED" {
		v.RefundDue = all.Captured - all.Refunded
	}
	shipped, delivered := 0, true
	for _, s := range v.Shipments {
		for _, i := range s.Items {
			shipped += i.Quantity
		}
		delivered = delivered && s.Delivered
	}
	switch {
	case shipped == 0:
		v.FulfillmentStatus = "UNFULFILLED"
	case shipped < v.ItemCount:
		v.FulfillmentStatus = "PARTIALLY_SHIPPED"
	case delivered:
		v.FulfillmentStatus = "DELIVERED"
	default:
		v.FulfillmentStatus = "SHIPPED"
	}
	return v
}

// status is that of all payments together.
func (p payment) status(total cents) string {
	switch {
	case p.Captured > 0 && p.Refunded == p.Captured:
		return "REFUNDED"
	case p.Refunded > 0:
		return "PARTIALLY_REFUNDED"
	case p.Captured == total:
		return "PAID"
	case p.Captured > 0:
		return "PARTIALLY_PAID"
	case p.Authorized > p.Voided:
		return "AUTHORIZED"
	case p.Voided > 0:
		return "VOIDED"
	}
	return "NONE"
}
