// Tries out every operation on the page of a service, as somebody does who fills in nothing but
// what is required. `.ci/browser` runs it.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const { chromium } = createRequire(process.env.PLAYWRIGHT)("playwright-core");
const base = process.argv[2];
const { origin } = new URL(base);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
});
const faults = []; // What the browser complains of, and whom else it asks.

// open returns the page, in a window of this width.
async function open(width) {
  const page = await browser.newPage({ viewport: { width, height: 900 } });
  page.setDefaultTimeout(30_000);
  page.on("console", (m) => ["error", "warning"].includes(m.type()) && faults.push(m.text()));
  page.on("pageerror", (e) => faults.push(String(e)));
  page.on("request", (r) => {
    if (![origin, "null"].includes(new URL(r.url()).origin)) faults.push(r.url());
  });
  return page;
}

// load loads the page, whose forms then are as they are at first.
async function load(page) {
  await page.goto(`${base}/docs`);
  await page.waitForSelector(".opblock");
  if (process.env.TOKEN) await authorize(page, process.env.TOKEN);
}

// authorize gives the page a token, which it then sends with each request.
async function authorize(page, token) {
  await page.locator(".scheme-container .btn.authorize").click();
  await page.locator(".auth-container input").fill(token);
  await page.locator(".auth-btn-wrapper .btn.authorize").click();
  await page.locator(".auth-btn-wrapper .btn-done").click();
}

// form opens the form of an operation, for the first time since the page was loaded, and checks
// that nobody has filled it in.
async function form(page, operation) {
  const block = page.locator(`.opblock[id$="-${operation}"]`);
  await block.locator(".opblock-summary-control").click();
  await block.locator(".try-out__btn").click();
  await block.locator(".execute").waitFor();
  const rows = await block.locator("tr[data-param-name]").evaluateAll((all) =>
    all.map((row) => ({
      name: row.dataset.paramName,
      required: row.querySelector(".required") !== null,
      filled: [...row.querySelectorAll("input, select, textarea")].some((i) =>
        i.type === "checkbox" ? i.checked : i.value !== ""),
    })));
  const filled = rows.filter((row) => row.filled).map((row) => row.name);
  assert.deepEqual(filled, [], `filled in, in the form of ${operation}`);
  return { block, required: rows.filter((row) => row.required).map((row) => row.name) };
}

// execute fills in what the operation requires, which may be a key, sends it, and returns what the
// page shows.
async function execute(page, operation, ids = {}) {
  const values = { ...ids, "Idempotency-Key": randomUUID() };
  const { block, required } = await form(page, operation);
  for (const name of required) {
    assert.ok(name in values, `${operation} requires ${name}`);
    await block.locator(`tr[data-param-name="${name}"] input`).fill(values[name]);
  }
  await block.locator(".execute").click();
  const answer = block.locator(".live-responses-table tbody tr").first();
  const status = Number.parseInt(await answer.locator(".response-col_status").innerText());
  const text = await answer.locator(".response-col_description .microlight").first().innerText();
  await block.locator(".opblock-summary-control").click();
  console.log(`${operation}: ${status}`);
  return { status, text };
}

// carryOut makes an order and does to it what the operations say.
async function carryOut(page, operations) {
  await load(page);
  const created = await execute(page, "create");
  assert.equal(created.status, 201, created.text);
  const { orderId } = JSON.parse(created.text);
  for (const operation of operations) {
    const { status, text } = await execute(page, operation, { orderId });
    assert.equal(status, 200, `${operation}: ${text}`);
  }
  return orderId;
}

// asksForTheOrder checks that nothing is sent while a required field is empty.
async function asksForTheOrder(page) {
  await load(page);
  const { block } = await form(page, "confirm");
  await block.locator(".execute").click();
  await block.locator('tr[data-param-name="orderId"] input.invalid').waitFor();
  assert.equal(await block.locator(".live-responses-table").count(), 0, "it sent no order's id");
}

