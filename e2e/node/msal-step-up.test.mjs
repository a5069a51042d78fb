// MSAL for Node, unmodified: an API requires a stronger sign-in by a claims challenge.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  ConfidentialClientApplication,
  CryptoProvider,
  InteractionRequiredAuthError,
} from "@azure/msal-node";
import { App } from "../browser/authenticator_app.mjs";
import { addUser } from "../browser/users.mjs";
import { accessToken, dev, startBrowser } from "./dev.mjs";

const web = dev.client("web");
const [redirectUri] = web.redirect_uris;
const scopes = [dev.scope];

let chromium;
before(async () => (chromium = await startBrowser()));
after(() => chromium.close());

/** Calls the API. Returns the status and the claims challenge. */
async function largeOrders(token) {
  const response = await fetch(`${dev.origin}/demo-app/orders/large`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const challenge = response.headers.get("www-authenticate") ?? "";
  const encoded = /claims="([^"]*)"/.exec(challenge)?.[1];
  return {
    status: response.status,
    challenge,
    claims: encoded && Buffer.from(encoded, "base64").toString(),
  };
}

/** Signs in interactively, as an app does that got a challenge. */
async function interactive(application, options, more = {}) {
  const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
  const request = { scopes, redirectUri, ...more };
  const url = await application.getAuthCodeUrl({
    ...request,
    codeChallenge: challenge,
    codeChallengeMethod: "S256",
  });
  const { pages, parameters } = await chromium.authorize(url, { redirectUri, ...options });
  const { code } = parameters;
  return {
    pages,
    ...(await application.acquireTokenByCode({ ...request, code, codeVerifier: verifier })),
  };
}

test("a claims challenge of an API ends in a token of two factors", async () => {
  // Calls the API with a token of the password alone, passes its challenge on, silently and then
  // with a page, and calls the API again. The second silent call needs no page.
  const user = addUser("step-up-node@demo.example", dev.tenant.name);
  const context = await chromium.browser.newContext();
  const options = { ...user, context, app: new App() };
  const application = new ConfidentialClientApplication({
    auth: {
      clientId: web.client_id,
      clientSecret: web.client_secret,
      authority: dev.authority,
      knownAuthorities: [dev.host],
      clientCapabilities: ["cp1"],
    },
  });
  const first = await interactive(application, options);
  const weak = await accessToken(first.accessToken, { acr: "1", xms_cc: ["cp1"] });
  assert.equal(weak.acrs, undefined);
  const refused = await largeOrders(first.accessToken);
  assert.equal(refused.status, 401);
  assert.match(refused.challenge, /error="insufficient_claims"/);

  const { claims } = refused;
  const silent = { scopes, account: first.account, claims };
  const failure = await application.acquireTokenSilent(silent).catch((error) => error);
  assert.ok(failure instanceof InteractionRequiredAuthError, String(failure));
  assert.deepEqual([failure.errorCode, failure.subError], ["invalid_grant", "basic_action"]);
  assert.equal(failure.claims, claims);

  const second = await interactive(application, options, { claims });
  assert.ok(second.pages.includes("authenticator-app"), second.pages.join());
  await accessToken(second.accessToken, { acr: "mfa", acrs: ["c1"], xms_cc: ["cp1"] });
  assert.equal((await largeOrders(second.accessToken)).status, 200);

  const renewed = await application.acquireTokenSilent({ ...silent, account: second.account });
  await accessToken(renewed.accessToken, { acrs: ["c1"] });
  await context.close();
});

test("an app without the capability gets the challenge of RFC 9470", async () => {
  // Signs a user in with `acr_values` and `max_age` of the challenge. The session has one factor.
  const user = addUser("step-up-rfc9470@demo.example", dev.tenant.name);
  const context = await chromium.browser.newContext();
  const options = { ...user, context, app: new App() };
  const application = new ConfidentialClientApplication({
    auth: {
      clientId: web.client_id,
      clientSecret: web.client_secret,
      authority: dev.authority,
      knownAuthorities: [dev.host],
    },
  });
  const first = await interactive(application, options);
  const { status, challenge } = await largeOrders(first.accessToken);
  assert.equal(status, 401);
  const [, acr] = /error="insufficient_user_authentication".*acr_values="(\w+)"/.exec(challenge);
  const claims = JSON.stringify({ id_token: { acr: { essential: true, value: acr } } });
  const second = await interactive(application, options, { claims });
  await accessToken(second.accessToken, { acr });
  assert.equal((await largeOrders(second.accessToken)).status, 200);
  await context.close();
});
