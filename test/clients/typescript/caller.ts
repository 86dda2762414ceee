// Plays the lives of two orders with openapi-fetch and the types that openapi-typescript generates.
// It compiles only if the types are as a caller needs them.
import createClient from "openapi-fetch";

import { answered, equal, refused } from "./check.js";
import { told } from "./history.js";
import type { components, paths } from "./schema.js";

// Prices that a float32 cannot hold, and their totals.
const cents = 1234567.89;
const odd = 16777217;
const firstTotal = 2 * cents + odd;
const total = 3 * cents + odd;

const base = process.argv[2];
if (base === undefined) throw new Error("usage: node out/caller.js http://localhost:3000");
const api = createClient<paths>({ baseUrl: base });
const user = `typescript-${Date.now()}`;

const id = await create();
await tryDry();
await changeItems();
await confirm();
await pay();
await send();
await refund();
const cancelled = await cancelAnother();
await readHistory();
await list();
await addUp();
await beRefused();
console.log("TypeScript: the client played the lives of two orders");

function items(mice: number): components["schemas"]["NewItem"][] {
  return [
    { sku: "sku_mouse", qty: mice, price: cents },
    { sku: "sku_desk", qty: 1, price: odd },
  ];
}

function path(orderId = id) {
  return { path: { orderId } };
}

/** Creates an order twice with one key. */
async function create(): Promise<string> {
  const request = {
    params: { header: { "Idempotency-Key": user } },
    body: { userId: user, items: items(2), currency: "EUR" },
  } satisfies { body: components["schemas"]["NewOrder"]; params: object };
  const made = answered("create", await api.POST("/commands/orders", request));
  const again = await api.POST("/commands/orders", request);
  equal("replay", answered("replay", again).orderId, made.orderId);
  equal("status of the replay", again.response.status, 200);
  equal("header of the replay", again.response.headers.get("Idempotent-Replayed"), "true");

  const order = await show(made.orderId);
  equal("total", order.totalAmount, firstTotal);
  equal("price of a mouse", order.items[0]?.price, cents);
  equal("price of a desk", order.items[1]?.price, odd);
  equal("currency", order.currency, "EUR");
  return made.orderId;
}

async function show(orderId: string): Promise<components["schemas"]["OrderView"]> {
  const params = path(orderId);
  return answered("order", await api.GET("/queries/orders/{orderId}", { params })).order;
}

/** Changes nothing, and is shown what would be. */
async function tryDry(): Promise<void> {
  const params = { ...path(), query: { dryRun: true } };
  const would = answered("dry run", await api.POST("/commands/orders/{orderId}/items", {
    params, body: { items: items(3) },
  }));
  equal("dry run", would.dryRun, true);
  equal("total of the dry run", would.order?.totalAmount, total);
  const event = would.events?.[0];
  equal("events of the dry run", would.events?.length, 1);
  if (event?.type !== "ItemsChanged") throw new Error(`the dry run shows ${event?.type}`);
  equal("price in the event", event.data.items[0]?.price, cents);
  equal("version after the dry run", (await show(id)).version, 1);
}

/** Is answered with the order. */
async function changeItems(): Promise<void> {
  const header = { "If-Match": '"1"', Prefer: "return=representation" };
  const done = await api.POST("/commands/orders/{orderId}/items", {
    params: { ...path(), header }, body: { items: items(3) },
  });
  equal("total", answered("changeItems", done).order?.totalAmount, total);
  equal("ETag", done.response.headers.get("ETag"), '"2"');
}

async function confirm(): Promise<void> {
  const params = path();
  answered("hold", await api.POST("/commands/orders/{orderId}/hold", {
    params, body: { reason: "fraud", note: "the address is odd" },
  }));
  equal("reason", (await show(id)).hold?.reason, "fraud");
  answered("release", await api.POST("/commands/orders/{orderId}/release", { params }));
  const done = await api.POST("/commands/orders/{orderId}/confirm", { params });
  equal("status", answered("confirm", done).status, "CONFIRMED");
}

/** Voids one payment and captures another one. */
async function pay(): Promise<void> {
  const params = path();
  for (const paymentId of ["pay_1", "pay_2"]) {
    const done = await api.POST("/commands/orders/{orderId}/payments/authorize", {
      params, body: { paymentId, amount: total },
    });
    equal("payment", answered("authorize", done).paymentStatus, "AUTHORIZED");
    if (paymentId === "pay_1") {
      answered("void", await api.POST("/commands/orders/{orderId}/payments/void", {
        params, body: { paymentId },
      }));
    }
  }
  const done = await api.POST("/commands/orders/{orderId}/payments/capture", {
    params, body: { paymentId: "pay_2", captureId: "cap_1", amount: total },
  });
  equal("payment", answered("capture", done).paymentStatus, "PAID");
  equal("captured", (await show(id)).payments[1]?.captured, total);
}

