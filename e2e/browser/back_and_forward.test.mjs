// Reload, Back, Forward, another tab, a restored tab, a bookmark, an expired address and missing
// cookies, on every page of a sign-in: each shows the right page or leads on, and none is a POST.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { dev, startBrowser } from "../node/dev.mjs";
import { listenForResponse } from "./callback.mjs";
import { authorizeUrl as authorizeUrlOf } from "./requests.mjs";
import { screenshot } from "./screenshots.mjs";
import { clickAndWait, signIn, submitCredentials, waitForPage } from "./sign_in.mjs";
import { VIEWPORTS, accessibility, newContext as newContextIn, textOf } from "./viewports.mjs";

const redirectUri = "http://localhost:5447/callback";
const client = { client_id: "again", redirect_uri: redirectUri, scope: "openid profile" };
const authorizeUrl = (more) => authorizeUrlOf({ ...client, ...more });
const second = dev.tenant.users.find(({ username }) => username !== dev.user.username);

let chromium;
let callback;
before(async () => {
  declareClient();
  chromium = await startBrowser();
  callback = await listenForResponse(redirectUri);
});
after(async () => {
  await callback?.close();
  await chromium?.close();
});

/** Declares a client with a redirect URI of this file. */
function declareClient() {
  const file = `${process.env.ADMIT_DATA}/again.toml`;
  writeFileSync(
    file,
    `[[tenants]]
name = "${dev.tenant.name}"
display_name = "Demo"

[[tenants.clients]]
client_id = "again"
name = "again"
admin_consent = true
redirect_uris = { web = ["${redirectUri}"] }
secrets = [{ id = "1", generate = true }]
`,
  );
  execFileSync(process.env.ADMIT_BINARY, ["apply", file, "--data", process.env.ADMIT_DATA]);
}

const newContext = async () => (await newContextIn(chromium.browser, VIEWPORTS.desktop)).context;

/** Opens a tab whose `documents` has method and status of each document that it loaded. */
async function newTab(context) {
  const page = await context.newPage();
  page.documents = [];
  page.on("response", (response) => {
    const request = response.request();
    if (request.isNavigationRequest() && request.frame() === page.mainFrame()) {
      page.documents.push({ method: request.method(), status: response.status() });
    }
  });
  return page;
}

async function shows(page, kind) {
  assert.equal(await waitForPage(page, dev.origin), kind, page.url());
}

/** Checks that reload, another tab, Back and Forward show the page again, always by a GET. */
async function isShownAgain(context, page, kind) {
  await shows(page, kind);
  const url = page.url();
  assert.ok(new URL(url).searchParams.get("flow"), url);
  page.documents.length = 0;
  await page.reload();
  await shows(page, kind);
  await page.goto("about:blank");
  await page.goBack();
  await shows(page, kind);
  await page.goForward();
  await page.goBack();
  await shows(page, kind);
  await page.goto(url);
  await shows(page, kind);
  const other = await newTab(context);
  await other.goto(url);
  await shows(other, kind);
  await other.close();
  const methods = new Set(page.documents.map(({ method }) => method));
  assert.deepEqual([...methods], ["GET"], kind);
  assert.equal(page.url(), url);
  await screenshot(page, `again-${kind}`);
}

test("each page of a sign-in is shown again by reload, Back, Forward and in other tabs", async () => {
  // Goes through all pages; the wrong password keeps its trace ID and the name that was typed.
  const context = await newContext();
  const page = await newTab(context);
  await page.goto(authorizeUrl({ prompt: "consent" }));
  await isShownAgain(context, page, "sign-in");
  await submitCredentials(page, { username: dev.user.username, password: "not-the-password" });
  await shows(page, "sign-in");
  const traceId = await textOf(page, "#problem-trace-id");
  await isShownAgain(context, page, "sign-in");
  assert.equal(await textOf(page, "#problem-trace-id"), traceId);
  assert.equal(await page.inputValue("#username"), dev.user.username);
  await screenshot(page, "again-wrong-password");
  await submitCredentials(page, dev.user);
  await isShownAgain(context, page, "stay");
  await clickAndWait(page, "#stay-no");
  await isShownAgain(context, page, "consent");
  await clickAndWait(page, "#consent-accept");
  assert.ok((await callback.response()).parameters.code);
  await page.goto(authorizeUrl({ prompt: "select_account" }));
  await isShownAgain(context, page, "accounts");
  await context.close();
});

test("Back from the app shows that the user is signed in, and leads on", async () => {
  // Goes back after a sign-in, reloads, goes on with one click, and comes forward again.
  const context = await newContext();
  const page = await newTab(context);
  await page.goto(authorizeUrl());
  const finished = page.url();
  await signIn(page, { origin: dev.origin, ...dev.user });
  const first = (await callback.response()).parameters.code;
  // The browser may still be on the way to the page of the app.
  await page.waitForURL((url) => url.href.startsWith(redirectUri));
  await page.goBack();
  await shows(page, "finished");
  assert.equal(new URL(page.url()).searchParams.get("flow"), new URL(finished).searchParams.get("flow"));
  await isShownAgain(context, page, "finished");
  assert.deepEqual(await accessibility(page), []);
  assert.ok((await page.locator("body").innerText()).includes(dev.user.username));
  await clickAndWait(page, "#go-on");
  const { parameters } = await callback.response();
  assert.ok(parameters.code && parameters.code !== first);
  // A bookmark of the finished sign-in, in another browser: it leads to no account of this one.
  const stranger = await newContext();
  const bookmark = await newTab(stranger);
  await bookmark.goto(finished);
  await shows(bookmark, "error");
  await clickAndWait(bookmark, "#start-again");
  await shows(bookmark, "sign-in");
  await stranger.close();
  await context.close();
});

