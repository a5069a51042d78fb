// The administration pages: what an administrator finds out about what went wrong, and when.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { after, before, test } from "node:test";
import { ConfidentialClientApplication } from "@azure/msal-node";
import { dev, startBrowser } from "../node/dev.mjs";
import { arrival, press, sendCredentials, signIn } from "./journey.mjs";
import { LOOKS, inspect, person, textOf } from "./looks.mjs";
import { authorizeUrl, pkce, redirectUri, token, web } from "./requests.mjs";

const SETTLED_MS = 1_500;
const story = {};

let chromium;
before(async () => {
  chromium = await startBrowser();
  declare(["http://localhost:5001/old", "http://localhost:5001/new"], ["2025"]);
  Object.assign(story, await wholeSignIn(), await refusals());
  declare(["http://localhost:5001/new"], ["2025", "2026"]);
  admit("key", "rotate", "--tenant", dev.tenant.name);
  // Records are written behind the back of requests, at most a second later.
  await pause(SETTLED_MS);
});
after(() => chromium.close());

function admit(...command) {
  const where = ["--data", process.env.ADMIT_DATA];
  return execFileSync(process.env.ADMIT_BINARY, [...command, ...where], { encoding: "utf8" });
}

/** Declares one more client of the tenant with these redirect URIs and secrets. */
function declare(uris, secrets) {
  const file = `${process.env.ADMIT_DATA}/shop.toml`;
  const list = (values) => `[${values.join(", ")}]`;
  writeFileSync(
    file,
    `[[tenants]]
name = "${dev.tenant.name}"
display_name = "Demo"

[[tenants.clients]]
name = "shop"
redirect_uris = { web = ${list(uris.map((uri) => JSON.stringify(uri)))} }
secrets = ${list(secrets.map((id) => `{ id = "${id}", generate = true }`))}
`,
  );
  admit("apply", file);
}

/** A sign-in with its consent, its tokens, a refresh, and the code once more. */
async function wholeSignIn() {
  const { verifier, challenge } = pkce();
  const { client_id, client_secret } = web;
  const { context } = await person(chromium.browser, LOOKS.desktop);
  const url = authorizeUrl({
    prompt: "consent",
    code_challenge: challenge,
    scope: `openid profile offline_access ${dev.scope}`,
  });
  const { parameters } = await chromium.authorize(url, { redirectUri, context });
  await context.close();
  const redemption = {
    client_id,
    client_secret,
    grant_type: "authorization_code",
    code: parameters.code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
  };
  const first = await token(redemption);
  const refresh = { client_id, client_secret, grant_type: "refresh_token" };
  const second = await token({ ...refresh, refresh_token: first.refresh_token });
  assert.ok(second.access_token, JSON.stringify(second));
  const replay = await token(redemption);
  assert.equal(replay.error, "invalid_grant");
  return { replay };
}

/** Refusals of five numbers, some through MSAL. */
async function refusals() {
  const daemon = dev.client("daemon");
  const right = {
    client_id: daemon.client_id,
    client_secret: daemon.client_secret,
    grant_type: "client_credentials",
    scope: dev.defaultScope,
  };
  for (let turn = 0; turn < 4; turn += 1) {
    await token({ ...right, client_secret: "not-the-secret-of-the-daemon" });
  }
  for (let turn = 0; turn < 2; turn += 1) await token({ ...right, scope: "api://order/.default" });
  const unknown = await token({ ...right, client_id: "5f1b4b8e-0000-4000-8000-000000000000" });
  for (let turn = 0; turn < 3; turn += 1) {
    await fetch(authorizeUrl({ redirect_uri: `${redirectUri}/` }));
  }
  const uri = await fetch(authorizeUrl({ redirect_uri: redirectUri.replace("callback", "Callback") }));
  const auth = {
    clientId: daemon.client_id,
    clientSecret: "not-the-secret-of-the-daemon",
    authority: dev.authority,
    knownAuthorities: [dev.host],
  };
  const msal = await new ConfidentialClientApplication({ auth })
    .acquireTokenByClientCredential({ scopes: [dev.defaultScope] })
    .then(assert.fail, (error) => error);
  const [, secret] = /Trace ID: ([0-9a-f-]{36})/.exec(msal.message);
  return { unknown: unknown.trace_id, uri: uri.headers.get("x-ms-request-id"), secret };
}

/** A context in which the administrator is signed in. */
async function seated(options) {
  const { context, complaints } = await person(chromium.browser, options);
  const page = await context.newPage();
  await page.goto(dev.tenant.administration);
  await signIn(page, { origin: dev.origin, ...dev.administrator });
  assert.equal(new URL(page.url()).pathname, "/admin/requests");
  return { context, complaints, page };
}

