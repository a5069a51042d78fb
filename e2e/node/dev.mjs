// What `admit dev` told about itself, and how a strict resource or client reads what it gives out.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { listenForResponse } from "../browser/callback.mjs";
import { openBrowser } from "../browser/chromium.mjs";
import { signIn } from "../browser/journey.mjs";
import { keep, watchFetch } from "../secrets.mjs";

watchFetch();

const told = JSON.parse(readFileSync(process.env.ADMIT_DEV, "utf8"));
const [tenant] = told.tenants;

export const dev = {
  origin: told.origin,
  host: new URL(told.origin).host,
  tenant,
  tenantId: tenant.id,
  issuer: tenant.issuer,
  authority: `${told.origin}/${tenant.id}`,
  scope: process.env.ADMIT_SCOPE,
  defaultScope: process.env.ADMIT_DEFAULT_SCOPE,
  resource: tenant.resources[0],
  user: tenant.users.find((user) => !user.administrator),
  administrator: tenant.users.find((user) => user.administrator),
  client: (name) => tenant.clients.find((client) => client.name === name),
};

const keys = createRemoteJWKSet(new URL(`${dev.authority}/discovery/v2.0/keys`));

/** The claims of an RFC 9068 access token whose signature, type, issuer and times hold. */
export async function accessToken(token, expected = {}) {
  keep(token);
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

/** The claims of an OpenID Connect ID token for this client. */
export async function idToken(token, clientId) {
  keep(token);
  const { payload } = await jwtVerify(token, keys, {
    issuer: dev.issuer,
    audience: clientId,
    typ: "JWT",
    algorithms: ["RS256"],
    requiredClaims: ["sub", "iat", "exp"],
  });
  return payload;
}

/** The browser of one test file, signing in with contexts of their own. */
export async function startBrowser() {
  const { browser, close } = await openBrowser();
  return {
    browser,
    close,
    /** Follows an authorization URL to the redirect URI; resolves with the response there. */
    async authorize(url, { redirectUri, context, ...more } = {}) {
      const own = context ?? (await browser.newContext());
      const callback = await listenForResponse(redirectUri);
      const page = await own.newPage();
      try {
        await page.goto(String(url));
        const pages = await signIn(page, { origin: dev.origin, ...dev.user, ...more });
        return { pages, ...(await callback.response()) };
      } finally {
        await page.close();
        await callback.close();
        if (!context) await own.close();
      }
    },
  };
}

const SUFFIX =
  / Trace ID: ([0-9a-f-]{36}) Correlation ID: ([0-9a-f-]{36}) Timestamp: [0-9-]{10} [0-9:]{8}Z$/;

/** The JSON of a refusal says the right error, number and ids; its address explains it. */
export async function assertRefusal(body, error, number) {
  assert.equal(body.error, error, JSON.stringify(body));
  assert.equal(body.error_codes[0], number, JSON.stringify(body));
  assert.match(body.error_description, new RegExp(`^AADSTS${number}: `));
  const [, trace, correlation] = SUFFIX.exec(body.error_description) ?? [];
  assert.equal(trace, body.trace_id);
  assert.equal(correlation, body.correlation_id);
  assert.ok(body.error_uri.endsWith(`/error?code=${number}`), body.error_uri);
  const page = await fetch(body.error_uri);
  assert.equal(page.status, 200);
  assert.ok((await page.text()).includes(String(number)));
}
