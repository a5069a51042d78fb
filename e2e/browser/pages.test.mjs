// The sign-in pages: in every viewport, by keyboard only, without script, and for screen readers.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { dev, startBrowser } from "../node/dev.mjs";
import { listenForResponse } from "./callback.mjs";
import { clickAndWait, signIn, submitCredentials, waitForPage } from "./sign_in.mjs";
import { VIEWPORTS, accessibility, inspect, newContext as newContextIn, textOf } from "./viewports.mjs";
import { screenshot } from "./screenshots.mjs";
import { authorizeUrl, redirectUri } from "./requests.mjs";

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

let chromium;
before(async () => (chromium = await startBrowser()));
after(() => chromium.close());

const newContext = (options) => newContextIn(chromium.browser, options);

const headings = {};

for (const [viewport, options] of Object.entries(VIEWPORTS)) {
  test(`the sign-in pages pass all checks in the viewport ${viewport}`, async () => {
    // Visits all pages of a sign-in; takes a screenshot of each, and checks it.
    const { context, pageErrors } = await newContext(options);
    const kinds = new Set();
    const onPage = async (kind, page) => {
      kinds.add(kind);
      await inspect(page, kind, viewport);
      headings[`${kind}-${viewport}`] = await page.locator("h1").first().innerText();
    };
    const authorize = (more) =>
      chromium.authorize(authorizeUrl(more), { redirectUri, context, onPage });
    assert.ok((await authorize({ prompt: "consent" })).parameters.code);
    assert.ok((await authorize({ prompt: "select_account" })).parameters.code);

    const page = await context.newPage();
    const refused = await page.goto(authorizeUrl({ redirect_uri: "https://elsewhere.example/" }));
    assert.equal(refused.status(), 400);
    await inspect(page, "error", viewport);
    const text = (id) => textOf(page, id);
    assert.match(await text("#error-number"), /50011/);
    assert.match(await text("#trace-id"), GUID);
    assert.match(await text("#correlation-id"), GUID);
    assert.match(await text("#timestamp"), /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/);
    assert.equal(await text("#trace-id"), refused.headers()["x-ms-request-id"]);

    await page.goto(`${dev.origin}/error?code=50011`);
    await inspect(page, "explanation", viewport);
    assert.deepEqual([...kinds].sort(), ["accounts", "consent", "sign-in", "stay"]);
    assert.deepEqual(pageErrors, []);
    await context.close();
  });
}

test("the Indonesian pages have other headings than the English ones", () => {
  // Compares the headings that the tests above collected.
  const kinds = Object.keys(headings).filter((name) => name.endsWith("-desktop"));
  assert.equal(kinds.length, 4);
  for (const kind of kinds) {
    assert.notEqual(headings[kind], headings[kind.replace("-desktop", "-indonesian")], kind);
  }
});

test("ui_locales takes precedence over the language of the browser", async () => {
  // Requests Indonesian in an English browser.
  const { context } = await newContext(VIEWPORTS.desktop);
  const page = await context.newPage();
  await page.goto(authorizeUrl({ ui_locales: "id" }));
  assert.match(await page.locator("html").getAttribute("lang"), /^id/);
  await context.close();
});

test("a wrong password and an unknown user have the same message", async () => {
  // Submits both, compares the messages and the fields, and then signs in with the right password.
  const { context } = await newContext(VIEWPORTS.desktop);
  const callback = await listenForResponse(redirectUri);
  const page = await context.newPage();
  await page.goto(authorizeUrl());
  const messages = [];
  for (const username of ["nobody@demo.example", dev.user.username]) {
    await submitCredentials(page, { username, password: "not-the-password" });
    assert.equal(await waitForPage(page, dev.origin), "sign-in");
    assert.equal(await page.inputValue("#username"), username);
    assert.equal(await page.inputValue("#password"), "");
    const message = await page.locator("[role=alert]").innerText();
    messages.push(message.replaceAll(username, "…").replace(/[0-9a-f-]{36}/, "…"));
  }
  assert.equal(messages[0], messages[1]);
  await screenshot(page, "sign-in-refused");
  assert.deepEqual(await accessibility(page), []);
  await signIn(page, { origin: dev.origin, ...dev.user });
  assert.ok((await callback.response()).parameters.code);
  await callback.close();
  await context.close();
});

