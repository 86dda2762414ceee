// What a service of its own keeps of the orders, made of the messages about them. Here that is who
// ordered, the status and the number of items, in a file; yours is a database.
//
//   node docs/clients/projection.mjs orders.json   # Shows it.
import { readFile, rename, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { ask } from "./orders.mjs";

const STATUS = {
  OrderCreated: "CREATED", OrderConfirmed: "CONFIRMED", OrderCompleted: "COMPLETED", OrderCancelled: "CANCELLED",
};

/** An order after an event. One of a kind that is not known here changes nothing. */
function after(view, kind, data) {
  const next = { ...view, status: STATUS[kind] ?? view.status };
  if (kind === "OrderCreated") next.userId = data.userId;
  if (kind === "OrderCreated" || kind === "ItemsChanged") {
    next.itemCount = data.items.reduce((sum, { qty }) => sum + qty, 0);
  }
  return next;
}

export class Projection {
  #file;
  #api; // Where the service answers queries, such as http://localhost:3000.
  orders = {};

  static async open(file, api) {
    const projection = new Projection();
    projection.#file = file;
    projection.#api = api;
    try {
      projection.orders = JSON.parse(await readFile(file, "utf8"));
    } catch (error) {
      if (error.code !== "ENOENT") throw error;
      projection.isNew = true;
    }
    return projection;
  }

  /** Keeps what was taken, as a whole or not at all. */
  async save() {
    await writeFile(`${this.#file}.new`, JSON.stringify(this.orders));
    await rename(`${this.#file}.new`, this.#file);
  }

  /** Takes an event: its attributes by their names in CloudEvents, and its data as JSON. */
  async take(event, data) {
    const [, kind, schema] = event.type.split(".");
    if (schema !== "v1" && (kind in STATUS || kind === "ItemsChanged")) {
      throw new Error(`${event.type} has to be learnt first`);
    }
    const [version, number] = event.sequence.split(".").map(Number);
    const last = this.orders[event.subject] ?? { version: 0, number: 0, size: 0, view: {} };
    if (version < last.version || (version === last.version && number <= last.number)) {
      return; // It came before: each comes at least once.
    }
    const follows = last.number < last.size
      ? version === last.version && number === last.number + 1
      : version === last.version + 1 && number === 1;
    if (!follows || event.dataref) {
      await this.readHistory(event.subject);
      return;
    }
    const view = after(last.view, kind, JSON.parse(data));
    this.orders[event.subject] = { version, number, size: Number(event.commitsize), view };
  }

  /** Asks the service for what the topic does not have: what it dropped, or is too large. */
  async readHistory(orderId) {
    let [version, number, view] = [0, 0, {}];
    for await (const event of this.#pages(`/queries/orders/${orderId}/history`, "events")) {
      number = event.version === version ? number + 1 : 1;
      version = event.version;
      view = after(view, event.type, event.data);
    }
    this.orders[orderId] = { version, number, size: number, view };
  }

  /** Asks for all orders that there are, for a consumer that hears of the next ones only. */
  async readAll() {
    for await (const { orderId } of this.#pages("/queries/orders", "orders")) await this.readHistory(orderId);
    await this.save();
    this.isNew = false;
  }

  async *#pages(path, of) {
    for (let cursor = ""; cursor !== undefined;) {
      const page = await ask(this.#api, "GET", `${path}?cursor=${cursor}`);
      yield* page[of];
      cursor = page.nextCursor;
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { orders } = await Projection.open(process.argv[2]);
  for (const [id, { version, view }] of Object.entries(orders).sort()) {
    console.log(id, version, view.status, view.itemCount, view.userId);
  }
}
