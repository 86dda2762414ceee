// A proxy before a service, that does to commands what networks do. Of each command with a key it
// cuts the first answer off, when the service has carried the command out already; every other one
// in the middle. The first creation is then told to come again in a second.
//
//   node faults.mjs PORT http://localhost:3000
import http from "node:http";

const [port, target] = process.argv.slice(2);
const tries = new Map(); // How often each key came.

http.createServer((request, response) => {
  const key = request.headers["idempotency-key"];
  const n = (tries.get(key) ?? 0) + 1;
  if (key) tries.set(key, n);
  if (key && n === 2 && request.url === "/commands/orders") {
    console.log("put off", request.url);
    request.resume();
    response.writeHead(503, { "Retry-After": "1", "Content-Type": "application/problem+json" });
    response.end('{"status":503,"code":"bytes-in-flight","detail":"come again"}');
    return;
  }
  const cut = key && n === 1;
  const onward = http.request(target + request.url, {
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
