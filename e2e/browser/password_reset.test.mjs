// "Forgot password?" with a service of its own: the mail in the mailbox of `admit dev`, its code and
// its link, also without script.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createInterface } from "node:readline";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startBrowser } from "../node/dev.mjs";
import { recordSecrets } from "../secrets.mjs";
import { clickAndWait, signIn } from "./sign_in.mjs";
import { VIEWPORTS, inspect, newContext, textOf } from "./viewports.mjs";

const data = mkdtempSync(join(tmpdir(), "admit-reset-"));
const PASSWORD = "seven purple lanterns drift";
const [[viewport, options]] = Object.entries(VIEWPORTS);

let chromium, service, summary;
before(async () => {
  chromium = await startBrowser();
  const command = ["dev", "--data", data, "--port", "0", "--http", "--json"];
  service = spawn(process.env.ADMIT_BINARY, command, { stdio: ["ignore", "pipe", "ignore"] });
  const [line] = await once(createInterface({ input: service.stdout }), "line");
  summary = JSON.parse(line);
  for (const { password } of summary.tenants[0].users) recordSecrets(password);
  recordSecrets(PASSWORD);
});
after(async () => {
  await chromium.close();
  service.kill();
  await once(service, "close");
  rmSync(data, { recursive: true, force: true });
});

/** Asks for a mail on the way to the demo app. */
async function askForMail(page, username, onPage = async () => {}) {
  await page.goto(`${summary.origin}/demo-app/sign-in`);
  await page.fill("#username", username);
  await clickAndWait(page, "#forgot-password");
  assert.equal(await page.inputValue("#username"), username);
  await onPage("reset-password");
  await clickAndWait(page, "#send-mail");
  await onPage("reset-code");
}

/** Returns text and link of the newest mail. */
async function newestMail(context) {
  const page = await context.newPage();
  await page.goto(`${summary.origin}/mailbox`);
  await page.locator("pre").first().waitFor();
  const text = await page.locator("pre").first().innerText();
  const links = page.locator("a.mail-link");
  const link = (await links.count()) > 0 ? await links.first().getAttribute("href") : null;
  await page.close();
  return { text, link };
}

/** Chooses the new password, and goes on to the demo app. */
async function choosePassword(page) {
  await page.fill("#new-password", PASSWORD);
  await page.fill("#repeated-password", PASSWORD);
  await clickAndWait(page, "#set-password");
  const until = (url) => url.pathname.startsWith("/demo-app");
  await signIn(page, { origin: summary.origin, until });
  await page.waitForURL((url) => url.pathname === "/demo-app");
}

test("a forgotten password is reset by the code and by the link of a mail", async () => {
  // Resets by the code. Then opens the link of another mail: without script in its own browser, up
  // to the page for the password, and in a third browser, which cannot use it.
  const [tenant] = summary.tenants;
  const { username } = tenant.users.find((it) => !it.administrator);
  const { context, pageErrors } = await newContext(chromium.browser, options);
  const page = await context.newPage();
  const onPage = (name) => inspect(page, name, viewport);
  await askForMail(page, username, onPage);
  const { text } = await newestMail(context);
  const [, code] = text.match(/Code: (\d{4} \d{4})/);
  assert.ok(text.includes("Chrome"), text);
  await page.fill("#code", code);
  await clickAndWait(page, "#continue");
  await onPage("new-password");
  await choosePassword(page);
  assert.ok((await textOf(page, "#signed-in")).includes(username));

  const second = await chromium.browser.newContext({ javaScriptEnabled: false });
  const other = await second.newPage();
  await askForMail(other, username);
  const { link } = await newestMail(second);
  const third = await chromium.browser.newContext();
  const stranger = await third.newPage();
  await stranger.goto(link);
  await stranger.locator("#other-browser").waitFor();
  assert.equal(await stranger.locator("#confirm-link").count(), 0);
  await third.close();
  await other.goto(link);
  await clickAndWait(other, "#confirm-link");
  await other.locator("#new-password").waitFor();
  await second.close();

  const mailbox = await context.newPage();
  await mailbox.goto(`${summary.origin}/mailbox`);
  await inspect(mailbox, "dev-mailbox", viewport);
  const html = await mailbox.locator("dd a").first().getAttribute("href");
  await mailbox.goto(new URL(html, summary.origin).href);
  assert.equal(await mailbox.locator("h1").count(), 1);
  assert.deepEqual(pageErrors, []);
  await context.close();
});
