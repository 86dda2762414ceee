package main

import "caller/client"

// pay voids one payment and captures another one.
func (c caller) pay(id client.OrderId) {
	for _, payment := range []string{"pay_1", "pay_2"} {
		body := client.Authorization{PaymentId: payment, Amount: total}
		r, err := c.api.AuthorizePaymentWithResponse(c.ctx, id, nil, body)
		must(err)
		done := answered("authorize", r.JSON200, r.Body)
		equal("status", done.PaymentStatus, client.PaymentStatusAUTHORIZED)
		if payment == "pay_1" {
			void := client.Voiding{PaymentId: payment}
			r, err := c.api.VoidPaymentWithResponse(c.ctx, id, nil, void)
			must(err)
			answered("void", r.JSON200, r.Body)
		}
	}
	body := client.Capture{PaymentId: "pay_2", CaptureId: new("cap_1"), Amount: total}
	r, err := c.api.CapturePaymentWithResponse(c.ctx, id, nil, body)
	must(err)
	done := answered("capture", r.JSON200, r.Body)
	equal("status", done.PaymentStatus, client.PaymentStatusPAID)
	amount("captured", c.get(id).Payments[1].Captured, total)
}

// send ships and delivers all, and completes the order.
func (c caller) send(id client.OrderId) {
	body := client.Shipment{ShipmentId: "ship_1", Items: []client.ShipItem{
		{Sku: "sku_mouse", Qty: 3}, {Sku: "sku_desk", Qty: 1},
	}}
	shipped, err := c.api.ShipItemsWithResponse(c.ctx, id, nil, body)
	must(err)
	answered("ship", shipped.JSON200, shipped.Body)
	delivery := client.Delivery{ShipmentId: "ship_1"}
	delivered, err := c.api.DeliverShipmentWithResponse(c.ctx, id, nil, delivery)
	must(err)
	answered("deliver", delivered.JSON200, delivered.Body)
	completed, err := c.api.CompleteWithResponse(c.ctx, id, nil)
	must(err)
	done := answered("complete", completed.JSON200, completed.Body)
	equal("status", done.Status, client.OrderStatusCOMPLETED)
	equal("fulfillment", done.FulfillmentStatus, client.FulfillmentStatusDELIVERED)
}

func (c caller) refund(id client.OrderId) {
	body := client.Refund{PaymentId: "pay_2", RefundId: "ref_1", Amount: cents}
	r, err := c.api.RefundPaymentWithResponse(c.ctx, id, nil, body)
	must(err)
	answered("refund", r.JSON200, r.Body)
	order := c.get(id)
	amount("refunded", order.Payments[1].Refunded, cents)
	equal("status", order.PaymentStatus, client.PaymentStatusPARTIALLYREFUNDED)
}

func (c caller) cancelAnother() client.OrderId {
	body := client.NewOrder{UserId: c.user, Items: ordered(1)}
	r, err := c.api.CreateWithResponse(c.ctx, nil, body)
	must(err)
	made := answered("create", r.JSON201, r.Body)
	reason := client.Cancellation{Reason: client.ReasonCustomer}
	cancelled, err := c.api.CancelWithResponse(c.ctx, made.OrderId, nil, reason)
	must(err)
	answered("cancel", cancelled.JSON200, cancelled.Body)
	return made.OrderId
}
