package order

import (
	"orders/adapters/http/wire"
	"orders/adapters/message"
	"orders/app/access"
	"orders/domain/order"
	"orders/ports"
)

// An orderView describes how this API shows an order, and appendOrder writes it.
type orderView struct {
	OrderID           order.ID                `json:"orderId" doc:"The order's id."`
	UserID            string                  `json:"userId" doc:"The user who ordered." example:"user_123"`
	Status            order.Status            `json:"status" doc:"The order's status." example:"CONFIRMED"`
	PaymentStatus     order.PaymentStatus     `json:"paymentStatus" doc:"How much of it is paid; derived from the payments." example:"PARTIALLY_REFUNDED"`
	FulfillmentStatus order.FulfillmentStatus `json:"fulfillmentStatus" doc:"How much of it is shipped; derived from the shipments." example:"DELIVERED"`
	TotalAmount       wire.Amount             `json:"totalAmount" doc:"The total price of all items, exact, in major units of the currency." example:"1198"`
	Currency          order.Currency          `json:"currency" doc:"The ISO 4217 code of all amounts." example:"USD"`
	ItemCount         int                     `json:"itemCount" format:"int32" doc:"The sum of all quantities." example:"2"`
	PreviewSKUs       []string                `json:"previewSkus" doc:"The SKUs of the first five items." example:"sku_mouse"`
	Items             []itemView              `json:"items" doc:"The items that were ordered."`
	Payments          []paymentView           `json:"payments" doc:"The payments, in the order in which they were first recorded."`
	Shipments         []shipmentView          `json:"shipments" doc:"The shipments, in the order of shipping."`
	Cancellation      *cancellationView       `json:"cancellation,omitempty" doc:"Why the order was cancelled, if it was."`
	Hold              *holdView               `json:"hold,omitempty" doc:"Why the order is on hold, if it is."`
	RefundDue         *wire.Amount            `json:"refundDue,omitempty" doc:"The amount still to be refunded, if the order was cancelled and any is left."`
	CreatedAt         wire.Timestamp          `json:"createdAt" doc:"When the order was created, in UTC."`
	UpdatedAt         wire.Timestamp          `json:"updatedAt" doc:"When the order last changed, in UTC."`
	Version           int                     `json:"version" doc:"The number of changes so far; the ETag." example:"7"`
	AllowedCommands   wire.CommandNames       `json:"allowedCommands" doc:"The commands that are allowed as of this version of the order, and to the caller." example:"[\"refundPayment\",\"complete\"]"`
}

// appendOrder shows an order as callers of the class are shown it.
func appendOrder(b []byte, v ports.OrderView, class access.Class) []byte {
	o, total := v.Order, v.Order.Total()
	b = wire.AppendText(append(b, '{'), "orderId", v.ID)
	b = wire.AppendText(b, "userId", o.UserID)
	b = wire.AppendText(b, "status", o.Status)
	b = wire.AppendText(b, "paymentStatus", o.PaymentStatus())
	b = wire.AppendText(b, "fulfillmentStatus", o.FulfillmentStatus())
	b = wire.AppendAmount(b, "totalAmount", total)
	b = wire.AppendText(b, "currency", total.Currency)
	b = wire.AppendNumber(b, "itemCount", o.ItemCount())
	b = wire.AppendList(b, "previewSkus", o.PreviewSKUs(), wire.AppendQuoted)
	b = wire.AppendList(b, "items", o.Lines, message.AppendLine)
	b = wire.AppendList(b, "payments", o.Payments, appendPayment)
	b = wire.AppendList(b, "shipments", o.Shipments, appendShipment)
	if o.Status == order.StatusCancelled {
		b = appendCancellation(wire.AppendName(b, "cancellation"), o.Cancellation)
	}
	if o.IsOnHold() {
		b = appendHold(wire.AppendName(b, "hold"), o.Hold, v.OnHoldAt)
	}
	if due := o.RefundDue(); due.Minor > 0 {
		b = wire.AppendAmount(b, "refundDue", due)
	}
	b = wire.AppendTimestamp(b, "createdAt", v.CreatedAt)
	b = wire.AppendTimestamp(b, "updatedAt", v.UpdatedAt)
	b = wire.AppendNumber(b, "version", v.Version)
	allowed := class.Allowed(v.Allowed())
	return append(wire.AppendList(b, "allowedCommands", allowed, wire.AppendQuoted), '}')
}
