package http

import (
	"orders/adapters/http/wire"
	"orders/domain/order"
	"orders/ports"
)

// An orderView is an order as this API shows it.
type orderView struct {
	OrderID           order.ID                `json:"orderId" doc:"The order's id."`
	UserID            string                  `json:"userId" doc:"Who ordered." example:"user_123"`
	Status            order.Status            `json:"status" doc:"Where the order is in its life." example:"CONFIRMED"`
	PaymentStatus     order.PaymentStatus     `json:"paymentStatus" doc:"How far it is paid; it follows from the payments." example:"PARTIALLY_REFUNDED"`
	FulfillmentStatus order.FulfillmentStatus `json:"fulfillmentStatus" doc:"How far it is shipped; it follows from the shipments." example:"DELIVERED"`
	TotalAmount       wire.Amount             `json:"totalAmount" doc:"What all items cost together, exact, in major units of the currency." example:"1198"`
	Currency          order.Currency          `json:"currency" doc:"ISO 4217, of all amounts." example:"USD"`
	ItemCount         int                     `json:"itemCount" doc:"The sum of all quantities." example:"2"`
	PreviewSKUs       []string                `json:"previewSkus" doc:"The SKUs of the first five items." example:"sku_mouse"`
	Items             []itemView              `json:"items" doc:"What was ordered."`
	Payments          []paymentView           `json:"payments" doc:"In the order in which they were first heard of."`
	Shipments         []shipmentView          `json:"shipments" doc:"In the order of shipping."`
	Cancellation      *cancellationView       `json:"cancellation,omitempty" doc:"Why the order was cancelled, if it was."`
	RefundDue         *wire.Amount            `json:"refundDue,omitempty" doc:"What must be given back, if it was cancelled and something must."`
	CreatedAt         wire.Moment             `json:"createdAt" doc:"When it was created, UTC."`
	UpdatedAt         wire.Moment             `json:"updatedAt" doc:"When it last changed, UTC."`
	Version           int                     `json:"version" doc:"How many changes it has had; the ETag." example:"7"`
	AllowedCommands   wire.CommandNames       `json:"allowedCommands" doc:"The commands that it would take now." example:"refundPayment,complete"`
}

type itemView struct {
	SKU      string      `json:"sku" doc:"The product." example:"sku_mouse"`
	Quantity int         `json:"qty" doc:"How many." example:"2"`
	Price    wire.Amount `json:"price" doc:"Of one piece, exact, in major units of the currency." example:"599"`
}

type shipmentView struct {
	ShipmentID string       `json:"shipmentId" doc:"The shipment's id." example:"ship_1"`
	Items      []packedView `json:"items" doc:"What left."`
	Delivered  bool         `json:"delivered" doc:"Whether it has arrived." example:"true"`
}

type packedView struct {
	SKU      string `json:"sku" doc:"The product." example:"sku_mouse"`
	Quantity int    `json:"qty" doc:"How many." example:"2"`
}

type cancellationView struct {
	Reason order.Reason `json:"reason" doc:"Why the order ended." example:"customer"`
	Note   string       `json:"note,omitempty" doc:"More about it." example:"found it cheaper"`
}

func present(v ports.OrderView) orderView {
	o := v.Order
	total := o.Total()
	shown := orderView{
		OrderID: v.ID, UserID: o.UserID, Status: o.Status,
		PaymentStatus:     o.PaymentStatus(),
		FulfillmentStatus: o.FulfillmentStatus(),
		TotalAmount:       wire.Amount(total), Currency: total.Currency,
		ItemCount: o.ItemCount(), PreviewSKUs: o.PreviewSKUs(), Items: showLines(o.Lines),
		Payments: showPayments(o.Payments), Shipments: showShipments(o.Shipments),
		CreatedAt: wire.Moment(v.CreatedAt), UpdatedAt: wire.Moment(v.UpdatedAt),
		Version: v.Version, AllowedCommands: v.Allowed(),
	}
	if o.Status == order.StatusCancelled {
		shown.Cancellation = &cancellationView{o.Cancellation.Reason, o.Cancellation.Note}
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
