// Gets tokens for a person, who logs in with a browser: authorization code with PKCE.
import { createHash, randomBytes } from "node:crypto";
import http from "node:http";
import { createRequire } from "node:module";

const { chromium } = createRequire(process.env.PLAYWRIGHT)("playwright-core");

// A Browser shows the provider's pages to a person.
export class Browser {
  constructor(callback) { this.callback = callback; }

  async start() {
    this.chromium = await chromium.launch({
      executablePath: process.env.CHROMIUM,
      args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
    });
    const { port, pathname } = new URL(this.callback);
    this.server = http.createServer((request, response) => {
      const { pathname: asked, searchParams } = new URL(request.url, this.callback);
      if (asked === pathname) this.answered(searchParams);
      response.end("done");
    });
    await new Promise((listening) => this.server.listen(port, "127.0.0.1", listening));
  }

  async stop() {
    await this.chromium.close();
    this.server.closeAllConnections();
    this.server.close();
  }

  // login returns the tokens of a person.
  async login(issuer, name, scope) {
    const verifier = randomBytes(32).toString("base64url");
    const state = randomBytes(8).toString("base64url");
    const url = new URL(`${issuer.url}/auth`);
    url.search = new URLSearchParams({
      client_id: "shop", response_type: "code", redirect_uri: this.callback, resource: "urn:orders",
      scope: `openid ${scope}`, state, code_challenge_method: "S256",
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    });
    const answer = new Promise((answered) => { this.answered = answered; });
    const context = await this.chromium.newContext(); // Nobody is logged in yet.
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    await page.goto(url.href);
    await page.fill("input[name=login]", name);
    await page.fill("input[name=password]", "any");
    await page.click("button[type=submit]");
    await page.getByRole("button", { name: "Continue" }).click(); // Consents.
    const got = await answer;
    await context.close();
    if (got.get("state") !== state) throw new Error("the answer is to another question");
    return issuer.tokens({
      grant_type: "authorization_code", client_id: "shop", code: got.get("code"),
      code_verifier: verifier, redirect_uri: this.callback, resource: "urn:orders",
    });
  }
}