/** Fills the search in and sends it. */
async function searchFor(page, fields) {
  await page.goto(`${dev.origin}/admin/requests`);
  for (const [id, value] of Object.entries(fields)) await page.fill(`#${id}`, value);
  await press(page, "#search-requests");
}

const rows = (page) => page.locator("table.requests tbody tr");
const steps = (page) => page.locator("#timeline > li");

for (const [look, options] of Object.entries(LOOKS)) {
  test(`the administration in the look ${look}`, async () => {
    // From the way in to a request, its timeline and the chart; each page a picture, none with an
    // axe violation.
    const { context, complaints } = await person(chromium.browser, options);
    const page = await context.newPage();
    await page.goto(`${dev.origin}/admin`);
    await inspect(page, "admin-way-in", look);
    await page.fill("#tenant", dev.tenant.name);
    await press(page, "#continue");
    await signIn(page, { origin: dev.origin, ...dev.administrator });
    assert.ok((await rows(page).count()) > 10);
    await inspect(page, "admin-requests", look);

    await searchFor(page, { "trace-id": story.uri });
    assert.equal(await rows(page).count(), 1);
    await inspect(page, "admin-search", look);
    await press(page, "table.requests tbody a");
    assert.equal(await textOf(page, "#error-number"), "AADSTS50011");
    assert.equal(await textOf(page, ".comparison del"), "C");
    assert.equal(await textOf(page, ".comparison ins"), "c");
    await inspect(page, "admin-request-uri", look);

    await page.goto(`${dev.origin}/admin/requests/${story.secret}`);
    assert.equal(await textOf(page, "#error-number"), "AADSTS7000215");
    assert.ok(!(await page.content()).includes("not-the-secret-of-the-daemon"));
    await inspect(page, "admin-request-secret", look);

    await page.goto(`${dev.origin}/admin/requests/${story.replay.trace_id}`);
    assert.ok((await steps(page).count()) >= 6);
    await inspect(page, "admin-request-timeline", look);

    await page.goto(`${dev.origin}/admin/refusals`);
    assert.ok((await page.locator("#legend li").count()) >= 3);
    assert.ok((await page.locator("#changes > li").count()) >= 1);
    await page.click("#figures");
    await inspect(page, "admin-refusals", look);

    await page.goto(`${dev.origin}/admin/requests?number=x&from=yesterday&trace_id=1`);
    assert.equal(await page.locator(".field-problem").count(), 3);
    await inspect(page, "admin-search-mistaken", look);
    await page.goto(`${dev.origin}/admin/requests?number=70043`);
    await inspect(page, "admin-search-nothing", look);
    assert.deepEqual(complaints, []);
    await context.close();
  });
}

test("the timeline tells a whole sign-in, in order, and each step leads to its request", async () => {
  // From the refused replay back to the first page: every step is there once, the times only grow.
  const { context, page } = await seated(LOOKS.desktop);
  await page.goto(`${dev.origin}/admin/requests/${story.replay.trace_id}`);
  const endpoints = await page.locator("#timeline .endpoint").allInnerTexts();
  const begins = endpoints.findIndex((path) => path.includes("authorize"));
  const tokens = endpoints.map((path) => path.includes("/token"));
  assert.equal(begins, 0, endpoints.join("\n"));
  assert.ok(endpoints.length >= 7, endpoints.join("\n"));
  assert.deepEqual(tokens.slice(-3), [true, true, true], endpoints.join("\n"));
  const times = await page.locator("#timeline time").allInnerTexts();
  assert.deepEqual(times, [...times].sort());
  assert.equal(await page.locator("#timeline [aria-current]").count(), 1);
  assert.equal(await steps(page).last().getAttribute("aria-current"), "step");
  const told = await steps(page).allInnerTexts();
  assert.match(told.at(-1), /AADSTS\d+/);
  const links = await page
    .locator("#timeline a")
    .evaluateAll((them) => them.map(({ href }) => href));
  assert.equal(new Set(links).size, endpoints.length);
  for (const link of links) {
    assert.equal((await page.goto(link)).status(), 200);
    assert.equal(await steps(page).count(), endpoints.length, `the same timeline on ${link}`);
  }
  await context.close();
});

