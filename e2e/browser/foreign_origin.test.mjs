// A page of an origin that no app registered: it can read why its requests are refused, and nothing
// else.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { dev, startBrowser } from "../node/dev.mjs";
import { authorizeUrl, pkce, redirectUri, token, web } from "./requests.mjs";

// Not a host that `admit dev` takes for loopback; browsers resolve it to 127.0.0.1.
const PAGE = "http://foreign.localhost:5448/";
const TOKEN = `${dev.authority}/oauth2/v2.0/token`;
const REVOKE = `${dev.authority}/oauth2/v2.0/revoke`;
const USERINFO = `${dev.authority}/oidc/userinfo`;
const FORM = { "content-type": "application/x-www-form-urlencoded" };

const secret = { client_id: web.client_id, client_secret: web.client_secret };
const spa = { client_id: dev.client("spa").client_id };

let chromium;
let context;
let server;
let page;
/** Status and headers of every response to the page, preflights and blocked ones included. */
const received = [];
let tokens;

before(async () => {
  server = createServer((_, reply) => {
    reply.setHeader("content-type", "text/html").end("<!doctype html><title>Foreign</title>");
  });
  await new Promise((listening) => server.listen(5448, "127.0.0.1", listening));
  chromium = await startBrowser();
  // The user is signed in, so that a request with cookies would have a session.
  context = await chromium.browser.newContext();
  tokens = await signedIn();
  page = await context.newPage();
  await page.goto(PAGE);
  const network = await context.newCDPSession(page);
  await network.send("Network.enable");
  network.on("Network.responseReceivedExtraInfo", ({ statusCode, headers }) => {
    const names = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
    received.push({ status: statusCode, headers: Object.fromEntries(names) });
  });
});
after(async () => {
  await chromium?.close();
  server?.close();
  server?.closeAllConnections();
});

async function signedIn() {
  const { verifier, challenge } = pkce();
  const scope = `openid offline_access ${dev.scope}`;
  const url = authorizeUrl({ code_challenge: challenge, scope });
  const { parameters } = await chromium.authorize(url, { redirectUri, context, stay: true });
  return token({
    grant_type: "authorization_code",
    code: parameters.code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
    ...secret,
  });
}

/** Sends a request from the foreign page. Returns status and text, or null if it reads nothing. */
function send(url, { form, ...options } = {}) {
  const headers = { ...(form && FORM), ...options.headers };
  const body = form && new URLSearchParams(form).toString();
  const request = { ...options, ...(form && { method: "POST", body }), headers };
  return page.evaluate(
    async ([url, request]) => {
      try {
        const response = await fetch(url, request);
        return { status: response.status, text: await response.text() };
      } catch {
        return null;
      }
    },
    [url, request],
  );
}

async function assertReads(number, error, url, request) {
  const response = await send(url, request);
  assert.ok(response, `the page cannot read ${number} of ${url}`);
  assert.ok(response.status >= 400 && response.status < 500, String(response.status));
  const body = JSON.parse(response.text);
  assert.deepEqual([body.error, body.error_codes[0]], [error, number], response.text);
}

test("a foreign page reads the number of each refusal", async () => {
  // Mistakes that developers of pages make first, at each endpoint that pages call.
  const code = { grant_type: "authorization_code", code: "ac.x.y", redirect_uri: redirectUri };
  const refresh = { grant_type: "refresh_token", refresh_token: tokens.refresh_token };
  const magic = { grant_type: "magic", ...secret };
  await assertReads(70003, "unsupported_grant_type", TOKEN, { form: magic });
  const noSecret = { client_id: web.client_id };
  await assertReads(7000218, "invalid_client", TOKEN, { form: { ...code, ...noSecret } });
  await assertReads(9002326, "invalid_request", TOKEN, { form: { ...refresh, ...secret } });
  await assertReads(88000056, "invalid_request", TOKEN, { form: { ...code, ...spa } });
  await assertReads(88000056, "invalid_request", REVOKE, { form: { token: "x", ...spa } });
  await assertReads(7000218, "invalid_client", REVOKE, { form: { token: "x", ...noSecret } });
});

