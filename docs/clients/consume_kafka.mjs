// Keeps a projection in step with the topic orders.events of Kafka; needs kafkajs.
//
//   node docs/clients/consume_kafka.mjs 127.0.0.1:9092 http://localhost:3000 orders.json
//
// Another file needs another group, as Kafka keeps for each group how far it has read. Consumers in
// one group share the work, so they share one database.
import { Kafka, logLevel } from "kafkajs";
import { Projection } from "./projection.mjs";

const [brokers, api, file, groupId = "orders-projection-node"] = process.argv.slice(2);

/** Those of the event, by their names in CloudEvents. */
const attributes = ({ headers }) => Object.fromEntries(Object.entries(headers)
  .filter(([name]) => name.startsWith("ce_")).map(([name, value]) => [name.slice(3), String(value)]));

const projection = await Projection.open(file, api);
const kafka = new Kafka({ brokers: brokers.split(","), logLevel: logLevel.ERROR });
const consumer = kafka.consumer({ groupId, retry: { retries: Number.MAX_SAFE_INTEGER, maxRetryTime: 5000 } });
process.once("SIGTERM", () => { // Else the group waits for this member.
  setTimeout(() => process.exit(1), 5000).unref(); // Nobody is there to say it to.
  consumer.disconnect();
});
await consumer.connect();
await consumer.subscribe({ topic: "orders.events", fromBeginning: true });
await consumer.run({
  autoCommit: false,
  eachBatch: async ({ batch: { messages, topic, partition }, heartbeat }) => {
    for (const message of messages) {
      const event = attributes(message);
      if (event.id) await projection.take(event, message.value); // Else it is somebody else's.
      await heartbeat();
    }
    await projection.save();
    // Not before the projection has them: what was not committed comes again.
    const offset = String(BigInt(messages.at(-1).offset) + 1n);
    await consumer.commitOffsets([{ topic, partition, offset }]);
  },
});
