package main

import (
	"fmt"
	"log"
	"strings"

	"caller/client"
)

// readHistory reads every type of event.
func (c caller) readHistory(orders ...client.OrderId) {
	var got []string
	for _, id := range orders {
		r, err := c.api.HistoryWithResponse(c.ctx, id, nil)
		must(err)
		for _, event := range answered("history", r.JSON200, r.Body).Events {
			got = append(got, told(event))
		}
	}
	equal("history", strings.Join(got, "\n"), strings.Join(wanted(), "\n"))
}

// wanted is what told makes of the lives of both orders.
func wanted() []string {
	payment := fmt.Sprintf("%.2f", float64(total))
	return []string{
		"created: 2 sku_mouse at 1234567.89, 1 sku_desk at 16777217.00",
		"changed: 3 sku_mouse at 1234567.89, 1 sku_desk at 16777217.00",
		"held: fraud, the address is odd",
		"released",
		"confirmed",
		"authorized: pay_1, " + payment,
		"voided: pay_1, " + payment,
		"authorized: pay_2, " + payment,
		"captured: pay_2, cap_1, " + payment,
		"shipped: ship_1, 3 sku_mouse, 1 sku_desk",
		"delivered: ship_1",
		"completed",
		"refunded: pay_2, ref_1, 1234567.89",
		"created: 1 sku_mouse at 1234567.89, 1 sku_desk at 16777217.00",
		"cancelled: customer",
	}
}

// told tells an event in words.
func told(event client.OrderEvent) string {
	kind, err := event.Discriminator()
	must(err)
	switch {
	case strings.HasPrefix(kind, "Payment"):
		return toldPayment(kind, event)
	case strings.HasPrefix(kind, "Order"):
		return toldOrder(kind, event)
	}
	switch kind {
	case "ItemsChanged":
		e, err := event.AsItemsChangedEvent()
		must(err)
		return "changed: " + lines(e.Data.Items)
	case "ItemsShipped":
		e, err := event.AsItemsShippedEvent()
		must(err)
		return "shipped: " + e.Data.ShipmentId + ", " + packed(e.Data.Items)
	case "ShipmentDelivered":
		e, err := event.AsShipmentDeliveredEvent()
		must(err)
		return "delivered: " + e.Data.ShipmentId
	}
	log.Fatalf("an event of the unknown type %s", kind)
	return ""
}

func toldOrder(kind string, event client.OrderEvent) string {
	switch kind {
	case "OrderCreated":
		e, err := event.AsOrderCreatedEvent()
		must(err)
		return "created: " + lines(e.Data.Items)
	case "OrderHeld":
		e, err := event.AsOrderHeldEvent()
		must(err)
		return fmt.Sprintf("held: %s, %s", e.Data.Reason, *e.Data.Note)
	case "OrderReleased":
		_, err := event.AsOrderReleasedEvent()
		must(err)
		return "released"
	case "OrderConfirmed":
		_, err := event.AsOrderConfirmedEvent()
		must(err)
		return "confirmed"
	case "OrderCompleted":
		_, err := event.AsOrderCompletedEvent()
		must(err)
		return "completed"
	case "OrderCancelled":
		e, err := event.AsOrderCancelledEvent()
		must(err)
		return fmt.Sprintf("cancelled: %s", e.Data.Reason)
	}
	log.Fatalf("an event of the unknown type %s", kind)
	return ""
}

func toldPayment(kind string, event client.OrderEvent) string {
	switch kind {
	case "PaymentAuthorized":
		e, err := event.AsPaymentAuthorizedEvent()
		must(err)
		return fmt.Sprintf("authorized: %s, %.2f", e.Data.PaymentId, e.Data.Amount)
	case "PaymentVoided":
		e, err := event.AsPaymentVoidedEvent()
		must(err)
		return fmt.Sprintf("voided: %s, %.2f", e.Data.PaymentId, e.Data.Amount)
	case "PaymentCaptured":
		e, err := event.AsPaymentCapturedEvent()
		must(err)
		d := e.Data
		return fmt.Sprintf("captured: %s, %s, %.2f", d.PaymentId, d.CaptureId, d.Amount)
	case "PaymentRefunded":
		e, err := event.AsPaymentRefundedEvent()
		must(err)
		d := e.Data
		return fmt.Sprintf("refunded: %s, %s, %.2f", d.PaymentId, d.RefundId, d.Amount)
	}
	log.Fatalf("an event of the unknown type %s", kind)
	return ""
}

func lines(items []client.ItemView) string {
	var told []string
	for _, i := range items {
		told = append(told, fmt.Sprintf("%d %s at %.2f", i.Qty, i.Sku, i.Price))
	}
	return strings.Join(told, ", ")
}

func packed(items []client.PackedView) string {
	var told []string
	for _, i := range items {
		told = append(told, fmt.Sprintf("%d %s", i.Qty, i.Sku))
	}
	return strings.Join(told, ", ")
}
