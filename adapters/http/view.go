package http

import (
	"orders/domain/order"
	"orders/ports"
)

// An orderView is an order as this API shows it.
type orderView struct {
	OrderID         order.ID          `json:"orderId"`
	UserID          string            `json:"userId"`
	Status          status            `json:"status"`
	TotalAmount     amount            `json:"totalAmount"`
	Currency        order.Currency    `json:"currency"`
	ItemCount       int               `json:"itemCount"`
	PreviewSKUs     []string          `json:"previewSkus"`
	Items           []itemView        `json:"items"`
	Cancellation    *cancellationView `json:"cancellation,omitempty"`
	CreatedAt       moment            `json:"createdAt"`
	UpdatedAt       moment            `json:"updatedAt"`
	Version         int               `json:"version"`
	AllowedCommands commandNames      `json:"allowedCommands"`
}

type itemView struct {
	SKU      string `json:"sku"`
	Quantity int    `json:"qty"`
	Price    amount `json:"price"`
}

type cancellationView struct {
	Reason order.Reason `json:"reason"`
	Note   string       `json:"note,omitempty"`
}

func present(v ports.OrderView) orderView {
	o := v.Order
	total := o.Total()
	shown := orderView{
		OrderID: v.ID, UserID: o.UserID, Status: status(o.Status),
		TotalAmount: amount(total), Currency: total.Currency,
		ItemCount: o.ItemCount(), PreviewSKUs: o.PreviewSKUs(),
		Items:     make([]itemView, len(o.Lines)),
		CreatedAt: moment(v.CreatedAt), UpdatedAt: moment(v.UpdatedAt),
		Version: v.Version, AllowedCommands: o.Allowed(),
	}
	for i, l := range o.Lines {
		shown.Items[i] = itemView{l.SKU, l.Quantity, amount(l.Price)}
	}
	if o.Status == order.StatusCancelled {
		shown.Cancellation = &cancellationView{o.Cancellation.Reason, o.Cancellation.Note}
	}
	return shown
}
