// The administration pages: searching requests, explaining refusals, and the chart of refusals.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { after, before, test } from "node:test";
import { ConfidentialClientApplication } from "@azure/msal-node";
import { dev, startBrowser } from "../node/dev.mjs";
import { clickAndWait, signIn, submitCredentials, waitForPage } from "./sign_in.mjs";
import { VIEWPORTS, inspect, newContext, textOf } from "./viewports.mjs";
import { authorizeUrl, pkce, redirectUri, token, web } from "./requests.mjs";

const RECORDING_MS = 1_500;
const traces = {};

let chromium;
before(async () => {
  chromium = await startBrowser();
  declare(["http://localhost:5001/old", "http://localhost:5001/new"], ["2025"]);
  Object.assign(traces, await completeSignIn(), await refusals());
  declare(["http://localhost:5001/new"], ["2025", "2026"]);
  admit("key", "rotate", "--tenant", dev.tenant.name);
  // Request records are written in the background, at most one second later.
  await pause(RECORDING_MS);
});
after(() => chromium.close());

function admit(...command) {
  const where = ["--data", process.env.ADMIT_DATA];
  return execFileSync(process.env.ADMIT_BINARY, [...command, ...where], { encoding: "utf8" });
}

/** Declares another client of the tenant with these redirect URIs and secrets. */
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