async function tryAll(page) {
  await load(page);
  const all = await page.locator(".opblock").evaluateAll((blocks) =>
    blocks.map((b) => [b.id.split("-").at(-1), b.classList.contains("opblock-get")]));
  const commands = all.filter(([, get]) => !get).map(([operation]) => operation);
  const queries = all.filter(([, get]) => get).map(([operation]) => operation);
  const usual = commands.slice(1, commands.indexOf("complete") + 1);
  const unusual = ["hold", "release", "authorizePayment", "voidPayment", "cancel"];
  const tried = new Set(["create", "refundPayment", ...usual, ...unusual]);
  assert.deepEqual(commands.filter((operation) => !tried.has(operation)), [], "not tried");

  await asksForTheOrder(page);
  const orderId = await carryOut(page, [...usual, "refundPayment"]);
  await carryOut(page, unusual);
  for (const operation of queries) {
    const { status, text } = await execute(page, operation, { orderId, userId: "user_123" });
    assert.equal(status, 200, `${operation}: ${text}`);
    if (["orders", "order", "history", "streamOrder"].includes(operation)) {
      assert.ok(text.includes(orderId), `${operation} does not show the order: ${text}`);
    }
  }
}

// fitsPhones checks that a narrow window needs no scrolling sideways, and works.
async function fitsPhones() {
  const page = await open(390);
  const orderId = await carryOut(page, ["confirm"]);
  const { text } = await execute(page, "orders");
  assert.ok(text.includes(orderId), "the list does not show the order");
  await form(page, "order"); // It has the widest tables.
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `the page is ${wide} pixels wider than a phone`);
}

// runsNothingElse checks that what somebody might put into the page does not run, and that no other
// page can show it.
async function runsNothingElse() {
  const page = await browser.newPage();
  await load(page);
  const ran = await page.evaluate(async () => {
    const image = '<img src="none" onerror="window.ran = 1"><p style="color: red">x</p>';
    document.body.insertAdjacentHTML("beforeend", image);
    const script = document.createElement("script");
    script.textContent = "window.ran = 2";
    document.body.append(script);
    await new Promise((done) => setTimeout(done, 300));
    try { window.ran ??= (0, eval)("3"); } catch {}
    return window.ran ?? document.querySelector("p[style]").style.color;
  });
  assert.ok(!ran, `the page ran something, or took a style: ${ran}`);
  await page.goto("about:blank");
  await page.setContent(`<iframe src="${base}/docs"></iframe>`);
  await page.waitForTimeout(500);
  const shown = await page.frames().at(-1).evaluate(() => document.title).catch(() => "");
  assert.ok(!shown.includes("Orders"), "another page shows it");
  await page.close();
}

// runsClients runs the example client in JavaScript, which is for browsers, too. The page runs no
// scripts but files of its own host, so the client is put there.
async function runsClients(page) {
  const client = await readFile(new URL("../docs/clients/orders.mjs", import.meta.url), "utf8");
  const body = `${client}\nwindow.client = { bear, life, follow };`;
  const url = `${base}/docs/client.js`;
  await page.route(url, (r) => r.fulfill({ contentType: "text/javascript", body }));
  await page.addScriptTag({ type: "module", url });
  await page.waitForFunction(() => window.client);
  await page.evaluate((token) => window.client.bear(token), process.env.TOKEN);
  const made = await page.evaluate((base) => window.client.life(base, "browser"), base);
  assert.equal(made.status, "COMPLETED");
  const followed = await page.evaluate(async (base) => {
    for await (const order of window.client.follow(base, "browser")) return order;
  }, base);
  assert.equal(followed.orderId, made.orderId);
}

try {
  await tryAll(await open(1280));
  await fitsPhones();
  await runsNothingElse();
  const page = await open(1280);
  await load(page);
  await runsClients(page);
  assert.deepEqual(faults, [], "the browser complained, or asked somebody else");
} finally {
  await browser.close();
}
