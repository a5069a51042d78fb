// A single-page app with MSAL for browsers, in the distribution's Chromium.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessToken, dev, startBrowser } from "../node/dev.mjs";
import { serveApp } from "../spa/server.mjs";
import { App } from "./authenticator_app.mjs";
import { signIn } from "./sign_in.mjs";
import { screenshot } from "./screenshots.mjs";
import { addUser } from "./users.mjs";

const spa = dev.client("spa");
const redirectUri = spa.redirect_uris.find((uri) => uri === "http://localhost:5173/");
const audience = [];

let chromium;
let app;
before(async () => {
  chromium = await startBrowser();
  const auth = {
    clientId: spa.client_id,
    authority: dev.authority,
    knownAuthorities: [dev.host],
    redirectUri,
    clientCapabilities: ["cp1"],
  };
  const largeOrders = `${dev.origin}/demo-app/orders/large`;
  app = await serveApp({ redirectUri, config: { auth, scope: dev.scope, largeOrders }, check: api });
});
after(async () => {
  app?.close();
  await chromium.close();
});

/** Validates a token as an API does: signature, issuer, type, audience and scope. */
async function api(token) {
  const claims = await accessToken(token, { azp: spa.client_id, azpacr: "0" });
  audience.push(claims.aud);
  assert.ok(claims.scp.split(" ").includes(dev.scope.split("/").pop()));
  return claims;
}

async function openApp(context) {
  const page = await context.newPage();
  await page.goto(redirectUri);
  await page.waitForSelector("body[data-ready=yes]");
  return page;
}

async function resultOf(page, button) {
  await page.click(button);
  await page.waitForFunction(() => document.getElementById("result").textContent !== "");
  return JSON.parse(await page.locator("#result").innerText());
}

async function signInToApp(context, user = dev.user) {
  const page = await openApp(context);
  await page.click("#log-in");
  await page.waitForURL((url) => url.origin === dev.origin);
  const pages = await signIn(page, { origin: dev.origin, ...user });
  await page.waitForSelector("body[data-ready=yes]");
  return { page, pages };
}

test("the app signs in, calls its API, and renews an expired token", async () => {
  // The API validates each token; renewed tokens differ, but have the same user.
  const context = await chromium.browser.newContext();
  const { page, pages } = await signInToApp(context);
  assert.ok(pages.includes("sign-in"), pages.join());
  assert.equal(await page.locator("#account").innerText(), `${dev.user.username} is signed in`);

  const first = await resultOf(page, "#call");
  assert.equal(first.status, 200, JSON.stringify(first));
  assert.equal(first.claims.preferred_username ?? dev.user.username, dev.user.username);
  await screenshot(page, "single-page-app");

  const renewed = await resultOf(page, "#renew");
  assert.equal(renewed.fromCache, false, JSON.stringify(renewed));
  assert.notEqual(renewed.token, first.token);
  assert.equal(renewed.claims.oid, first.claims.oid);
  assert.equal((await resultOf(page, "#call")).fromCache, true);

  // Two hours later the cached token has expired, and the app uses its refresh token.
  await page.clock.setSystemTime(Date.now() + 2 * 60 * 60 * 1000);
  const afterExpiry = await resultOf(page, "#call");
  assert.equal(afterExpiry.fromCache, false, JSON.stringify(afterExpiry));
  assert.equal(afterExpiry.status, 200, JSON.stringify(afterExpiry));
  assert.notEqual(afterExpiry.token, renewed.token);
  assert.equal(new Set(audience.map(String)).size, 1);
  await context.close();
});

test("the app gets a stronger token after a claims challenge of an API", async () => {
  // The API refuses a token of the password alone. MSAL passes its challenge on, silently and then
  // with a page, on which the user sets up an authenticator app.
  const user = addUser("step-up-browser@demo.example", dev.tenant.name);
  const context = await chromium.browser.newContext();
  const { page } = await signInToApp(context, user);
  await page.click("#large-orders");
  await page.waitForURL((url) => url.origin === dev.origin);
  const pages = await signIn(page, { origin: dev.origin, ...user, app: new App() });
  assert.ok(pages.includes("authenticator-app"), pages.join());
  await page.waitForSelector("body[data-ready=yes]");
  const reason = await page.evaluate(() => sessionStorage.getItem("reason"));
  assert.match(reason, /^invalid_grant basic_action \{"access_token":\{"acrs":/);
  const { status, token } = await resultOf(page, "#large-orders");
  assert.equal(status, 200);
  await accessToken(token, { acr: "mfa", acrs: ["c1"], xms_cc: ["cp1"] });
  await context.close();
});

test("the app gets access_denied after a cancelled consent", async () => {
  // Cancels the consent page: MSAL reports access_denied, and no user is signed in.
  const context = await chromium.browser.newContext();
  const page = await openApp(context);
  await page.click("#ask-again");
  await page.waitForURL((url) => url.origin === dev.origin);
  await signIn(page, { origin: dev.origin, ...dev.user, consent: false });
  await page.waitForFunction(() => document.getElementById("result").textContent !== "");
  assert.equal(JSON.parse(await page.locator("#result").innerText()).failed, "access_denied");
  assert.equal(await page.locator("#account").innerText(), "no user is signed in");
  await context.close();
});

test("only a registered origin may read responses of the token endpoint", async () => {
  // Sends the same request from the app's page and from a page of another origin (CORS).
  const context = await chromium.browser.newContext();
  const page = await context.newPage();
  const otherOrigin = "https://other.example/";
  await page.route(otherOrigin, (route) =>
    route.fulfill({ contentType: "text/html", body: "another origin" }),
  );
  const errorFrom = async (origin) => {
    await page.goto(origin);
    return page.evaluate(
      async ([url, clientId]) => {
        const form = { client_id: clientId, grant_type: "refresh_token", refresh_token: "x" };
        const response = fetch(url, { method: "POST", body: new URLSearchParams(form) });
        return response.then(
          async (received) => (await received.json()).error,
          (error) => error.name,
        );
      },
      [`${dev.authority}/oauth2/v2.0/token`, spa.client_id],
    );
  };
  assert.equal(await errorFrom(redirectUri), "invalid_grant");
  assert.equal(await errorFrom(otherOrigin), "TypeError");
  await context.close();
});
