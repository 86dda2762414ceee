// Plays what callers of the service do with the tokens of a real OpenID provider, against the
// program. `.ci/provider` runs it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

import { Browser } from "./login.mjs";
import { Issuer } from "./provider.mjs";

const [program, portText] = process.argv.slice(2);
const port = Number(portText);
const base = `http://127.0.0.1:${port}`;
const callback = `http://127.0.0.1:${port + 2}/callback`;
const issuer = new Issuer(port + 1, callback);
const browser = new Browser(callback);

// ask sends a request with a token, unless that is empty.
async function ask(method, path, token, body) {
  const headers = {};
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body) headers["Content-Type"] = "application/json";
  const answer = await fetch(base + path, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text ? JSON.parse(text) : null };
}

// expect sends a request, and checks the status of its answer.
async function expect(status, method, path, token, body) {
  const answer = await ask(method, path, token, body);
  assert.equal(answer.status, status, `${method} ${path}: ${JSON.stringify(answer.body)}`);
  return answer;
}

const items = [{ sku: "mouse", qty: 1, price: 5.99 }];
const create = (token, userId) => expect(201, "POST", "/commands/orders", token, { userId, items });

// within waits until done is true, for some seconds at most.
async function within(seconds, done) {
  for (let waited = 0; waited < seconds; waited += 0.1) {
    if (await done().catch(() => false)) return;
    await sleep(100);
  }
  assert.fail(`not within ${seconds} s: ${done}`);
}

const isReady = async () => (await ask("GET", "/readyz")).status === 200;

// serve starts the program.
function serve() {
  const service = spawn(program, [], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env, PORT: String(port), HOST: "127.0.0.1", AUTH: "jwt",
      AUTH_ISSUER: issuer.url, AUTH_AUDIENCE: "orders",
    },
  });
  service.said = "";
  for (const stream of [service.stdout, service.stderr]) {
    stream.on("data", (text) => { service.said += text; });
  }
  return service;
}

async function stop(service) {
  service.kill();
  const [code] = service.exitCode === null ? await once(service, "exit") : [service.exitCode];
  assert.equal(code, 0, service.said);
}

// startsBeforeItsIssuer: the service is up, says why it is not ready, and becomes ready by itself.
async function startsBeforeItsIssuer() {
  await within(30, async () => (await ask("GET", "/livez")).status === 200);
  const { body } = await expect(503, "GET", "/readyz");
  assert.deepEqual(body.checks.filter((c) => !c.ok).map((c) => c.name), ["token-keys"]);
  await issuer.start();
  await within(60, isReady);
}

// services: each may do what its scope allows.
async function services() {
  const staff = await issuer.credentials("staff", "orders:manage");
  const { orderId } = (await create(staff, "carol")).body;
  await expect(200, "POST", `/commands/orders/${orderId}/confirm`, staff);
  const { events } = (await expect(200, "GET", `/queries/orders/${orderId}/history`, staff)).body;
  assert.deepEqual(events.map((e) => e.actor), ["staff", "staff"]);
  await expect(403, "GET", "/admin/projections", staff);

  const reader = await issuer.credentials("reader", "orders:read");
  await expect(404, "GET", `/queries/orders/${orderId}`, reader);
  const refused = await expect(403, "POST", "/commands/orders", reader, { items });
  assert.match(refused.headers.get("WWW-Authenticate"), /insufficient_scope.*orders:write/);

  const operator = await issuer.credentials("operator", "orders:admin");
  await expect(200, "GET", "/admin/projections", operator);
  await expect(403, "GET", `/queries/orders/${orderId}`, operator);

  const stock = await issuer.credentials("staff", "orders:manage", "urn:stock");
  const foreign = await expect(401, "GET", "/queries/orders", stock);
  assert.match(foreign.headers.get("WWW-Authenticate"), /invalid_token/);
  await expect(401, "GET", "/queries/orders");
}

// people: each sees own orders alone.
async function people() {
  const scope = "orders:read orders:write";
  const alice = await browser.login(issuer, "alice", scope);
  const bob = await browser.login(issuer, "bob", scope);
  const { orderId } = (await create(alice.access_token)).body;
  const path = `/queries/orders/${orderId}`;
  const { order } = (await expect(200, "GET", path, alice.access_token)).body;
  assert.equal(order.userId, "alice");
  assert.deepEqual(order.allowedCommands.toSorted(), ["cancel", "changeItems", "confirm"]);
  for (const hidden of [path, `${path}/history`, `${path}/stream`, `${path}?minVersion=1`]) {
    await expect(404, "GET", hidden, bob.access_token);
  }
  await expect(404, "POST", `/commands/orders/${orderId}/cancel`, bob.access_token, {
    reason: "customer_request",
  });
  await expect(403, "POST", "/commands/orders", bob.access_token, { userId: "alice", items });
  assert.equal((await expect(200, "GET", "/queries/orders", bob.access_token)).body.count, 0);
  assert.equal((await expect(200, "GET", "/queries/orders", alice.access_token)).body.count, 1);
  await expect(401, "GET", path, alice.id_token); // It is for the shop.
}

// rotation: keys change while requests run, and none of these is refused.
async function rotation() {
  let isOver = false;
  let asked = 0;
  const clients = Array.from({ length: 4 }, async (_, n) => {
    let token = await issuer.credentials("staff", "orders:manage");
    while (!isOver) {
      await create(token, `user-${n}`);
      asked += 1;
      if (asked % 3 === 0) token = await issuer.credentials("staff", "orders:manage");
      await sleep(20);
    }
  });
  for (let turn = 0; turn < 2; turn += 1) {
    await sleep(11_000); // The service fetches keys that it does not know once in 10 s.
    await issuer.publishAhead();
    await sleep(500);
    issuer.takeOver();
    await sleep(1_000);
    issuer.retire();
  }
  isOver = true;
  await Promise.all(clients);
  console.log(`${asked} orders while two keys were rotated, ${issuer.fetches} fetches of the keys`);
}

// outage: the keys that were fetched before go on working.
async function outage() {
  const token = await issuer.credentials("staff", "orders:manage");
  await issuer.stop();
  await create(token, "dave");
  assert.ok(await isReady());
  await issuer.start();
  await create(await issuer.credentials("staff", "orders:manage"), "dave");
}

// forgery: a flood of tokens with made up keys keeps nobody else from the service, and makes it ask
// the issuer hardly ever.
async function forgery() {
  const token = await issuer.credentials("staff", "orders:manage");
  const [, claims, signature] = token.split(".");
  const before = issuer.fetches;
  await Promise.all(Array.from({ length: 500 }, async (_, n) => {
    const header = Buffer.from(JSON.stringify({ alg: "RS256", typ: "at+jwt", kid: `made-up-${n}` }));
    await expect(401, "GET", "/queries/orders", `${header.toString("base64url")}.${claims}.${signature}`);
    await expect(200, "GET", "/queries/orders", token);
  }));
  assert.ok(issuer.fetches - before <= 3, `${issuer.fetches - before} fetches`);
}

const service = serve();
try {
  for (const step of [startsBeforeItsIssuer, services, browser.start.bind(browser), people,
    rotation, outage, forgery]) {
    console.log(`${step.name} (${Math.round(process.uptime())} s)`);
    await step();
  }
  await stop(service);
  assert.doesNotMatch(service.said, /eyJ/, "the log has a token");
} catch (error) {
  console.error(service.said.slice(-4000));
  throw error;
} finally {
  service.kill();
  if (browser.chromium) await browser.stop();
  await issuer.stop().catch(() => {});
}
