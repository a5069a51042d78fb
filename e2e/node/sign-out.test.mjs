// openid-client, unmodified: RP-initiated logout, and logout tokens for an app that takes them and
// for one that never answers.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { createRemoteJWKSet, jwtVerify } from "jose";
import * as client from "openid-client";
import { listenForResponse } from "../browser/callback.mjs";
import { clickAndWait } from "../browser/sign_in.mjs";
import { recordSecrets } from "../secrets.mjs";
import { dev, startBrowser } from "./dev.mjs";

const REDIRECT_URI = "http://localhost:5000/callback";
const SIGNED_OUT_URI = "http://localhost:5000/signed-out";
const EVENT = "http://schemas.openid.net/event/backchannel-logout";
const secret = randomBytes(32).toString("base64url");
recordSecrets(secret);

let chromium;
let answering;
let hanging;
const keys = createRemoteJWKSet(new URL(`${dev.authority}/discovery/v2.0/keys`));

/** An app that receives logout tokens. Without an answer, its connections stay open. */
async function receiver(answers) {
  const received = [];
  const server = createServer(async (request, reply) => {
    let body = "";
    for await (const part of request) body += part;
    received.push(new URLSearchParams(body));
    if (answers) reply.end();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const uri = `http://localhost:${server.address().port}/backchannel-logout`;
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { received, uri, close };
}

function declare(apps) {
  const tables = apps.map(
    ([name, uri]) => `
[[tenants.clients]]
name = "${name}"
client_id = "${name}"
redirect_uris = { web = ["${REDIRECT_URI}"] }
secrets = [{ id = "e2e", secret = "${secret}" }]
admin_consent = true
post_logout_redirect_uris = ["${SIGNED_OUT_URI}"]
backchannel_logout_uri = "${uri}"
`,
  );
  const file = join(mkdtempSync(join(tmpdir(), "admit-sign-out-")), "apps.toml");
  writeFileSync(file, `[[tenants]]\nname = "${dev.tenant.name}"\n${tables.join("")}`);
  execFileSync(process.env.ADMIT_BINARY, ["apply", file, "--data", process.env.ADMIT_DATA]);
}

before(async () => {
  [chromium, answering, hanging] = await Promise.all([
    startBrowser(),
    receiver(true),
    receiver(false),
  ]);
  declare([
    ["answering-app", answering.uri],
    ["hanging-app", hanging.uri],
  ]);
  // The running service reads the new rows within a second.
  await pause(1_500);
});

after(async () => {
  answering.close();
  hanging.close();
  await chromium.close();
});

async function signIn(name, context, more = {}) {
  const config = await client.discovery(new URL(dev.issuer), name, secret);
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const expectedState = client.randomState();
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT_URI,
    scope: "openid",
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
    state: expectedState,
    ...more,
  });
  const response = await chromium.authorize(url, { redirectUri: REDIRECT_URI, context });
  if (response.parameters.error) return { config, error: response.parameters.error };
  const checks = { pkceCodeVerifier, expectedState, idTokenExpected: true };
  const tokens = await client.authorizationCodeGrant(config, response.url, checks);
  recordSecrets(tokens.id_token);
  return { config, tokens };
}

async function waitFor(condition) {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (condition()) return;
    await pause(100);
  }
  throw new Error("the logout token did not arrive within 10 seconds");
}

test("a sign-out ends the session, and both apps get a logout token", async () => {
  // Signs in to two apps with one session, and signs out of the first one. The browser is back at
  // the app although the second one never answers.
  const context = await chromium.browser.newContext();
  const { config, tokens } = await signIn("answering-app", context);
  const second = await signIn("hanging-app", context);
  const url = client.buildEndSessionUrl(config, {
    id_token_hint: tokens.id_token,
    post_logout_redirect_uri: SIGNED_OUT_URI,
    state: "a state & more",
  });
  const callback = await listenForResponse(SIGNED_OUT_URI);
  const page = await context.newPage();
  await page.goto(String(url));
  const { parameters } = await callback.response();
  await callback.close();
  assert.deepEqual(parameters, { state: "a state & more" });

  await waitFor(() => answering.received.length > 0 && hanging.received.length > 0);
  for (const [app, name, signedIn] of [
    [answering, "answering-app", tokens],
    [hanging, "hanging-app", second.tokens],
  ]) {
    const [form] = app.received;
    assert.deepEqual([...form.keys()], ["logout_token"]);
    const { payload } = await jwtVerify(form.get("logout_token"), keys, {
      issuer: dev.issuer,
      audience: name,
      typ: "logout+jwt",
      algorithms: ["RS256"],
      requiredClaims: ["sub", "sid", "iat", "exp", "jti"],
    });
    assert.deepEqual(payload.events, { [EVENT]: {} });
    assert.equal(payload.nonce, undefined);
    assert.equal(payload.sid, signedIn.claims().sid);
    assert.equal(payload.sub, signedIn.claims().sub);
  }
  assert.equal(answering.received.length, 1);

  const silent = await signIn("answering-app", context, { prompt: "none" });
  assert.equal(silent.error, "login_required");
  await context.close();
});

test("a sign-out without a hint asks, and leads to no app", async () => {
  // Sends `client_id` and a registered URI, and presses the button; then an unregistered URI.
  const context = await chromium.browser.newContext();
  const { config } = await signIn("answering-app", context);
  const page = await context.newPage();
  const url = (uri) => client.buildEndSessionUrl(config, { post_logout_redirect_uri: uri });
  await page.goto(String(url("https://other.example/signed-out")));
  assert.match(await page.locator("#error-number").innerText(), /88000350/);
  await page.goto(String(url(SIGNED_OUT_URI)));
  assert.ok((await page.locator("main").innerText()).includes(dev.user.username));
  await clickAndWait(page, "#confirm-sign-out");
  await page.locator("#signed-out").waitFor();
  assert.ok(page.url().startsWith(`${dev.origin}/`));
  const silent = await signIn("answering-app", context, { prompt: "none" });
  assert.equal(silent.error, "login_required");
  await context.close();
});
