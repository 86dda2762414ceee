from typing import assert_never

from orders_client import models as m

Event = (
    m.ItemsChangedEvent
    | m.ItemsShippedEvent
    | m.OrderCancelledEvent
    | m.OrderCompletedEvent
    | m.OrderConfirmedEvent
    | m.OrderCreatedEvent
    | m.OrderHeldEvent
    | m.OrderReleasedEvent
    | m.PaymentAuthorizedEvent
    | m.PaymentCapturedEvent
    | m.PaymentRefundedEvent
    | m.PaymentVoidedEvent
    | m.ShipmentDeliveredEvent
)


def told(event: Event) -> str:
    """Tells an event in words. mypy refuses a match that leaves a type out."""
    match event:
        case m.OrderCreatedEvent(data=made):
            return f"created: {lines(made.items)}"
        case m.ItemsChangedEvent(data=changed):
            return f"changed: {lines(changed.items)}"
        case m.OrderHeldEvent(data=held):
            return f"held: {held.reason.value}, {held.note}"
        case m.OrderReleasedEvent():
            return "released"
        case m.OrderConfirmedEvent():
            return "confirmed"
        case m.PaymentAuthorizedEvent(data=payment):
            return f"authorized: {payment.payment_id}, {payment.amount}"
        case m.PaymentVoidedEvent(data=payment):
            return f"voided: {payment.payment_id}, {payment.amount}"
        case m.PaymentCapturedEvent(data=capture):
            return f"captured: {capture.payment_id}, {capture.capture_id}, {capture.amount}"
        case m.PaymentRefundedEvent(data=refund):
            return f"refunded: {refund.payment_id}, {refund.refund_id}, {refund.amount}"
        case m.ItemsShippedEvent(data=parcel):
            return f"shipped: {parcel.shipment_id}, {packed(parcel.items)}"
        case m.ShipmentDeliveredEvent(data=parcel):
            return f"delivered: {parcel.shipment_id}"
        case m.OrderCompletedEvent():
            return "completed"
        case m.OrderCancelledEvent(data=why):
            return f"cancelled: {why.reason.value}"
    assert_never(event)


def lines(items: list[m.ItemView]) -> str:
    return ", ".join(f"{item.qty} {item.sku} at {item.price}" for item in items)


def packed(items: list[m.PackedView]) -> str:
    return ", ".join(f"{item.qty} {item.sku}" for item in items)