test("a restored tab continues where the browser was closed", async () => {
  // Closes the browser on "Stay signed in?", and opens its address with the cookies that are kept.
  const context = await newContext();
  const page = await newTab(context);
  await page.goto(authorizeUrl());
  await submitCredentials(page, dev.user);
  await shows(page, "stay");
  const [url, storageState] = [page.url(), await context.storageState()];
  await context.close();
  const options = { ...VIEWPORTS.desktop, storageState };
  const { context: restored } = await newContextIn(chromium.browser, options);
  const tab = await newTab(restored);
  await tab.goto(url);
  await shows(tab, "stay");
  await clickAndWait(tab, "#stay-no");
  assert.ok((await callback.response()).parameters.code);
  // Without session cookies, as after a crash: the password is asked for again.
  const cookies = storageState.cookies.filter(({ expires }) => expires > 0);
  const { context: crashed } = await newContextIn(chromium.browser, VIEWPORTS.desktop);
  await crashed.addCookies(cookies);
  const again = await newTab(crashed);
  await again.goto(url);
  await waitForPage(again, dev.origin);
  await again.goto(authorizeUrl());
  await shows(again, "sign-in");
  await crashed.close();
  await restored.close();
});

test("a double click on every button signs the user in once", async () => {
  // Double-clicks through a sign-in with consent.
  const context = await newContext();
  const page = await newTab(context);
  await page.goto(authorizeUrl({ prompt: "consent" }));
  await page.fill("#username", second.username);
  await page.fill("#password", second.password);
  for (const [button, next] of [
    ["#sign-in", "stay"],
    ["#stay-no", "consent"],
    ["#consent-accept", null],
  ]) {
    await page.dblclick(button);
    await page.waitForURL((url) => next !== null || !url.href.startsWith(dev.origin));
    if (next !== null) await shows(page, next);
  }
  assert.ok((await callback.response()).parameters.code);
  await context.close();
});

test("an expired address begins again with one click", async () => {
  // Opens the address of a flow that started an hour ago: its id begins with the time.
  const context = await newContext();
  const page = await newTab(context);
  await page.goto(authorizeUrl());
  const url = new URL(page.url());
  const id = url.searchParams.get("flow");
  const time = Number(`0x${id.slice(0, 8)}${id.slice(9, 13)}`) - 3_600_000;
  const digits = time.toString(16).padStart(12, "0");
  url.searchParams.set("flow", `${digits.slice(0, 8)}-${digits.slice(8)}${id.slice(13)}`);
  await page.goto(String(url));
  await shows(page, "error");
  assert.match(await textOf(page, "#error-number"), /50089/);
  await screenshot(page, "again-expired");
  await clickAndWait(page, "#start-again");
  await shows(page, "sign-in");
  await context.close();
});

test("missing cookies are named only if the browser keeps none", async () => {
  // Clears the cookies on the page of the password, and then strips them from every request.
  const context = await newContext();
  const page = await newTab(context);
  await page.goto(authorizeUrl());
  await context.clearCookies();
  await page.reload();
  await shows(page, "sign-in");
  assert.equal(new URL(page.url()).searchParams.get("flow_retry"), "1");
  await context.clearCookies();
  await page.goto(authorizeUrl());
  await page.fill("#username", dev.user.username);
  await page.fill("#password", dev.user.password);
  await context.clearCookies();
  await clickAndWait(page, "#sign-in");
  await shows(page, "sign-in");
  assert.equal(await page.inputValue("#username"), dev.user.username);
  await context.clearCookies();
  await page.reload();
  await shows(page, "error");
  assert.match(await textOf(page, "#error-number"), /88000113/);
  await screenshot(page, "again-no-cookies");
  await clickAndWait(page, "#start-again");
  await shows(page, "sign-in");
  await context.close();
});

test("the address of a form leads to its flow or says where to start", async () => {
  // Opens the action of the form by GET, and the bare path of each form.
  const context = await newContext();
  const page = await newTab(context);
  await page.goto(authorizeUrl());
  const url = page.url();
  const action = await page.locator("#page-form").getAttribute("action");
  await page.goto(new URL(action, url).href);
  await shows(page, "sign-in");
  assert.equal(new URL(page.url()).searchParams.get("flow"), new URL(url).searchParams.get("flow"));
  const forms = ["sign-in", "choose-account", "second-factor", "passkey", "authenticator-app"];
  for (const form of [...forms, "stay-signed-in", "consent"]) {
    const response = await page.goto(`${dev.origin}/${dev.tenant.name}/${form}`);
    assert.equal(response.status(), 200);
    assert.equal(await page.locator("#not-started").count(), 1);
  }
  await screenshot(page, "again-not-started");
  await context.close();
});
