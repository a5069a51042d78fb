// The summary of `admit dev`, and strict validation of its tokens.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { listenForResponse } from "../browser/callback.mjs";
import { openBrowser } from "../browser/chromium.mjs";
import { signIn } from "../browser/sign_in.mjs";
import { recordSecrets, watchFetch } from "../secrets.mjs";

watchFetch();

const summary = JSON.parse(readFileSync(process.env.ADMIT_DEV, "utf8"));
const [tenant] = summary.tenants;

export const dev = {
  origin: summary.origin,
  host: new URL(summary.origin).host,
  tenant,
  tenantId: tenant.id,
  issuer: tenant.issuer,
  authority: `${summary.origin}/${tenant.id}`,
  scope: process.env.ADMIT_SCOPE,
  defaultScope: process.env.ADMIT_DEFAULT_SCOPE,
  resource: tenant.resources[0],
  user: tenant.users.find((user) => !user.administrator),
  administrator: tenant.users.find((user) => user.administrator),
  client: (name) => tenant.clients.find((client) => client.name === name),
};

const keys = createRemoteJWKSet(new URL(`${dev.authority}/discovery/v2.0/keys`));

/** Returns the claims of a valid RFC 9068 access token. */
export async function accessToken(token, expected = {}) {
  recordSecrets(token);
  const { payload } = await jwtVerify(token, keys, {
    issuer: dev.issuer,
    typ: "at+jwt",
    algorithms: ["ES256", "RS256"],
    requiredClaims: ["aud", "exp", "iat", "jti", "sub", "client_id"],
  });
  assert.equal(payload.azp, payload.client_id);
  for (const [name, value] of Object.entries(expected))
    assert.deepEqual(payload[name], value, name);
  return payload;
}

/** Returns the claims of a valid OpenID Connect ID token for this client. */
export async function idToken(token, clientId) {
  recordSecrets(token);
  const { payload } = await jwtVerify(token, keys, {
    issuer: dev.issuer,
    audience: clientId,
    typ: "JWT",
    algorithms: ["RS256"],
    requiredClaims: ["sub", "iat", "exp"],
  });
  return payload;
}

/** Starts the browser of a test file. Each sign-in uses a context of its own. */
export async function startBrowser() {
  const { browser, close } = await openBrowser();
  return {
    browser,
    close,
    /** Signs in at an authorization URL. Returns the kinds of the pages and the response. */
    async authorize(url, { redirectUri, context, ...more } = {}) {
      const usedContext = context ?? (await browser.newContext());
      const callback = await listenForResponse(redirectUri);
      const page = await usedContext.newPage();
      try {
        await page.goto(String(url));
        const pages = await signIn(page, { origin: dev.origin, ...dev.user, ...more });
        return { pages, ...(await callback.response()) };
      } finally {
        await page.close();
        await callback.close();
        if (!context) await usedContext.close();
      }
    },
  };
}

const SUFFIX =
  / Trace ID: ([0-9a-f-]{36}) Correlation ID: ([0-9a-f-]{36}) Timestamp: [0-9-]{10} [0-9:]{8}Z$/;

/** Checks error, number and ids in the JSON of a refusal, and the page at its `error_uri`. */
export async function assertRefusal(body, error, number) {
  assert.equal(body.error, error, JSON.stringify(body));
  assert.equal(body.error_codes[0], number, JSON.stringify(body));
  assert.match(body.error_description, new RegExp(`^AADSTS${number}: `));
  const [, trace, correlation] = SUFFIX.exec(body.error_description) ?? [];
  assert.equal(trace, body.trace_id);
  assert.equal(correlation, body.correlation_id);
  // A service for development names the request too.
  const uri = `/error?code=${number}&request=${body.trace_id}`;
  assert.ok(body.error_uri.endsWith(uri), body.error_uri);
  const page = await fetch(body.error_uri);
  assert.equal(page.status, 200);
  assert.ok((await page.text()).includes(String(number)));
}
