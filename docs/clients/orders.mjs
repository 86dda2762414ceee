// A client of the order service for browsers and for Node 20 or later, without dependencies.
//
//   node docs/clients/orders.mjs http://localhost:3000 life user_123

/** The service refused; sending the same again is of no use. Its code is in docs/errors.md. */
export class Refused extends Error {}

/** The access token that each request bears, if the service needs one. */
let token = globalThis.process?.env?.ORDERS_TOKEN;

/** Lets a page say or renew it; streams take the new one when they connect again. */
export const bear = (accessToken) => { token = accessToken; };

const withToken = (headers) => (token ? { ...headers, Authorization: `Bearer ${token}` } : headers);

/** Whether to send a request again that got this status: docs/errors.md says so, too. */
const again = (status) => status === 408 || status === 429 || status >= 500;

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Sends a request until it is answered for good. With a key that is safe for commands, too. */
export async function ask(base, method, path, { key, body } = {}) {
  const headers = {};
  if (body) headers["Content-Type"] = "application/json";
  if (key) headers["Idempotency-Key"] = key;
  for (let tries = 1; ; tries++) {
    let wait = Math.min(250 * 2 ** tries, 5000) * (0.5 + Math.random() / 2);
    try {
      const answer = await fetch(base + path, {
        method, headers: withToken(headers), body: body && JSON.stringify(body), signal: AbortSignal.timeout(10_000),
      });
      const text = await answer.text();
      if (answer.ok) return { ...JSON.parse(text), etag: answer.headers.get("ETag") };
      const problem = `${answer.status} ${text}`;
      if (!again(answer.status)) throw new Refused(problem);
      wait = Number(answer.headers.get("Retry-After")) * 1000 || wait;
      throw new Error(problem);
    } catch (error) { // The connection broke, maybe when the command was carried out already.
      if (error instanceof Refused || tries === 10) throw error;
    }
    await pause(wait);
  }
}

/** Takes a new order through its life, and returns it as queries show it then. */
export async function life(base, userId) {
  // A key names one intention. Store it before you send it, to go on after a crash of your own.
  const created = await ask(base, "POST", "/commands/orders", {
    key: crypto.randomUUID(), body: { userId, items: [{ sku: "sku_mouse", qty: 2, price: 5.99 }] },
  });
  const command = (path, body) => ask(base, "POST",
    `/commands/orders/${created.orderId}/${path}`, { key: crypto.randomUUID(), body });
  await command("confirm");
  await command("payments/capture", { paymentId: "pay_1", amount: 11.98 });
  await command("shipments", { shipmentId: "ship_1", items: [{ sku: "sku_mouse", qty: 2 }] });
  await command("deliveries", { shipmentId: "ship_1" });
  const { etag } = await command("complete");
  return readAt(base, created.orderId, etag);
}

/** Reads an order at the version of a command's ETag or a later one: one's own write. */
export async function readAt(base, orderId, etag) {
  const path = `/queries/orders/${orderId}?minVersion=${encodeURIComponent(etag)}`;
  return (await ask(base, "GET", path)).order;
}

/** Yields all orders of a user, the newest first, a page at a time. */
export async function* list(base, userId, limit = 50) {
  const query = new URLSearchParams({ userId, limit });
  for (let next = ""; next !== undefined;) {
    query.set("cursor", next);
    const page = await ask(base, "GET", `/queries/orders?${query}`);
    yield* page.orders;
    next = page.nextCursor;
  }
}

/**
 * Yields the orders of a user as they change, for ever. It goes on where a connection broke off.
 * Where that cannot be, as at first, it yields what there is; an order may come twice.
 */
export async function* follow(base, userId) {
  const url = `${base}/queries/orders/stream?${new URLSearchParams({ userId })}`;
  let last = "";
  for (;; await pause(1000 + Math.random() * 1000)) {
    const silence = new AbortController();
    try {
      const headers = withToken(last ? { "Last-Event-ID": last } : {});
      const answer = await heard(fetch(url, { headers, signal: silence.signal }), silence);
      if (again(answer.status)) continue;
      if (!answer.ok) throw new Refused(await heard(answer.text(), silence));
      if (!last) yield* list(base, userId);
      for await (const event of events(answer.body, silence)) {
        if (event.event === "reset") yield* list(base, userId);
        if (event.event === "order") yield JSON.parse(event.data).order;
        last = event.id ?? last; // Now it is dealt with.
      }
    } catch (error) {
      if (error instanceof Refused) throw error;
    } finally {
      silence.abort();
    }
  }
}

/** Waits for a service, which says something every 15 seconds as long as it is there. */
async function heard(something, silence) {
  const timer = setTimeout(() => silence.abort(), 40_000);
  try {
    return await something;
  } finally {
    clearTimeout(timer);
  }
}

/** Yields server-sent events. */
async function* events(body, silence) {
  let [text, event] = ["", {}];
  for await (const part of parts(body.pipeThrough(new TextDecoderStream()), silence)) {
    const lines = (text + part).split("\n");
    text = lines.pop();
    for (const line of lines) {
      const [, field, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
      if (field) event[field] = value;
      if (line === "") [event] = [{}, yield event];
    }
  }
}

/** Yields what a stream reads; not all browsers have this themselves. */
async function* parts(stream, silence) {
  const reader = stream.getReader();
  for (let r; !(r = await heard(reader.read(), silence)).done;) yield r.value;
}

if (globalThis.process?.argv[1]?.endsWith("orders.mjs")) {
  const [base, what, userId, limit] = process.argv.slice(2);
  const show = (order) => console.log(order.orderId, order.status, order.version);
  if (what === "life") show(await life(base, userId));
  if (what === "list") for await (const order of list(base, userId, limit)) show(order);
  if (what === "follow") for await (const order of follow(base, userId)) show(order);
}
