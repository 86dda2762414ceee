// Parses the AsyncAPI document on its standard input. The parser may not even give a hint, and must
// find each error that is planted. `.ci/asyncapi` runs it.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";

const { Parser } = createRequire(`${process.argv[2]}/`)("@asyncapi/parser");
const parser = new Parser();

// Tools know 3.0 of AsyncAPI, of which 3.1 is only an addition.
const meant = ["asyncapi-latest-version"];

// complaints are what the parser finds in a document.
async function complaints(document) {
  const { diagnostics } = await parser.parse(JSON.stringify(document));
  return diagnostics
    .filter(({ code }) => !meant.includes(code))
    .map(({ code, path, message }) => `${path.join(".")}: ${message} (${code})`);
}

const source = await text(process.stdin);
const found = await complaints(JSON.parse(source));
assert.deepEqual(found, [], "the document has faults");

const planted = {
  "no version": (d) => delete d.asyncapi,
  "a message that there is not": (d) => (d.channels.events.messages.Odd = { $ref: "#/odd" }),
  "a channel that there is not": (d) => (d.operations.tellEvents.channel.$ref = "#/channels/odd"),
  "an action that there is not": (d) => (d.operations.tellEvents.action = "tell"),
  "a payload that is no schema": (d) => (d.components.schemas.OrderCreated.type = "odd"),
  "a server without a host": (d) => delete d.servers.kafka.host,
  "a parameter that its address lacks": (d) => (d.channels.events.parameters = { odd: {} }),
};
for (const [what, plant] of Object.entries(planted)) {
  const document = JSON.parse(source);
  plant(document);
  assert.notEqual((await complaints(document)).length, 0, `the parser takes ${what}`);
}
console.log(`the document is AsyncAPI 3, and ${Object.keys(planted).length} errors are found`);
