import type { components } from "./schema.js";

type Schemas = components["schemas"];

/** Tells an event in words. The compiler refuses a switch that leaves a type out. */
export function told(event: Schemas["OrderEvent"]): string {
  switch (event.type) {
    case "OrderCreated":
      return `created: ${lines(event.data.items)}`;
    case "ItemsChanged":
      return `changed: ${lines(event.data.items)}`;
    case "OrderHeld":
      return `held: ${event.data.reason}, ${event.data.note}`;
    case "OrderReleased":
      return "released";
    case "OrderConfirmed":
      return "confirmed";
    case "PaymentAuthorized":
      return `authorized: ${event.data.paymentId}, ${event.data.amount}`;
    case "PaymentVoided":
      return `voided: ${event.data.paymentId}, ${event.data.amount}`;
    case "PaymentCaptured":
      return `captured: ${event.data.paymentId}, ${event.data.captureId}, ${event.data.amount}`;
    case "PaymentRefunded":
      return `refunded: ${event.data.paymentId}, ${event.data.refundId}, ${event.data.amount}`;
    case "ItemsShipped":
      return `shipped: ${event.data.shipmentId}, ${packed(event.data.items)}`;
    case "ShipmentDelivered":
      return `delivered: ${event.data.shipmentId}`;
    case "OrderCompleted":
      return "completed";
    case "OrderCancelled":
      return `cancelled: ${event.data.reason}`;
    default:
      return impossible(event);
  }
}

function impossible(event: never): never {
  throw new Error(`an event of an unknown type: ${JSON.stringify(event)}`);
}

function lines(items: Schemas["ItemView"][]): string {
  return items.map((i) => `${i.qty} ${i.sku} at ${i.price}`).join(", ");
}

function packed(items: Schemas["PackedView"][]): string {
  return items.map((i) => `${i.qty} ${i.sku}`).join(", ");
}