test("requests are found by number, by app and by user", async () => {
  // Each search finds what the test did and nothing else; a mistaken name is told as one.
  const { context, page } = await seated(LOOKS.desktop);
  await searchFor(page, { number: "AADSTS50011" });
  const found = await rows(page).allInnerTexts();
  assert.ok(found.length >= 4 && found.every((row) => row.includes("AADSTS50011")));
  await searchFor(page, { client: "daemon", number: "7000215" });
  assert.ok((await rows(page).count()) >= 5);
  await searchFor(page, { user: dev.user.username });
  const people = await page.locator("table.requests tbody td:nth-child(4)").allInnerTexts();
  assert.ok(people.length >= 3 && people.every((text) => text.includes(dev.user.username)));
  await searchFor(page, { client: "5f1b4b8e-0000-4000-8000-000000000000" });
  assert.ok((await rows(page).allInnerTexts()).every((row) => row.includes("AADSTS700016")));
  await searchFor(page, { user: "nobody@demo.example" });
  assert.equal(await page.locator("#user-problem").count(), 1);
  await press(page, "#clear");
  await page.check("#failed-only");
  await press(page, "#search-requests");
  assert.equal(await page.locator("tbody tr:not(.tone-refused, .tone-failed)").count(), 0);
  await context.close();
});

test("a request shows its neighbours, of its user and of its app", async () => {
  // The replay stands among the others of its app; the links lead to them and to all.
  const { context, page } = await seated(LOOKS.desktop);
  await page.goto(`${dev.origin}/admin/requests/${story.replay.trace_id}`);
  const groups = page.locator("ol.neighbours");
  assert.ok((await groups.count()) >= 1);
  for (const group of await groups.all()) {
    assert.equal(await group.locator("[aria-current]").count(), 1);
    assert.ok((await group.locator("li").count()) > 1);
  }
  const all = await page.locator("ol.neighbours + p a").first().getAttribute("href");
  await page.goto(new URL(all, dev.origin).href);
  assert.ok((await rows(page).count()) > 5);
  await context.close();
});

test("the chart has the figures of its table, and what changed", async () => {
  // The numbers, each with a count and a link to its requests; the secret, the URI and the keys.
  const { context, page } = await seated(LOOKS.desktop);
  await page.goto(dev.origin + "/admin/refusals");
  const legend = await page.locator("#legend li").allInnerTexts();
  for (const number of ["AADSTS50011", "AADSTS7000215", "AADSTS500011"]) {
    assert.ok(legend.some((line) => line.includes(number)), `${number} in ${legend.join("; ")}`);
  }
  const changes = (await page.locator("#changes").innerText()).replaceAll("\n", " ");
  for (const change of ["2026", "http://localhost:5001/old", "shop"]) {
    assert.ok(changes.includes(change), `${change} in ${changes}`);
  }
  assert.ok((await page.locator("#chart rect").count()) >= 3);
  await page.click("#figures");
  const cells = await page.locator(".figures tbody td").allInnerTexts();
  const totals = await page.locator(".figures tfoot td").allInnerTexts();
  const sum = (numbers) => numbers.reduce((total, one) => total + Number(one), 0);
  assert.equal(sum(cells), sum(totals));
  for (const span of ["#span-7d", "#span-30d"]) {
    if ((await page.locator(span).count()) > 0) await press(page, span);
    assert.ok((await page.locator("#legend li").count()) >= 3, span);
  }
  await press(page, "#legend a");
  assert.ok((await rows(page).count()) >= 1);
  await context.close();
});

test("a person who is no administrator is turned away", async () => {
  // Signed in as an ordinary user: a page with a number, and no requests; another may sign in.
  for (const [look, options] of Object.entries(LOOKS)) {
    const { context, complaints } = await person(chromium.browser, options);
    const page = await context.newPage();
    await page.goto(dev.tenant.administration);
    await sendCredentials(page, dev.user);
    if ((await arrival(page, dev.origin)) === "stay") await press(page, "#stay-no");
    assert.equal(await arrival(page, dev.origin), "error");
    assert.match(await textOf(page, "#error-number"), /^ADMIT88000\d{3}$/);
    assert.equal(await page.locator("table.requests").count(), 0);
    await inspect(page, "admin-refused", look);
    assert.deepEqual(complaints, []);
    await context.close();
  }
});

test("the administration works without script and by keyboard, and is left by signing out", async () => {
  // No script: search by Enter, open the first request by Tab and Enter, sign out.
  const { context, page } = await seated({ ...LOOKS.desktop, javaScriptEnabled: false });
  const entered = async () => {
    const moved = page.waitForEvent("framenavigated");
    await page.keyboard.press("Enter");
    await moved;
  };
  await page.focus("#trace-id");
  await page.keyboard.type(story.uri);
  await entered();
  await page.focus("table.requests tbody a");
  await entered();
  assert.equal(await textOf(page, "#error-number"), "AADSTS50011");
  await press(page, "#sign-out");
  await page.goto(`${dev.origin}/admin/requests/${story.uri}`);
  assert.equal(await page.locator("#timeline").count(), 0);
  await context.close();
});
