// A proxy before a service, that does to clients what networks do. Of each command with a key it
// cuts the first answer off, when the service has carried the command out already; every other one
// in the middle. The next tries of a creation get other answers after which one comes again. Below
// /mute the first stream never begins. Below /slow a list is put off for longer than a stream may
// be silent, as often as it is asked for too early.
//
//   node faults.mjs PORT http://localhost:3000
import http from "node:http";

const [port, target] = process.argv.slice(2);
const tries = new Map(); // How often each key came.
const muted = new Set(); // The streams that did not begin.
const early = new Map(); // Until when each list is put off.

const putOffs = { 2: [503, "1"], 3: [500, "a date"], 4: [408, "1"], 5: [429, "1"] };

function putOff(request, response, status, after) {
  console.log("put off", status, request.url);
  request.resume();
  if (after === "a date") after = new Date(Date.now() + 3000).toUTCString();
  response.writeHead(status, { "Retry-After": after, "Content-Type": "application/problem+json" });
  response.end(`{"status":${status},"code":"fault","detail":"come again"}`);
}

// slow reports whether it has put off a list.
function slow(request, response) {
  const now = Date.now();
  if (early.has(request.url) && early.get(request.url) < now) return false;
  early.set(request.url, now + 44_000);
  putOff(request, response, 503, "45");
  return true;
}

http.createServer((request, response) => {
  const [, fault, path] = /^\/(mute|slow)?(\/?.*)$/.exec(request.url);
  const key = request.headers["idempotency-key"];
  const n = (tries.get(key) ?? 0) + 1;
  if (key) tries.set(key, n);
  if (request.method === "POST" && !key) console.log("no key", request.url);
  if (request.url === "/commands/orders" && n in putOffs) {
    putOff(request, response, ...putOffs[n]);
    return;
  }
  if (fault === "mute" && path.includes("/stream?") && !muted.has(request.url)) {
    console.log("muted", request.url);
    muted.add(request.url);
    return;
  }
  if (fault === "slow" && path.includes("/orders?") && slow(request, response)) return;
  const cut = key && n === 1;
  const onward = http.request(target + (fault ? path : request.url), {
    method: request.method, headers: request.headers, agent: false,
  }, (answer) => {
    if (!cut) {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
      answer.on("error", () => response.destroy());
      return;
    }
    answer.once("data", (part) => {
      console.log("cut off", request.url, answer.statusCode);
      if (tries.size % 2) return response.destroy();
      response.writeHead(answer.statusCode, answer.headers);
      response.write(part.subarray(0, part.length / 2), () => response.destroy());
    });
  });
  onward.on("error", () => response.destroy());
  response.on("close", () => onward.destroy());
  request.pipe(onward);
}).listen(port);
