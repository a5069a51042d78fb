// The account pages and the second step of a sign-in: an authenticator app and recovery codes, in
// every viewport, without script, and by keyboard.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { dev, startBrowser } from "../node/dev.mjs";
import { recordSecrets } from "../secrets.mjs";
import { App } from "./authenticator_app.mjs";
import { listenForResponse } from "./callback.mjs";
import { authorizeUrl, redirectUri } from "./requests.mjs";
import { clickAndWait, submitCredentials } from "./sign_in.mjs";
import { VIEWPORTS, inspect, newContext as newContextIn } from "./viewports.mjs";

let chromium;
before(async () => (chromium = await startBrowser()));
after(() => chromium.close());

const newContext = (options) => newContextIn(chromium.browser, options);
// Another user than that of the other tests, which run at the same time.
const user = dev.tenant.users.find(({ username }) => username.startsWith("budi@"));
const account = `${dev.authority}/account`;

async function signInWithPassword(page) {
  await submitCredentials(page, user);
}

/** Adds an app on the account pages. Returns it with the recovery codes. */
async function addApp(page, onPage) {
  await clickAndWait(page, "#add-app");
  await onPage("account-add-app");
  const app = new App(await page.locator("#key").innerText());
  await page.fill("#code", app.code());
  await page.fill("#name", "Phone");
  await clickAndWait(page, "#continue");
  await onPage("recovery-codes");
  const codes = await page.locator("#recovery-codes code").allInnerTexts();
  recordSecrets(...codes);
  await clickAndWait(page, "#continue");
  return { app, codes };
}

for (const [viewport, options] of Object.entries(VIEWPORTS)) {
  test(`an app is added, used and removed in the viewport ${viewport}`, async () => {
    // Adds an app with the password alone, signs out, signs in with its code and then with a
    // recovery code, and removes the app. Checks and pictures every page.
    const { context, pageErrors } = await newContext(options);
    const page = await context.newPage();
    const onPage = (kind) => inspect(page, kind, viewport);
    await page.goto(account);
    await signInWithPassword(page);
    await clickAndWait(page, "#stay-no");
    await onPage("account-password-only");
    const { app, codes } = await addApp(page, onPage);
    assert.equal(codes.length, 10);
    await onPage("account-second-step");
    await clickAndWait(page, "#sign-out");

    await signInWithPassword(page);
    await onPage("second-factor");
    await page.fill("#code", "000000");
    await clickAndWait(page, "#continue");
    assert.match(await page.locator("#problem-number").innerText(), /500121/);
    await onPage("second-factor-refused");
    await page.fill("#code", app.code());
    await page.keyboard.press("Enter");
    await page.waitForSelector("#stay-no");
    await clickAndWait(page, "#stay-no");
    await clickAndWait(page, "#sign-out");

    await signInWithPassword(page);
    await page.click("#no-app summary");
    await page.fill("#recovery-code", codes[0].toUpperCase());
    await clickAndWait(page, "#use-recovery-code");
    await clickAndWait(page, "#stay-no");
    await clickAndWait(page, "#remove-app-1");
    await onPage("account-remove-app");
    await clickAndWait(page, "#confirm");
    await page.waitForSelector("#no-second-step");
    assert.deepEqual(pageErrors, []);
    await context.close();
  });
}

test("a client that requires two factors leads a user without one to the set-up", async () => {
  // Requests an essential `acr` without script, with the keyboard alone; then signs in silently.
  const { context } = await newContext({ ...VIEWPORTS.desktop, javaScriptEnabled: false });
  const page = await context.newPage();
  const claims = JSON.stringify({ id_token: { acr: { essential: true, value: "mfa" } } });
  const callback = await listenForResponse(redirectUri);
  await page.goto(authorizeUrl({ claims }));
  await page.fill("#username", user.username);
  await page.fill("#password", user.password);
  await page.keyboard.press("Enter");
  await page.waitForSelector("#qr-code");
  const app = new App(await page.locator("#key").innerText());
  await page.locator("#code").focus();
  await page.keyboard.type(app.code());
  await page.keyboard.press("Enter");
  await page.waitForSelector("#recovery-codes");
  recordSecrets(...(await page.locator("#recovery-codes code").allInnerTexts()));
  await page.locator("#continue").focus();
  await page.keyboard.press("Enter");
  await page.waitForSelector("#stay-no");
  await clickAndWait(page, "#stay-no");
  if (await page.locator("#consent-accept").count()) await clickAndWait(page, "#consent-accept");
  const { parameters } = await callback.response();
  assert.ok(parameters.code);
  await callback.close();
  await page.goto(account);
  await clickAndWait(page, "#remove-app-1");
  await clickAndWait(page, "#confirm");
  await page.waitForSelector("#no-second-step");
  await context.close();
});