test("a preflight of a foreign page leads to the refusal", async () => {
  // Headers and methods that make the browser ask first: a DPoP proof, a token, and PUT.
  await assertReads(9002326, "invalid_request", TOKEN, {
    form: { grant_type: "refresh_token", refresh_token: tokens.refresh_token, ...secret },
    headers: { dpop: "x" },
  });
  const authorization = "Bearer nonsense";
  await assertReads(88000141, "invalid_token", USERINFO, { headers: { authorization } });
  // A method that the endpoint does not have is not allowed by the preflight.
  assert.equal(await send(TOKEN, { method: "PUT" }), null);
});

test("a foreign page never reads a success", async () => {
  // Requests that succeed for the client itself: with its secret, and with a valid token.
  const { client_id: id, client_secret: own } = dev.client("daemon");
  const ownToken = {
    grant_type: "client_credentials",
    client_id: id,
    client_secret: own,
    scope: dev.defaultScope,
  };
  assert.ok((await token(ownToken)).access_token);
  const refused = await send(TOKEN, { form: ownToken });
  assert.ok(refused === null || refused.status >= 400, refused?.text);
  assert.ok(!refused?.text.includes("access_token"), refused?.text);
  const authorization = `Bearer ${tokens.access_token}`;
  const claims = await send(USERINFO, { headers: { authorization } });
  assert.ok(claims === null || claims.status >= 400, claims?.text);
  assert.ok(!claims?.text.includes("sub"), claims?.text);
  const revoked = await send(REVOKE, { form: { token: tokens.refresh_token, ...secret } });
  assert.ok(revoked === null || revoked.status >= 400, revoked?.text);
  // The refused requests changed nothing: the refresh token still works.
  const refresh = { grant_type: "refresh_token", refresh_token: tokens.refresh_token };
  assert.ok((await token({ ...refresh, ...secret })).access_token);
});

test("a foreign page reads no page and no other endpoint", async () => {
  // Fetches each with and without the cookies of the signed-in user, and with a header that makes
  // the browser ask first.
  const introspect = { form: { token: tokens.access_token, ...secret } };
  for (const [path, request] of [
    [authorizeUrl({ prompt: "none" })],
    [authorizeUrl()],
    [`${dev.authority}/choose-account`, { form: { account: "x" } }],
    [`${dev.authority}/sign-in`, { form: { username: "x" } }],
    [`${dev.authority}/consent`, { form: {} }],
    [`${dev.origin}/admin`],
    [`${dev.origin}/admin/requests`],
    [`${dev.origin}/admin/tickets`],
    [`${dev.authority}/oauth2/v2.0/explain`, { form: { trace_id: "x", ...secret } }],
    [`${dev.authority}/oauth2/v2.0/introspect`, introspect],
    [`${dev.origin}/report`],
    [`${dev.origin}/report`, { form: { trace_id: "x" } }],
    [`${dev.origin}/error?code=50011`],
    [`${dev.origin}/nowhere`],
  ]) {
    for (const credentials of ["include", "omit"]) {
      assert.equal(await send(path, { ...request, credentials }), null, `${path} (${credentials})`);
    }
    const asked = { ...request, headers: { "x-asked-first": "1" } };
    assert.equal(await send(path, asked), null, `${path} (preflight)`);
  }
});

test("cookies of the user are never offered to a foreign page", async () => {
  // With credentials even a refusal is unreadable. No response of this file allowed them.
  const form = { grant_type: "magic", ...secret };
  assert.equal(await send(TOKEN, { form, credentials: "include" }), null);
  assert.ok(received.length > 30, `only ${received.length} responses were seen`);
  assert.ok(received.some(({ status }) => status === 204), "no preflight was seen");
  for (const { status, headers } of received) {
    const described = JSON.stringify({ status, headers });
    assert.equal(headers["access-control-allow-credentials"], undefined, described);
    const allowed = headers["access-control-allow-origin"];
    assert.ok([undefined, "*"].includes(allowed), described);
    if (allowed === "*") assert.ok(status === 204 || status >= 400, described);
  }
});
