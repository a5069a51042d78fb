// What a person reads who was turned down: the error page, the page of every number, the search.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { dev, startBrowser } from "../node/dev.mjs";
import { press, sendCredentials } from "./journey.mjs";
import { LOOKS, inspect, person, textOf } from "./looks.mjs";
import { authorizeUrl } from "./requests.mjs";

let chromium;
before(async () => (chromium = await startBrowser()));
after(() => chromium.close());

const search = (query, more = "") =>
  `${dev.origin}/error?q=${encodeURIComponent(query)}${more}`;

/** The labels of the numbers that a list shows. */
const labels = (page, list) => page.locator(`${list} code`).allInnerTexts();

for (const [look, options] of Object.entries(LOOKS)) {
  test(`refusals and their numbers in the look ${look}`, async () => {
    // Each page is kept as a picture, and is free of axe violations and of complaints.
    const { context, complaints } = await person(chromium.browser, options);
    const page = await context.newPage();

    const wrong = { redirect_uri: "http://localhost:5000/callback/" };
    assert.equal((await page.goto(authorizeUrl(wrong))).status(), 400);
    assert.equal(await textOf(page, "#error-number"), "AADSTS50011");
    assert.ok((await textOf(page, "#happened")).includes(wrong.redirect_uri));
    await inspect(page, "refused-redirect-uri", look);

    const unknown = { client_id: "5f1b4b8e-0000-4000-8000-000000000000" };
    assert.equal((await page.goto(authorizeUrl(unknown))).status(), 400);
    assert.equal(await textOf(page, "#error-number"), "AADSTS700016");
    await inspect(page, "refused-client", look);

    await press(page, "#lookup");
    assert.equal(new URL(page.url()).searchParams.get("code"), "700016");
    await inspect(page, "number-with-example", look);
    assert.ok(await page.locator("#example-request").isVisible());

    await page.goto(`${dev.origin}/error?code=50131`);
    assert.equal(await textOf(page, "#error-number"), "AADSTS50131");
    assert.ok(await page.locator("#meaning, #reason").first().isVisible());
    await inspect(page, "number-of-microsoft", look);

    await page.goto(`${dev.origin}/error?code=123456789`);
    await inspect(page, "number-unknown", look);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  test(`the search in the look ${look}`, async () => {
    // The list of all numbers, a number, words, misspelled words, and words that are nowhere.
    const { context, complaints } = await person(chromium.browser, options);
    const page = await context.newPage();
    await page.goto(`${dev.origin}/error`);
    await inspect(page, "search-empty", look);

    const words = look === "indonesian" ? "URI pengalihan salah" : "wrong redirect URI";
    await page.fill("#search", words);
    await press(page, "form button");
    assert.ok((await labels(page, "#results")).includes("AADSTS50011"));
    await inspect(page, "search-words", look);

    await page.goto(search("AADSTS50011"));
    assert.deepEqual(await labels(page, "#results"), ["AADSTS50011"]);
    await page.goto(search("50011"));
    assert.equal((await labels(page, "#results"))[0], "AADSTS50011");
    const misspelled = look === "indonesian" ? "pengaliham" : "redirct";
    await page.goto(search(misspelled));
    assert.ok((await labels(page, "#results")).includes("AADSTS50011"));
    await inspect(page, "search-misspelled", look);

    await page.goto(search("<b>zzzqqqxxx</b>"));
    assert.equal(await page.locator("#results").count(), 0);
    assert.ok((await textOf(page, "#found")).includes("<b>zzzqqqxxx</b>"));
    await inspect(page, "search-nothing", look);
    assert.deepEqual(complaints, []);
    await context.close();
  });
}

test("the language is switched on the page, and stays for the next one", async () => {
  // From English to Indonesian and back by the links, on a refusal, a search and a number.
  const { context } = await person(chromium.browser, LOOKS.desktop);
  const page = await context.newPage();
  const lang = () => page.locator("html").getAttribute("lang");
  for (const url of [authorizeUrl({ client_id: "nobody" }), search("secret"), search("50011")]) {
    await page.goto(url);
    assert.equal(await lang(), "en");
    const english = await textOf(page, "h1");
    await press(page, ".languages a[lang=id]");
    assert.equal(await lang(), "id");
    assert.notEqual(await textOf(page, "h1"), english);
    assert.equal(await page.locator(".languages a[aria-current]").innerText(), "Bahasa Indonesia");
  }
  await press(page, "#results a");
  assert.equal(await lang(), "id");
  await press(page, ".languages a[lang=en]");
  assert.equal(await lang(), "en");
  await context.close();
});

test("the search works by keyboard and without script", async () => {
  // A browser that runs no script: Tab to the field, type, Enter, Tab to the first result, Enter.
  const options = { ...LOOKS.desktop, javaScriptEnabled: false };
  const { context } = await person(chromium.browser, options);
  const page = await context.newPage();
  await page.goto(`${dev.origin}/error`);
  const tabTo = async (selector) => {
    for (let turn = 0; turn < 30; turn += 1) {
      await page.keyboard.press("Tab");
      if ((await page.locator(`${selector}:focus`).count()) > 0) return;
    }
    assert.fail(`${selector} cannot be reached by Tab on ${page.url()}`);
  };
  const entered = async () => {
    const moved = page.waitForEvent("framenavigated");
    await page.keyboard.press("Enter");
    await moved;
  };
  await tabTo("#search");
  await page.keyboard.type("AADSTS7000215");
  await entered();
  await tabTo("#results a");
  await entered();
  assert.equal(await textOf(page, "#error-number"), "AADSTS7000215");
  await context.close();
});

/** Keeps every writer out of a database, as a full disk or a stuck volume would. */
async function holding(database, while_) {
  const program =
    "import sqlite3, sys; it = sqlite3.connect(sys.argv[1], isolation_level=None); " +
    "it.execute('BEGIN IMMEDIATE'); print('held', flush=True); sys.stdin.read()";
  const holder = spawn("python3", ["-c", program, database], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  try {
    await once(holder.stdout, "data");
    return await while_();
  } finally {
    holder.stdin.end();
    await once(holder, "close");
  }
}

test("a failure of the service is told as one, and can be reported", async () => {
  // While nothing can be written, a sign-in ends on the page of a failure; afterwards it works.
  for (const [look, options] of Object.entries(LOOKS)) {
    const { context, complaints } = await person(chromium.browser, options);
    const page = await context.newPage();
    await page.goto(authorizeUrl());
    await holding(`${process.env.ADMIT_DATA}/ledger.db`, () => sendCredentials(page, dev.user));
    assert.match(await textOf(page, "#error-number"), /^AADSTS(50000|90033|90012)$/);
    assert.equal(await page.locator("#report").count(), 1);
    await inspect(page, "failure", look);
    assert.deepEqual(complaints, []);
    await context.close();
  }
});
