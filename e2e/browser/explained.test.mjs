// The error page, the page of each error number, and the search for error numbers.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { dev, startBrowser } from "../node/dev.mjs";
import { clickAndWait, submitCredentials } from "./sign_in.mjs";
import { VIEWPORTS, inspect, newContext, textOf } from "./viewports.mjs";
import { authorizeUrl } from "./requests.mjs";

let chromium;
before(async () => (chromium = await startBrowser()));
after(() => chromium.close());

const search = (query, more = "") =>
  `${dev.origin}/error?q=${encodeURIComponent(query)}${more}`;

/** Returns the labels of the error numbers in a list. */
const labels = (page, list) => page.locator(`${list} code`).allInnerTexts();

for (const [viewport, options] of Object.entries(VIEWPORTS)) {
  test(`error pages and error numbers pass all checks in the viewport ${viewport}`, async () => {
    // Takes a screenshot of each page and checks it; no page has script or policy errors.
    const { context, pageErrors } = await newContext(chromium.browser, options);
    const page = await context.newPage();

    const wrong = { redirect_uri: "https://app.example.com/callback/" };
    assert.equal((await page.goto(authorizeUrl(wrong))).status(), 400);
    assert.equal(await textOf(page, "#error-number"), "AADSTS50011");
    assert.ok((await textOf(page, "#description")).includes(wrong.redirect_uri));
    await inspect(page, "refused-redirect-uri", viewport);

    const unknown = { client_id: "5f1b4b8e-0000-4000-8000-000000000000" };
    assert.equal((await page.goto(authorizeUrl(unknown))).status(), 400);
    assert.equal(await textOf(page, "#error-number"), "AADSTS700016");
    await inspect(page, "refused-client", viewport);

    await clickAndWait(page, "#error-detail");
    assert.equal(new URL(page.url()).searchParams.get("code"), "700016");
    await inspect(page, "number-with-example", viewport);
    assert.ok(await page.locator("#example-request").isVisible());

    await page.goto(`${dev.origin}/error?code=50131`);
    assert.equal(await textOf(page, "#error-number"), "AADSTS50131");
    assert.ok(await page.locator("#meaning, #reason").first().isVisible());
    await inspect(page, "number-of-microsoft", viewport);

    await page.goto(`${dev.origin}/error?code=123456789`);
    await inspect(page, "number-unknown", viewport);
    assert.deepEqual(pageErrors, []);
    await context.close();
  });

  test(`the search for error numbers works in the viewport ${viewport}`, async () => {
    // Lists all numbers, and searches a number, words, misspelled words, and unknown words.
    const { context, pageErrors } = await newContext(chromium.browser, options);
    const page = await context.newPage();
    await page.goto(`${dev.origin}/error`);
    await inspect(page, "search-empty", viewport);

    const words = viewport === "indonesian" ? "URI pengalihan salah" : "wrong redirect URI";
    await page.fill("#search", words);
    await clickAndWait(page, "form button");
    assert.ok((await labels(page, "#results")).includes("AADSTS50011"));
    await inspect(page, "search-words", viewport);

    await page.goto(search("AADSTS50011"));
    assert.deepEqual(await labels(page, "#results"), ["AADSTS50011"]);
    await page.goto(search("50011"));
    assert.equal((await labels(page, "#results"))[0], "AADSTS50011");
    const misspelled = viewport === "indonesian" ? "pengaliham" : "redirct";
    await page.goto(search(misspelled));
    assert.ok((await labels(page, "#results")).includes("AADSTS50011"));
    await inspect(page, "search-misspelled", viewport);

    await page.goto(search("<b>zzzqqqxxx</b>"));
    assert.equal(await page.locator("#results").count(), 0);
    assert.ok((await textOf(page, "#found")).includes("<b>zzzqqqxxx</b>"));
    await inspect(page, "search-nothing", viewport);
    assert.deepEqual(pageErrors, []);
    await context.close();
  });
}

test("a language that is chosen on a page applies to the next pages", async () => {
  // Switches to Indonesian and back, on an error page, a search and a number; then follows links.
  const { context } = await newContext(chromium.browser, VIEWPORTS.desktop);
  const page = await context.newPage();
  const lang = () => page.locator("html").getAttribute("lang");
  const current = ".languages [aria-current]";
  const addresses = [authorizeUrl({ client_id: "nobody" }), search("50011"), search("secret")];
  for (const url of addresses) {
    await page.goto(url);
    assert.equal(await lang(), "en");
    const english = await textOf(page, "h1");
    await clickAndWait(page, ".languages [value=id]");
    assert.equal(page.url(), url);
    assert.equal(await lang(), "id");
    assert.notEqual(await textOf(page, "h1"), english);
    assert.equal(await textOf(page, current), "Bahasa Indonesia");
    await clickAndWait(page, ".languages [value=en]");
    assert.equal(await lang(), "en");
  }
  await clickAndWait(page, ".languages [value=id]");
  await clickAndWait(page, "#results a");
  assert.equal(await lang(), "id");
  await page.goto(authorizeUrl({ client_id: "nobody", ui_locales: "en" }));
  assert.equal(await lang(), "id");
  await context.close();
});

test("the search for error numbers works by keyboard and without script", async () => {
  // Without script: Tab to the field, type, Enter, Tab to the first result, Enter.
  const options = { ...VIEWPORTS.desktop, javaScriptEnabled: false };
  const { context } = await newContext(chromium.browser, options);
  const page = await context.newPage();
  await page.goto(`${dev.origin}/error`);
  const tabTo = async (selector) => {
    for (let turn = 0; turn < 30; turn += 1) {
      await page.keyboard.press("Tab");
      if ((await page.locator(`${selector}:focus`).count()) > 0) return;
    }
    assert.fail(`${selector} cannot be reached by Tab on ${page.url()}`);
  };
  const pressEnter = async () => {
    const navigation = page.waitForEvent("framenavigated");
    await page.keyboard.press("Enter");
    await navigation;
  };
  await tabTo("#search");
  await page.keyboard.type("AADSTS7000215");
  await pressEnter();
  await tabTo("#results a");
  await pressEnter();
  assert.equal(await textOf(page, "#error-number"), "AADSTS7000215");
  await context.close();
});

/** Blocks all writers of a database while `action` runs, as a full disk would. */
async function withLockedDatabase(database, action) {
  const program =
    "import sqlite3, sys; db = sqlite3.connect(sys.argv[1], isolation_level=None); " +
    "db.execute('BEGIN IMMEDIATE'); print('locked', flush=True); sys.stdin.read()";
  const locker = spawn("python3", ["-c", program, database], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  try {
    await once(locker.stdout, "data");
    return await action();
  } finally {
    locker.stdin.end();
    await once(locker, "close");
  }
}

// The ledger on PostgreSQL is no file that could be locked.
const skip = process.env.ADMIT_POSTGRES_URL !== undefined;
test("a fault of the service has an error page and can be reported", { skip }, async () => {
  // Signs in while the ledger is locked: the error page has the number of a fault.
  for (const [viewport, options] of Object.entries(VIEWPORTS)) {
    const { context, pageErrors } = await newContext(chromium.browser, options);
    const page = await context.newPage();
    await page.goto(authorizeUrl());
    const ledger = `${process.env.ADMIT_DATA}/ledger.db`;
    await withLockedDatabase(ledger, () => submitCredentials(page, dev.user));
    assert.match(await textOf(page, "#error-number"), /^AADSTS(50000|90033|90012)$/);
    assert.equal(await page.locator("#report").count(), 1);
    await inspect(page, "failure", viewport);
    assert.deepEqual(pageErrors, []);
    await context.close();
  }
});
