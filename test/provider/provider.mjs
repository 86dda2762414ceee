// A real OpenID provider, oidc-provider, whose keys can be rotated while it runs.
import http from "node:http";

import { exportJWK, generateKeyPair } from "jose";
import Provider from "oidc-provider";

const scopes = ["orders:read", "orders:write", "orders:manage", "orders:admin"];

// The resources that tokens are for: the service, and another one, whose tokens it must refuse.
const audiences = { "urn:orders": "orders", "urn:stock": "stock" };

// service is a client that asks for tokens of its own.
const service = (id, scope) => ({
  client_id: id, client_secret: `${id}-secret`, grant_types: ["client_credentials"],
  redirect_uris: [], response_types: [], scope,
});

let made = 0;

// newKey makes a signing key.
async function newKey() {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  made += 1;
  return { ...(await exportJWK(privateKey)), kid: `key-${made}`, alg: "RS256", use: "sig" };
}

// An Issuer serves the provider at a port of this machine.
export class Issuer {
  constructor(port, callback) {
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
    this.callback = callback;
    this.fetches = 0; // Of the keys.
  }

  // start serves the provider, with the keys that it had.
  async start() {
    this.keys ??= [await newKey()];
    this.use(this.keys);
    this.server = http.createServer((request, response) => {
      if (request.url === "/jwks") this.fetches += 1;
      this.handle(request, response);
    });
    await new Promise((listening) => this.server.listen(this.port, "127.0.0.1", listening));
  }

  // stop ends the provider, and all its connections.
  async stop() {
    const closed = new Promise((done) => this.server.close(done));
    this.server.closeAllConnections();
    await closed;
  }

  // use publishes keys. The first one signs.
  use(keys) {
    this.keys = keys;
    this.handle = new Provider(this.url, this.settings()).callback();
  }

  // publishAhead publishes another key, which does not sign yet; takeOver lets it sign, and retire
  // takes the old one away.
  async publishAhead() { this.use([...this.keys, await newKey()]); }
  takeOver() { this.use([...this.keys].reverse()); }
  retire() { this.use(this.keys.slice(0, 1)); }

  settings() {
    return {
      jwks: { keys: this.keys },
      cookies: { keys: ["only for tests"] },
      scopes: ["openid", ...scopes],
      clients: [
        service("staff", "orders:manage"),
        service("operator", "orders:admin"),
        service("reader", "orders:read"),
        {
          client_id: "shop", token_endpoint_auth_method: "none", application_type: "native",
          grant_types: ["authorization_code"], response_types: ["code"],
          redirect_uris: [this.callback],
        },
      ],
      pkce: { required: () => true },
      features: {
        clientCredentials: { enabled: true },
        devInteractions: { enabled: true },
        resourceIndicators: {
          enabled: true,
          defaultResource: () => "urn:orders",
          useGrantedResource: () => true,
          getResourceServerInfo: (_, resource) => ({
            scope: scopes.join(" "), audience: audiences[resource], accessTokenTTL: 300,
            accessTokenFormat: "jwt", jwt: { sign: { alg: "RS256" } },
          }),
        },
      },
    };
  }

  // tokens asks the provider for tokens.
  async tokens(form) {
    const answer = await fetch(`${this.url}/token`, {
      method: "POST", body: new URLSearchParams(form),
    });
    const tokens = await answer.json();
    if (!answer.ok) throw new Error(`no token: ${JSON.stringify(tokens)}`);
    return tokens;
  }

  // credentials returns a token that a service gets for itself.
  async credentials(id, scope, resource = "urn:orders") {
    const { access_token: token } = await this.tokens({
      grant_type: "client_credentials", client_id: id, client_secret: `${id}-secret`, scope,
      resource,
    });
    return token;
  }
}
