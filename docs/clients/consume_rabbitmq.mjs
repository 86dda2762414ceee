// Keeps a projection in step with RabbitMQ by a queue of its own; needs amqplib.
//
//   node docs/clients/consume_rabbitmq.mjs amqp://localhost http://localhost:3000 orders.json
//
// The broker keeps what was not acknowledged. A queue gets only what is told after it was bound, so
// a new projection asks for the orders from before.
import amqp from "amqplib";
import { Projection } from "./projection.mjs";

const [url, api, file, queue = "projection.orders"] = process.argv.slice(2);
const PREFIX = "cloudEvents:";

/** Those of the event, by their names in CloudEvents. */
const attributes = ({ properties: { headers } }) => Object.fromEntries(Object.entries(headers)
  .filter(([name]) => name.startsWith(PREFIX)).map(([name, value]) => [name.slice(PREFIX.length), value]));

/** Makes the queue, and one for what could not be taken after some tries. */
async function bind(channel) {
  const type = { "x-queue-type": "quorum" };
  const dead = `${queue}.dead`;
  await channel.assertExchange(dead, "fanout");
  await channel.assertQueue(dead, { arguments: type });
  await channel.bindQueue(dead, dead, "");
  await channel.assertQueue(queue, { arguments: {
    ...type, "x-single-active-consumer": true, "x-delivery-limit": 5, "x-dead-letter-exchange": dead,
  } });
  await channel.bindQueue(queue, "orders", "order.#"); // The service makes the exchange.
}

/** Takes a message, or gives it back: it comes again, and the next of its order asks for it. */
async function take(channel, message) {
  try {
    const event = attributes(message);
    if (event.id) await projection.take(event, message.content); // Else it is somebody else's.
    return true;
  } catch (error) {
    console.error(error.message);
    channel.nack(message);
    return false;
  }
}

/** Takes all that arrived, one after the other, in order. */
async function work(channel, arrived) {
  while (arrived.length > 0) {
    const batch = arrived.slice();
    const taken = [];
    for (const message of batch) if (await take(channel, message)) taken.push(message);
    await projection.save();
    for (const message of taken) channel.ack(message); // Not before the projection has it.
    arrived.splice(0, batch.length);
  }
}

/** Begins on each connection, the first one and those after it broke. */
async function consume(connection) {
  const channel = await connection.createChannel();
  channel.on("error", (error) => console.error(error.message));
  await bind(channel);
  if (projection.isNew) await projection.readAll();
  await channel.prefetch(200);
  const arrived = [];
  await channel.consume(queue, (message) => {
    if (!message) throw new Error("the queue was deleted");
    if (arrived.push(message) > 1) return; // It is at work.
    work(channel, arrived).catch((error) => console.error(error.message)); // The connection broke.
  });
}

const projection = await Projection.open(file, api);
const connection = await amqp.connect(url, { recovery: { setup: consume, maxDelay: 5000 } });
connection.on("error", (error) => console.error(error.message));
