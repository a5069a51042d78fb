// A single-page app with MSAL for browsers, in the distribution's Chromium, through the real pages.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessToken, dev, startBrowser } from "../node/dev.mjs";
import { serveApp } from "../spa/server.mjs";
import { signIn } from "./journey.mjs";
import { picture } from "./pictures.mjs";

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
  };
  app = await serveApp({ redirectUri, config: { auth, scope: dev.scope }, check: api });
});
after(async () => {
  app?.close();
  await chromium.close();
});

/** What an API does with a token: signature, issuer, type, its own audience and scope. */
async function api(token) {
  const claims = await accessToken(token, { azp: spa.client_id, azpacr: "0" });
  audience.push(claims.aud);
  assert.ok(claims.scp.split(" ").includes(dev.scope.split("/").pop()));
  return claims;
}

async function open(context) {
  const page = await context.newPage();
  await page.goto(redirectUri);
  await page.waitForSelector("body[data-ready=yes]");
  return page;
}

async function outcome(page, button) {
  await page.click(button);
  await page.waitForFunction(() => document.getElementById("result").textContent !== "");
  return JSON.parse(await page.locator("#result").innerText());
}

async function signedIn(context) {
  const page = await open(context);
  await page.click("#log-in");
  await page.waitForURL((url) => url.origin === dev.origin);
  const pages = await signIn(page, { origin: dev.origin, ...dev.user });
  await page.waitForSelector("body[data-ready=yes]");
  return { page, pages };
}

test("sign in by redirect, call the API, renew, and renew after the token is over", async () => {
  // The API validates each token as a stranger would; renewed tokens are other tokens of the same
  // person.
  const context = await chromium.browser.newContext();
  const { page, pages } = await signedIn(context);
  assert.ok(pages.includes("sign-in"), pages.join());
  assert.equal(await page.locator("#account").innerText(), `${dev.user.username} is signed in`);

  const first = await outcome(page, "#call");
  assert.equal(first.status, 200, JSON.stringify(first));
  assert.equal(first.claims.preferred_username ?? dev.user.username, dev.user.username);
  await picture(page, "single-page-app");

  const renewed = await outcome(page, "#renew");
  assert.equal(renewed.fromCache, false, JSON.stringify(renewed));
  assert.notEqual(renewed.token, first.token);
  assert.equal(renewed.claims.oid, first.claims.oid);
  assert.equal((await outcome(page, "#call")).fromCache, true);

  // Two hours on, the cached token is over, and only the refresh token can bring another.
  await page.clock.setSystemTime(Date.now() + 2 * 60 * 60 * 1000);
  const late = await outcome(page, "#call");
  assert.equal(late.fromCache, false, JSON.stringify(late));
  assert.equal(late.status, 200, JSON.stringify(late));
  assert.notEqual(late.token, renewed.token);
  assert.equal(new Set(audience.map(String)).size, 1);
  await context.close();
});

test("a cancelled consent is told to the app", async () => {
  // MSAL hands the app access_denied and nobody is signed in.
  const context = await chromium.browser.newContext();
  const page = await open(context);
  await page.click("#ask-again");
  await page.waitForURL((url) => url.origin === dev.origin);
  await signIn(page, { origin: dev.origin, ...dev.user, consent: false });
  await page.waitForFunction(() => document.getElementById("result").textContent !== "");
  assert.equal(JSON.parse(await page.locator("#result").innerText()).failed, "access_denied");
  assert.equal(await page.locator("#account").innerText(), "nobody is signed in");
  await context.close();
});

test("only a registered origin may read the token endpoint", async () => {
  // The browser itself hands the refusal to the app's page, and refuses it to a stranger's.
  const context = await chromium.browser.newContext();
  const page = await context.newPage();
  const stranger = "http://localhost:5199/";
  await page.route(stranger, (route) =>
    route.fulfill({ contentType: "text/html", body: "a stranger" }),
  );
  const ask = async (where) => {
    await page.goto(where);
    return page.evaluate(
      async ([url, clientId]) => {
        const form = { client_id: clientId, grant_type: "refresh_token", refresh_token: "x" };
        const sent = fetch(url, { method: "POST", body: new URLSearchParams(form) });
        return sent.then(
          async (answer) => (await answer.json()).error,
          (error) => error.name,
        );
      },
      [`${dev.authority}/oauth2/v2.0/token`, spa.client_id],
    );
  };
  assert.equal(await ask(redirectUri), "invalid_grant");
  assert.equal(await ask(stranger), "TypeError");
  await context.close();
});
