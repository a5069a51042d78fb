// The pages of the service as people meet them: every look, the keyboard alone, no script, a screen
// reader's view.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { dev, startBrowser } from "../node/dev.mjs";
import { listenForResponse } from "./callback.mjs";
import { arrival, press, sendCredentials, signIn } from "./journey.mjs";
import { LOOKS, accessibility, inspect, person as personIn } from "./looks.mjs";
import { picture } from "./pictures.mjs";
import { authorizeUrl, redirectUri } from "./requests.mjs";

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

let chromium;
before(async () => (chromium = await startBrowser()));
after(() => chromium.close());

const person = (options) => personIn(chromium.browser, options);

const headings = {};

for (const [look, options] of Object.entries(LOOKS)) {
  test(`every page in the look ${look}`, async () => {
    // A journey past all pages; each is kept as a picture, free of axe violations and within the
    // screen.
    const { context, complaints } = await person(options);
    const met = new Set();
    const seen = async (kind, page) => {
      met.add(kind);
      await inspect(page, kind, look);
      headings[`${kind}-${look}`] = await page.locator("h1").first().innerText();
    };
    const walk = (more) => chromium.authorize(authorizeUrl(more), { redirectUri, context, seen });
    assert.ok((await walk({ prompt: "consent" })).parameters.code);
    assert.ok((await walk({ prompt: "select_account" })).parameters.code);

    const page = await context.newPage();
    const refused = await page.goto(authorizeUrl({ redirect_uri: "https://elsewhere.example/" }));
    assert.equal(refused.status(), 400);
    await inspect(page, "error", look);
    const text = async (id) => (await page.locator(id).innerText()).trim();
    assert.match(await text("#error-number"), /50011/);
    assert.match(await text("#trace-id"), GUID);
    assert.match(await text("#correlation-id"), GUID);
    assert.match(await text("#timestamp"), /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/);
    assert.equal(await text("#trace-id"), refused.headers()["x-ms-request-id"]);

    await page.goto(`${dev.origin}/error?code=50011`);
    await inspect(page, "explanation", look);
    assert.deepEqual([...met].sort(), ["accounts", "consent", "sign-in", "stay"]);
    assert.deepEqual(complaints, []);
    await context.close();
  });
}

test("the Indonesian pages are not the English ones", () => {
  // The headings of the two languages, gathered above, differ on every page.
  const kinds = Object.keys(headings).filter((name) => name.endsWith("-desktop"));
  assert.equal(kinds.length, 4);
  for (const kind of kinds) {
    assert.notEqual(headings[kind], headings[kind.replace("-desktop", "-indonesian")], kind);
  }
});

test("ui_locales chooses the language over the browser's", async () => {
  // An English browser is shown Indonesian when the client asks for it.
  const { context } = await person(LOOKS.desktop);
  const page = await context.newPage();
  await page.goto(authorizeUrl({ ui_locales: "id" }));
  assert.match(await page.locator("html").getAttribute("lang"), /^id/);
  await context.close();
});

test("a wrong password is told once, in one way, and the right one then works", async () => {
  // A wrong password and an unknown user read the same; the username stays, the password does not.
  const { context } = await person(LOOKS.desktop);
  const callback = await listenForResponse(redirectUri);
  const page = await context.newPage();
  await page.goto(authorizeUrl());
  const told = [];
  for (const username of ["nobody@demo.example", dev.user.username]) {
    await sendCredentials(page, { username, password: "not-the-password" });
    assert.equal(await arrival(page, dev.origin), "sign-in");
    assert.equal(await page.inputValue("#username"), username);
    assert.equal(await page.inputValue("#password"), "");
    told.push((await page.locator("[role=alert]").innerText()).replaceAll(username, "…"));
  }
  assert.equal(told[0], told[1]);
  await picture(page, "sign-in-refused");
  assert.deepEqual(await accessibility(page), []);
  await signIn(page, { origin: dev.origin, ...dev.user });
  assert.ok((await callback.response()).parameters.code);
  await callback.close();
  await context.close();
});

test("the keyboard alone is enough, from the first page to the app", async () => {
  // Tab and Enter only: each focused element is visible as focused, and the app gets its code.
  const { context } = await person(LOOKS.desktop);
  const callback = await listenForResponse(redirectUri);
  const page = await context.newPage();
  const goTo = async (id) => {
    for (let turn = 0; turn < 30; turn += 1) {
      if (await page.evaluate((wanted) => document.activeElement?.id === wanted, id)) return;
      await page.keyboard.press("Tab");
    }
    assert.fail(`#${id} cannot be reached by Tab on ${page.url()}`);
  };
  const pressed = async (id) => {
    await goTo(id);
    const outlined = await page.evaluate(() => {
      const { outlineStyle, boxShadow } = getComputedStyle(document.activeElement);
      return outlineStyle !== "none" || boxShadow !== "none";
    });
    assert.ok(outlined, `#${id} shows that it has the focus`);
    const moved = page.waitForEvent("framenavigated", (frame) => frame === page.mainFrame());
    await page.keyboard.press("Enter");
    await moved;
  };
  await page.goto(authorizeUrl({ prompt: "consent" }));
  for (;;) {
    const kind = await arrival(page, dev.origin);
    if (kind === null) break;
    if (kind === "sign-in") {
      await goTo("username");
      await page.keyboard.type(dev.user.username);
      await page.keyboard.press("Tab");
      await goTo("password");
      await page.keyboard.type(dev.user.password);
    }
    await pressed({ "sign-in": "sign-in", stay: "stay-yes", consent: "consent-accept" }[kind]);
  }
  assert.ok((await callback.response()).parameters.code);
  await callback.close();
  await context.close();
});

for (const responseMode of ["query", "fragment", "form_post"]) {
  test(`without script, by ${responseMode}`, async () => {
    // A browser that runs no script walks all pages; a form_post answer is sent on by its button.
    const { context } = await person({ ...LOOKS.desktop, javaScriptEnabled: false });
    const callback = await listenForResponse(redirectUri);
    const page = await context.newPage();
    await page.goto(authorizeUrl({ prompt: "consent", response_mode: responseMode }));
    const origin = dev.origin;
    const leaving = signIn(page, { origin, ...dev.user });
    if (responseMode === "form_post") {
      await page.click("#continue");
    }
    await leaving;
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

test("stay signed in outlives the browser, and otherwise the session ends with it", async () => {
  // The session cookie has an expiry after Yes and none after No.
  for (const stay of [true, false]) {
    const { context } = await person(LOOKS.desktop);
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

test("another account can be chosen", async () => {
  // From the choice of accounts to the sign-in page, and back to the app as the second person.
  const second = dev.tenant.users.find(({ username }) => username !== dev.user.username);
  const { context } = await person(LOOKS.desktop);
  await chromium.authorize(authorizeUrl(), { redirectUri, context });
  const callback = await listenForResponse(redirectUri);
  const page = await context.newPage();
  await page.goto(authorizeUrl({ prompt: "select_account" }));
  assert.equal(await arrival(page, dev.origin), "accounts");
  await press(page, "#other-account");
  assert.equal(await arrival(page, dev.origin), "sign-in");
  await signIn(page, { origin: dev.origin, ...second });
  assert.ok((await callback.response()).parameters.code);
  await page.goto(authorizeUrl({ prompt: "select_account" }));
  assert.equal(await arrival(page, dev.origin), "accounts");
  const offered = (await page.locator(".account").allInnerTexts()).join("\n");
  assert.ok(offered.includes(second.username), offered);
  await picture(page, "accounts-two");
  assert.deepEqual(await accessibility(page), []);
  await callback.close();
  await context.close();
});
