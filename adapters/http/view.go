package http

import (
	"orders/adapters/http/wire"
	"orders/domain/order"
	"orders/ports"
)

// An orderView is an order as this API shows it.
type orderView struct {
	OrderID           order.ID          `json:"orderId"`
	UserID            string            `json:"userId"`
	Status            status            `json:"status"`
	PaymentStatus     paymentStatus     `json:"paymentStatus"`
	FulfillmentStatus fulfillmentStatus `json:"fulfillmentStatus"`
	TotalAmount       wire.Amount       `json:"totalAmount"`
	Currency          order.Currency    `json:"currency"`
	ItemCount         int               `json:"itemCount"`
	PreviewSKUs       []string          `json:"previewSkus"`
	Items             []itemView        `json:"items"`
	Payments          []paymentView     `json:"payments"`
	Shipments         []shipmentView    `json:"shipments"`
	Cancellation      *cancellationView `json:"cancellation,omitempty"`
	RefundDue         *wire.Amount      `json:"refundDue,omitempty"`
	CreatedAt         wire.Moment       `json:"createdAt"`
	UpdatedAt         wire.Moment       `json:"updatedAt"`
	Version           int               `json:"version"`
	AllowedCommands   commandNames      `json:"allowedCommands"`
}

type itemView struct {
	SKU      string      `json:"sku"`
	Quantity int         `json:"qty"`
	Price    wire.Amount `json:"price"`
}

type shipmentView struct {
	ShipmentID string       `json:"shipmentId"`
	Items      []packedView `json:"items"`
	Delivered  bool         `json:"delivered"`
}

type packedView struct {
	SKU      string `json:"sku"`
	Quantity int    `json:"qty"`
}

type cancellationView struct {
	Reason reason `json:"reason"`
	Note   string `json:"note,omitempty"`
}

func present(v ports.OrderView) orderView {
	o := v.Order
	total := o.Total()
	shown := orderView{
		OrderID: v.ID, UserID: o.UserID, Status: status(o.Status),
		PaymentStatus:     paymentStatus(o.PaymentStatus()),
		FulfillmentStatus: fulfillmentStatus(o.FulfillmentStatus()),
		TotalAmount:       wire.Amount(total), Currency: total.Currency,
		ItemCount: o.ItemCount(), PreviewSKUs: o.PreviewSKUs(), Items: showLines(o.Lines),
		Payments: showPayments(o.Payments), Shipments: showShipments(o.Shipments),
		CreatedAt: wire.Moment(v.CreatedAt), UpdatedAt: wire.Moment(v.UpdatedAt),
		Version: v.Version, AllowedCommands: v.Allowed(),
	}
	if o.Status == order.StatusCancelled {
		shown.Cancellation = &cancellationView{reason(o.Cancellation.Reason), o.Cancellation.Note}
	}
	if due := wire.Amount(o.RefundDue()); due.Minor > 0 {
		shown.RefundDue = &due
	}
	return shown
}

func showLines(lines []order.Line) []itemView {
	shown := make([]itemView, len(lines))
	for i, l := range lines {
		shown[i] = itemView{l.SKU, l.Quantity, wire.Amount(l.Price)}
	}
	return shown
}

func showShipments(shipments []order.Shipment) []shipmentView {
	shown := make([]shipmentView, len(shipments))
	for i, s := range shipments {
		shown[i] = shipmentView{s.ID, showPacked(s.Items), s.Delivered}
	}
	return shown
}

func showPacked(items []order.Packed) []packedView {
	shown := make([]packedView, len(items))
	for i, p := range items {
		shown[i] = packedView(p)
	}
	return shown
}
