// The language switch keeps what was typed, on every kind of form.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { dev, startBrowser } from "../node/dev.mjs";
import { authorizeUrl } from "./requests.mjs";
import { clickAndWait, signIn } from "./sign_in.mjs";
import { VIEWPORTS, newContext } from "./viewports.mjs";

let chromium;
before(async () => (chromium = await startBrowser()));
after(() => chromium.close());

/** Switches to a language, and asserts that the page has it. */
async function switchTo(page, language) {
  await clickAndWait(page, `.languages [value=${language}]`);
  assert.equal(await page.locator("html").getAttribute("lang"), language, page.url());
}

/** Types into fields, switches to Indonesian and back, and asserts that the fields are kept. */
async function assertKept(page, fields) {
  for (const [id, value] of Object.entries(fields)) await page.fill(`#${id}`, value);
  for (const language of ["id", "en"]) {
    await switchTo(page, language);
    for (const [id, value] of Object.entries(fields)) {
      assert.equal(await page.inputValue(`#${id}`), value, `#${id} at ${page.url()}`);
    }
  }
}

test("what was typed survives the language switch, without script", async () => {
  // The sign-in form, the report form and the page after it, and the searches of administration.
  const options = { ...VIEWPORTS.desktop, javaScriptEnabled: false };
  const { context } = await newContext(chromium.browser, options);
  const page = await context.newPage();
  await page.goto(authorizeUrl());
  await assertKept(page, { username: "rina@demo.example" });

  await page.goto(authorizeUrl({ redirect_uri: "https://app.example.com/callback/language" }));
  await clickAndWait(page, "#report");
  await assertKept(page, { text: "It worked <b>yesterday</b>.", address: "rina@demo.example" });
  await clickAndWait(page, "#send-report");
  const ticket = await page.locator("#ticket").innerText();
  for (const language of ["id", "en"]) {
    await switchTo(page, language);
    assert.equal(await page.locator("#ticket").innerText(), ticket);
  }

  await page.goto(`${dev.origin}/admin`);
  await assertKept(page, { tenant: dev.tenant.name });
  await clickAndWait(page, "#continue");
  await signIn(page, { origin: dev.origin, ...dev.administrator });
  await assertKept(page, { user: dev.user.username, client: "web & co" });
  await page.goto(`${dev.origin}/admin/tickets`);
  await assertKept(page, { number: "AADSTS50011" });
  await page.goto(`${dev.origin}/error`);
  await assertKept(page, { search: "redirect uri" });
  await context.close();
});
