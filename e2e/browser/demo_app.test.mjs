// The start page and the demo app of `admit dev`: in every viewport, and without script.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { dev, startBrowser } from "../node/dev.mjs";
import { recordSecrets } from "../secrets.mjs";
import { App } from "./authenticator_app.mjs";
import { clickAndWait, signIn } from "./sign_in.mjs";
import { addUser } from "./users.mjs";
import { VIEWPORTS, inspect, newContext, textOf } from "./viewports.mjs";

const START = `${dev.origin}/`;
const DEMO_APP = `${dev.origin}/demo-app`;
const summary = JSON.parse(readFileSync(process.env.ADMIT_DEV, "utf8"));

let chromium;
before(async () => (chromium = await startBrowser()));
after(() => chromium.close());

/** Signs in until the browser is back at the demo app. */
async function signInToDemoApp(page, user = dev.user) {
  const done = async () => new URL(page.url()).pathname === "/demo-app";
  while (!(await done())) {
    if ((await page.locator("#error-number").count()) > 0) return;
    await signIn(page, {
      origin: dev.origin,
      ...user,
      until: (url) => url.pathname.startsWith("/demo-app"),
    });
  }
}

for (const [viewport, options] of Object.entries(VIEWPORTS)) {
  test(`start page and demo app pass all checks in the viewport ${viewport}`, async () => {
    // Goes from the start page through a sign-in, a refresh, an API call and a sign-out; checks each
    // page. After the sign-out, the password is asked for again.
    const { context, pageErrors } = await newContext(chromium.browser, options);
    const page = await context.newPage();
    await page.goto(START);
    const body = await page.locator("body").innerText();
    assert.ok(body.includes(dev.user.username) && body.includes(dev.user.password));
    await inspect(page, "dev-start", viewport);
    await clickAndWait(page, "#demo-app");
    await inspect(page, "demo-app-start", viewport);
    await clickAndWait(page, "#demo-sign-in");
    await signInToDemoApp(page);
    assert.ok((await textOf(page, "#signed-in")).includes(dev.user.username));
    const tokens = await page.locator("pre").allInnerTexts();
    assert.ok(tokens.some((text) => text.includes(`"iss": "${dev.issuer}"`)));
    await inspect(page, "demo-app-signed-in", viewport);
    await clickAndWait(page, "#refresh");
    assert.ok((await page.locator("body").innerText()).includes("grant_type = refresh_token"));
    await clickAndWait(page, "#call-api");
    assert.ok((await page.locator("body").innerText()).includes("A cup of tea"));
    await clickAndWait(page, "#userinfo");
    assert.ok((await page.locator("body").innerText()).includes(`"email": "${dev.user.username}"`));
    assert.equal(await page.locator("#refusal").count(), 0);
    for (const name of ["sign-out", "signed-out"]) {
      await page.goto(`${dev.origin}/${dev.tenant.name}/${name}`);
      await inspect(page, name, viewport);
    }
    await page.goto(DEMO_APP);
    await clickAndWait(page, "#demo-sign-out");
    await page.locator("#demo-sign-in").waitFor();
    assert.ok(page.url().startsWith(DEMO_APP));
    await clickAndWait(page, "#try-code-twice");
    await signInToDemoApp(page);
    await inspect(page, "demo-app-refused", viewport);
    assert.deepEqual(pageErrors, []);
    await context.close();
  });
}

test("each mistake of the demo app leads to an explained refusal, without script", async () => {
  // Follows each link; the error page or the demo app names the number, and the steps that fix it.
  const context = await chromium.browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(DEMO_APP);
  await clickAndWait(page, "#demo-sign-in");
  await signInToDemoApp(page);
  const expected = {
    "wrong-redirect-uri": "50011",
    "unknown-client": "700016",
    "unknown-scope": "invalid_scope",
    "no-challenge": "invalid_request",
    "wrong-secret": "7000215",
    "wrong-verifier": "invalid_grant",
    "code-twice": "54005",
    "altered-token": "invalid_grant",
    "api-without-scope": "insufficient_scope",
  };
  await page.goto(DEMO_APP);
  const links = await page.locator("#experiments a").evaluateAll((all) => all.map((it) => it.id));
  assert.deepEqual(links, Object.keys(expected).map((name) => `try-${name}`));
  for (const [name, text] of Object.entries(expected)) {
    await page.goto(DEMO_APP);
    await clickAndWait(page, `#try-${name}`);
    await signInToDemoApp(page);
    const onErrorPage = (await page.locator("#error-number").count()) > 0;
    const refusal = await textOf(page, onErrorPage ? "main" : "#refusal");
    assert.ok(refusal.includes(text), `${name}: ${refusal}`);
    if (onErrorPage || name === "api-without-scope") continue;
    assert.ok((await page.locator("#refusal .steps li").count()) > 0, name);
    assert.match(await page.locator("#lookup").getAttribute("href"), /\/error\?code=\d+/);
    assert.match(await page.locator("#record").getAttribute("href"), /^\/admin\/requests\/[0-9a-f-]{36}/);
  }
  await context.close();
});

test("large orders lead to a sign-in with two factors, without script", async () => {
  // Requests them after a sign-in with the password, follows the link of the demo app, and requests
  // them again.
  const user = { ...addUser("large-orders@demo.example", dev.tenant.name), app: new App() };
  const context = await chromium.browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(DEMO_APP);
  await clickAndWait(page, "#demo-sign-in");
  await signInToDemoApp(page, user);
  assert.equal(await page.locator("#step-up").count(), 0);
  await clickAndWait(page, "#large-orders");
  assert.ok((await textOf(page, "body")).includes("insufficient_user_authentication"));
  await clickAndWait(page, "#step-up");
  await signInToDemoApp(page, user);
  await clickAndWait(page, "#large-orders");
  assert.ok((await textOf(page, "body")).includes("A tea garden"));
  assert.equal(await page.locator("#step-up").count(), 0);
  await context.close();
});

test("Back, reload and a second opening of the redirect URI lead to the demo app", async () => {
  // Opens the address of the authorization response again: its code is used, and nothing is asked.
  const context = await chromium.browser.newContext();
  const page = await context.newPage();
  const addresses = [];
  page.on("request", (request) => addresses.push(request.url()));
  await page.goto(DEMO_APP);
  await clickAndWait(page, "#demo-sign-in");
  await signInToDemoApp(page);
  const callback = addresses.find((address) => address.startsWith(`${DEMO_APP}/callback`));
  recordSecrets(new URL(callback).searchParams.get("code"));
  await page.goto(callback);
  assert.equal(new URL(page.url()).pathname, "/demo-app");
  assert.ok((await textOf(page, "#signed-in")).includes(dev.user.username));
  await page.reload();
  assert.ok((await textOf(page, "#signed-in")).includes(dev.user.username));
  await context.close();
});

test("the printed lines make Node and Python trust the service", async () => {
  // Pastes each line into a shell without other settings, before a request of that client.
  const run = promisify(execFile);
  const python = new URL("../.venv/bin/python", import.meta.url).pathname;
  const url = `${dev.origin}/error`;
  const requests = {
    Node: `node -e "fetch('${url}').then(({ status }) => console.log(status))"`,
    "Python, requests": `${python} -c "import requests; print(requests.get('${url}').status_code)"`,
  };
  const env = { PATH: process.env.PATH, HOME: dirname(process.env.ADMIT_DEV) };
  for (const [client, request] of Object.entries(requests)) {
    const { command } = summary.trust.find((line) => line.client === client);
    const { stdout } = await run("sh", ["-c", `${command} && ${request}`], { env });
    assert.equal(stdout.trim(), "200", client);
  }
});