test("the keyboard alone is enough to sign in", async () => {
  // Uses Tab and Enter only: each focused element has a visible focus, and the app gets its code.
  const { context } = await newContext(VIEWPORTS.desktop);
  const callback = await listenForResponse(redirectUri);
  const page = await context.newPage();
  const focus = async (id) => {
    for (let turn = 0; turn < 30; turn += 1) {
      if (await page.evaluate((wanted) => document.activeElement?.id === wanted, id)) return;
      await page.keyboard.press("Tab");
    }
    assert.fail(`#${id} cannot be reached by Tab on ${page.url()}`);
  };
  const pressEnterOn = async (id) => {
    await focus(id);
    const hasOutline = await page.evaluate(() => {
      const { outlineStyle, boxShadow } = getComputedStyle(document.activeElement);
      return outlineStyle !== "none" || boxShadow !== "none";
    });
    assert.ok(hasOutline, `#${id} shows that it has the focus`);
    const navigation = page.waitForEvent("framenavigated", (frame) => frame === page.mainFrame());
    await page.keyboard.press("Enter");
    await navigation;
  };
  await page.goto(authorizeUrl({ prompt: "consent" }));
  for (;;) {
    const kind = await waitForPage(page, dev.origin);
    if (kind === null) break;
    if (kind === "sign-in") {
      await focus("username");
      await page.keyboard.type(dev.user.username);
      await page.keyboard.press("Tab");
      await focus("password");
      await page.keyboard.type(dev.user.password);
    }
    await pressEnterOn({ "sign-in": "sign-in", stay: "stay-yes", consent: "consent-accept" }[kind]);
  }
  assert.ok((await callback.response()).parameters.code);
  await callback.close();
  await context.close();
});

for (const responseMode of ["query", "fragment", "form_post"]) {
  test(`a user signs in without script, by ${responseMode}`, async () => {
    // Visits all pages without script; the form_post response is submitted by its button.
    const { context } = await newContext({ ...VIEWPORTS.desktop, javaScriptEnabled: false });
    const callback = await listenForResponse(redirectUri);
    const page = await context.newPage();
    await page.goto(authorizeUrl({ prompt: "consent", response_mode: responseMode }));
    const origin = dev.origin;
    const signedIn = signIn(page, { origin, ...dev.user });
    if (responseMode === "form_post") {
      await page.click("#continue");
    }
    await signedIn;
    const { method, parameters } = await callback.response();
    assert.equal(method, responseMode === "form_post" ? "POST" : "GET");
    if (responseMode === "fragment") {
      assert.ok(new URLSearchParams(new URL(page.url()).hash.slice(1)).get("code"));
    } else {
      assert.ok(parameters.code);
    }
    await callback.close();
    await context.close();
  });
}

test("the session outlives the browser only with stay signed in", async () => {
  // The session cookie has an expiry after Yes, and none after No.
  for (const stay of [true, false]) {
    const { context } = await newContext(VIEWPORTS.desktop);
    await chromium.authorize(authorizeUrl(), { redirectUri, context, stay });
    const cookies = await context.cookies(dev.origin);
    for (const { name, httpOnly, secure } of cookies) {
      assert.ok(name.startsWith("__Host-") && httpOnly && secure, name);
    }
    const session = cookies.find(({ name }) => name.startsWith("__Host-session"));
    assert.equal(session.expires > Date.now() / 1000 + 24 * 3600, stay);
    await context.close();
  }
});

test("another account can be used at the choice of accounts", async () => {
  // Goes from the choice of accounts to the sign-in page, and signs in as a second user.
  const second = dev.tenant.users.find(({ username }) => username !== dev.user.username);
  const { context } = await newContext(VIEWPORTS.desktop);
  await chromium.authorize(authorizeUrl(), { redirectUri, context });
  const callback = await listenForResponse(redirectUri);
  const page = await context.newPage();
  await page.goto(authorizeUrl({ prompt: "select_account" }));
  assert.equal(await waitForPage(page, dev.origin), "accounts");
  await clickAndWait(page, "#other-account");
  assert.equal(await waitForPage(page, dev.origin), "sign-in");
  await signIn(page, { origin: dev.origin, ...second });
  assert.ok((await callback.response()).parameters.code);
  await page.goto(authorizeUrl({ prompt: "select_account" }));
  assert.equal(await waitForPage(page, dev.origin), "accounts");
  const offered = (await page.locator(".account").allInnerTexts()).join("\n");
  assert.ok(offered.includes(second.username), offered);
  await screenshot(page, "accounts-two");
  assert.deepEqual(await accessibility(page), []);
  await callback.close();
  await context.close();
});