/** Ships and delivers all, and completes the order. */
async function send(): Promise<void> {
  const params = path();
  answered("ship", await api.POST("/commands/orders/{orderId}/shipments", {
    params,
    body: {
      shipmentId: "ship_1",
      items: [{ sku: "sku_mouse", qty: 3 }, { sku: "sku_desk", qty: 1 }],
    },
  }));
  answered("deliver", await api.POST("/commands/orders/{orderId}/deliveries", {
    params, body: { shipmentId: "ship_1" },
  }));
  const done = answered("complete", await api.POST("/commands/orders/{orderId}/complete", {
    params,
  }));
  equal("status", done.status, "COMPLETED");
  equal("fulfillment", done.fulfillmentStatus, "DELIVERED");
}

async function refund(): Promise<void> {
  answered("refund", await api.POST("/commands/orders/{orderId}/payments/refund", {
    params: path(), body: { paymentId: "pay_2", refundId: "ref_1", amount: cents },
  }));
  const order = await show(id);
  equal("refunded", order.payments[1]?.refunded, cents);
  equal("payment", order.paymentStatus, "PARTIALLY_REFUNDED");
}

async function cancelAnother(): Promise<string> {
  const body = { userId: user, items: items(1) };
  const made = answered("create", await api.POST("/commands/orders", { body }));
  answered("cancel", await api.POST("/commands/orders/{orderId}/cancel", {
    params: path(made.orderId), body: { reason: "customer" },
  }));
  return made.orderId;
}

/** Reads every type of event. */
async function readHistory(): Promise<void> {
  const got: string[] = [];
  for (const orderId of [id, cancelled]) {
    const history = await api.GET("/queries/orders/{orderId}/history", { params: path(orderId) });
    got.push(...answered("history", history).events.map(told));
  }
  equal("history", got.join("\n"), [
    "created: 2 sku_mouse at 1234567.89, 1 sku_desk at 16777217",
    "changed: 3 sku_mouse at 1234567.89, 1 sku_desk at 16777217",
    "held: fraud, the address is odd",
    "released",
    "confirmed",
    `authorized: pay_1, ${total}`,
    `voided: pay_1, ${total}`,
    `authorized: pay_2, ${total}`,
    `captured: pay_2, cap_1, ${total}`,
    "shipped: ship_1, 3 sku_mouse, 1 sku_desk",
    "delivered: ship_1",
    "completed",
    "refunded: pay_2, ref_1, 1234567.89",
    "created: 1 sku_mouse at 1234567.89, 1 sku_desk at 16777217",
    "cancelled: customer",
  ].join("\n"));
}

/** Pages through the user's orders, the newest first, and filters them. */
async function list(): Promise<void> {
  let cursor: string | undefined;
  for (const want of [cancelled, id]) {
    const query = { userId: user, limit: 1, ...(cursor === undefined ? {} : { cursor }) };
    const page = answered("list", await api.GET("/queries/orders", { params: { query } }));
    equal("order on the page", page.orders.map((o) => o.orderId).join(), want);
    cursor = page.nextCursor;
  }
  equal("the next page", cursor, undefined);
  const found = answered("list", await api.GET("/queries/orders", {
    params: {
      query: {
        userId: user, held: false, sku: "sku_desk", status: ["CANCELLED", "CONFIRMED"],
        sort: "updatedAt", updatedFrom: new Date(0).toISOString(),
      },
    },
  })).orders;
  equal("cancelled or confirmed orders", found.length, 1);
  equal("total of the cancelled one", found[0]?.totalAmount, cents + odd);
  equal("reason", found[0]?.cancellation?.reason, "customer");
}

/** Waits until the sums follow, for which commands do not wait. */
async function addUp(): Promise<void> {
  const params = { path: { userId: user } };
  const want = `${total} EUR, 0 USD`;
  let got = "";
  for (let tries = 0; tries < 100 && got !== want; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const summary = answered("summary", await api.GET("/queries/users/{userId}/summary", {
      params,
    }));
    got = summary.totals.map((t) => `${t.spent} ${t.currency}`).join(", ");
  }
  equal("spent", got, want);
}

/** Reads why, in types of its own. */
async function beRefused(): Promise<void> {
  const conflict = refused("confirm", await api.POST("/commands/orders/{orderId}/confirm", {
    params: path(cancelled),
  }));
  equal("code", conflict.code, "command-not-allowed");
  equal("status of the order", conflict.currentStatus, "CANCELLED");
  equal("status", conflict.status, 409);

  const invalid = refused("create", await api.POST("/commands/orders", {
    body: { userId: "", items: items(0) },
  }));
  equal("code", invalid.code, "validation-failed");
  equal("issues", invalid.issues?.map((i) => i.path.join(" ")).join(), "userId,items 0 qty");

  const missing = refused("order", await api.GET("/queries/orders/{orderId}", {
    params: path(`ord_${"a".repeat(26)}`),
  }));
  equal("code", missing.code, "order-not-found");
}