/** Signs in with consent, redeems the code, refreshes, and replays the code. */
async function completeSignIn() {
  const { verifier, challenge } = pkce();
  const { client_id, client_secret } = web;
  const { context } = await newContext(chromium.browser, VIEWPORTS.desktop);
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

/** Causes refusals with five error numbers, some of them through MSAL. */
async function refusals() {
  const daemon = dev.client("daemon");
  const valid = {
    client_id: daemon.client_id,
    client_secret: daemon.client_secret,
    grant_type: "client_credentials",
    scope: dev.defaultScope,
  };
  for (let turn = 0; turn < 4; turn += 1) {
    await token({ ...valid, client_secret: "not-the-secret-of-the-daemon" });
  }
  for (let turn = 0; turn < 2; turn += 1) await token({ ...valid, scope: "api://order/.default" });
  const unknown = await token({ ...valid, client_id: "5f1b4b8e-0000-4000-8000-000000000000" });
  for (let turn = 0; turn < 3; turn += 1) {
    await fetch(authorizeUrl({ redirect_uri: "https://app.example.com/callback/" }));
  }
  const wrongCase = "https://app.example.com/Callback";
  const uri = await fetch(authorizeUrl({ redirect_uri: wrongCase }));
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

/** Opens a context and signs the administrator in. */
async function signedInAdministrator(options) {
  const { context, pageErrors } = await newContext(chromium.browser, options);
  const page = await context.newPage();
  await page.goto(dev.tenant.admin_pages);
  await signIn(page, { origin: dev.origin, ...dev.administrator });
  assert.equal(new URL(page.url()).pathname, "/admin/requests");
  return { context, pageErrors, page };
}

/** Fills in and submits the search form. */
async function searchFor(page, fields) {
  await page.goto(`${dev.origin}/admin/requests`);
  await page.click("#more-filters");
  for (const [id, value] of Object.entries(fields)) await page.fill(`#${id}`, value);
  await clickAndWait(page, "#search-requests");
}

const rows = (page) => page.locator("table.requests tbody tr");
/** Counts the requests of a list, also those that are folded into a row. */
const requestCount = async (page) =>
  (await rows(page).count()) + (await page.locator("table.requests .others li").count());
const steps = (page) => page.locator("#timeline > li");

for (const [viewport, options] of Object.entries(VIEWPORTS)) {
  test(`the administration pages pass all checks in the viewport ${viewport}`, async () => {
    // Visits every page from the choice of the tenant to the chart; takes a screenshot and checks
    // each page.

    const { context, pageErrors } = await newContext(chromium.browser, options);
    const page = await context.newPage();
    await page.goto(`${dev.origin}/admin`);
    await inspect(page, "admin-way-in", viewport);
    await page.fill("#tenant", dev.tenant.name);
    await clickAndWait(page, "#continue");
    await signIn(page, { origin: dev.origin, ...dev.administrator });
    assert.ok((await requestCount(page)) > 10);
    await inspect(page, "admin-requests", viewport);

    await searchFor(page, { "trace-id": traces.uri });
    assert.equal(await rows(page).count(), 1);
    await inspect(page, "admin-search", viewport);
    await clickAndWait(page, "table.requests tbody a");
    assert.equal(await textOf(page, "#error-number"), "AADSTS50011");
    assert.equal(await textOf(page, ".comparison del"), "C");
    assert.equal(await textOf(page, ".comparison ins"), "c");
    await inspect(page, "admin-request-uri", viewport);

    await page.goto(`${dev.origin}/admin/requests/${traces.secret}`);
    assert.equal(await textOf(page, "#error-number"), "AADSTS7000215");
    assert.ok(!(await page.content()).includes("not-the-secret-of-the-daemon"));
    await inspect(page, "admin-request-secret", viewport);

    await page.goto(`${dev.origin}/admin/requests/${traces.replay.trace_id}`);
    assert.ok((await steps(page).count()) >= 6);
    await inspect(page, "admin-request-timeline", viewport);

    await page.goto(`${dev.origin}/admin/refusals`);
    assert.ok((await page.locator("#legend li").count()) >= 3);
    assert.ok((await page.locator("#changes > li").count()) >= 1);
    await page.click("#figures");
    await inspect(page, "admin-refusals", viewport);

    await page.goto(`${dev.origin}/admin/requests?number=x&from=yesterday&trace_id=1`);
    assert.equal(await page.locator(".field-problem").count(), 3);
    await inspect(page, "admin-search-mistaken", viewport);
    await page.goto(`${dev.origin}/admin/requests?number=70043`);
    await inspect(page, "admin-search-nothing", viewport);
    assert.deepEqual(pageErrors, []);
    await context.close();
  });
}

test("the timeline shows every request of a sign-in in order, with links", async () => {
  // Opens the timeline of the refused replay: every request is there once, equal ones in a row are
  // folded, and the times increase.
  const { context, page } = await signedInAdministrator(VIEWPORTS.desktop);
  await page.goto(`${dev.origin}/admin/requests/${traces.replay.trace_id}`);
  const endpoints = await page.locator("#timeline .endpoint").allInnerTexts();
  const first = endpoints.findIndex((path) => path.includes("authorize"));
  const tokens = endpoints.map((path) => path.includes("/token"));
  const requests = page.locator('#timeline a[href^="/admin/requests/"]');
  assert.equal(first, 0, endpoints.join("\n"));
  assert.ok((await requests.count()) >= 7, endpoints.join("\n"));
  assert.deepEqual(tokens.slice(-2), [true, true], endpoints.join("\n"));
  const times = await page.locator("#timeline time").allTextContents();
  assert.deepEqual(times, [...times].sort());
  assert.equal(await page.locator("#timeline [aria-current]").count(), 1);
  assert.equal(await steps(page).last().getAttribute("aria-current"), "step");
  const texts = await steps(page).allInnerTexts();
  assert.match(texts.at(-1), /AADSTS\d+/);
  const links = await requests.evaluateAll((them) => them.map(({ href }) => href));
  assert.equal(new Set(links).size, links.length);
  for (const link of links) {
    assert.equal((await page.goto(link)).status(), 200);
    assert.equal(await requests.count(), links.length, `the same timeline on ${link}`);
  }
  await context.close();
});

test("requests are found by number, by app and by user", async () => {
  // Each search finds the requests of this test and no others; an unknown user is an error.
  const { context, page } = await signedInAdministrator(VIEWPORTS.desktop);
  await searchFor(page, { number: "AADSTS50011" });
  const found = await rows(page).allInnerTexts();
  assert.ok((await requestCount(page)) >= 4 && found.every((row) => row.includes("AADSTS50011")));
  await searchFor(page, { client: "daemon", number: "7000215" });
  assert.ok((await requestCount(page)) >= 5);
  await searchFor(page, { user: dev.user.username });
  const users = await page.locator("table.requests tbody td:nth-child(4)").allInnerTexts();
  assert.ok((await requestCount(page)) >= 3 && users.every((text) => text.includes(dev.user.username)));
  await searchFor(page, { client: "5f1b4b8e-0000-4000-8000-000000000000" });
  assert.ok((await rows(page).allInnerTexts()).every((row) => row.includes("AADSTS700016")));
  await searchFor(page, { user: "nobody@demo.example" });
  assert.equal(await page.locator("#user-problem").count(), 1);
  await clickAndWait(page, "#clear");
  await page.check("#failed-only");
  await clickAndWait(page, "#search-requests");
  assert.equal(await page.locator("tbody tr:not(.status-refused, .status-failed)").count(), 0);
  await context.close();
});

test("a request shows the adjacent requests of its user and of its app", async () => {
  // Opens the replay: it is in the list of its app, whose link leads to all requests of the app.
  const { context, page } = await signedInAdministrator(VIEWPORTS.desktop);
  await page.goto(`${dev.origin}/admin/requests/${traces.replay.trace_id}`);
  const groups = page.locator("ol.adjacent");
  assert.ok((await groups.count()) >= 1);
  for (const group of await groups.all()) {
    assert.equal(await group.locator("[aria-current]").count(), 1);
    assert.ok((await group.locator("li").count()) > 1);
  }
  const all = await page.locator("ol.adjacent + p a").first().getAttribute("href");
  await page.goto(new URL(all, dev.origin).href);
  assert.ok((await requestCount(page)) > 5);
  await context.close();
});

test("the chart of refusals agrees with its table and lists changes", async () => {
  // Checks error numbers, counts, links to requests, and the changes of secret, URI and keys.
  const { context, page } = await signedInAdministrator(VIEWPORTS.desktop);
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
  for (const range of ["#range-7d", "#range-30d"]) {
    if ((await page.locator(range).count()) > 0) await clickAndWait(page, range);
    assert.ok((await page.locator("#legend li").count()) >= 3, range);
  }
  await clickAndWait(page, "#legend a");
  assert.ok((await rows(page).count()) >= 1);
  await context.close();
});

test("a user who is not an administrator is refused", async () => {
  // Signs in as an ordinary user: an error page with a number, and no requests.
  for (const [viewport, options] of Object.entries(VIEWPORTS)) {
    const { context, pageErrors } = await newContext(chromium.browser, options);
    const page = await context.newPage();
    await page.goto(dev.tenant.admin_pages);
    await submitCredentials(page, dev.user);
    if ((await waitForPage(page, dev.origin)) === "stay") await clickAndWait(page, "#stay-no");
    assert.equal(await waitForPage(page, dev.origin), "error");
    assert.match(await textOf(page, "#error-number"), /^ADMIT88000\d{3}$/);
    assert.equal(await page.locator("table.requests").count(), 0);
    await inspect(page, "admin-refused", viewport);
    assert.deepEqual(pageErrors, []);
    await context.close();
  }
});

test("the administration works by keyboard and without script, and sign-out ends it", async () => {
  // Without script: searches by Enter, opens the first request by Enter, and signs out.
  const options = { ...VIEWPORTS.desktop, javaScriptEnabled: false };
  const { context, page } = await signedInAdministrator(options);
  const pressEnter = async () => {
    const navigation = page.waitForEvent("framenavigated");
    await page.keyboard.press("Enter");
    await navigation;
  };
  await page.focus("#more-filters");
  await page.keyboard.press("Enter");
  await page.focus("#trace-id");
  await page.keyboard.type(traces.uri);
  await pressEnter();
  await page.focus("table.requests tbody a");
  await pressEnter();
  assert.equal(await textOf(page, "#error-number"), "AADSTS50011");
  await clickAndWait(page, "#sign-out");
  await page.goto(`${dev.origin}/admin/requests/${traces.uri}`);
  assert.equal(await page.locator("#timeline").count(), 0);
  await context.close();
});
