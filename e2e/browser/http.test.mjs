// `admit dev --http`: a browser keeps the cookies of a service without TLS.

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
import { textOf } from "./viewports.mjs";

const data = mkdtempSync(join(tmpdir(), "admit-http-"));

let chromium, service, summary;
before(async () => {
  chromium = await startBrowser();
  const options = ["dev", "--data", data, "--port", "0", "--http", "--json"];
  service = spawn(process.env.ADMIT_BINARY, options, { stdio: ["ignore", "pipe", "ignore"] });
  const [line] = await once(createInterface({ input: service.stdout }), "line");
  summary = JSON.parse(line);
  for (const { password } of summary.tenants[0].users) recordSecrets(password);
});
after(async () => {
  await chromium.close();
  service.kill();
  await once(service, "close");
  rmSync(data, { recursive: true, force: true });
});

test("a sign-in over http on localhost keeps its session, also for administration", async () => {
  // Signs in to the demo app twice: the second time asks for no password. Then to `/admin`.
  const { origin } = summary;
  assert.match(origin, /^http:\/\/localhost:\d+$/);
  const [tenant] = summary.tenants;
  const user = tenant.users.find((it) => !it.administrator);
  const administrator = tenant.users.find((it) => it.administrator);
  const context = await chromium.browser.newContext();
  const page = await context.newPage();
  const until = (url) => url.pathname.startsWith("/demo-app");
  const asked = [];
  for (let turn = 0; turn < 2; turn += 1) {
    await page.goto(`${origin}/demo-app/sign-in`);
    asked.push(await signIn(page, { origin, ...user, until }));
    await page.waitForURL((url) => url.pathname === "/demo-app");
    assert.ok((await textOf(page, "#signed-in")).includes(user.username));
  }
  assert.ok(asked[0].includes("sign-in") && !asked[1].includes("sign-in"), asked.join("; "));
  await clickAndWait(page, "#call-api");
  assert.equal(await page.locator("#refusal").count(), 0);
  const cookies = await context.cookies(origin);
  assert.ok(cookies.length >= 3);
  const port = new URL(origin).port;
  for (const { name, secure, httpOnly, sameSite } of cookies) {
    assert.ok(name.startsWith(`http-${port}-`), name);
    assert.deepEqual([secure, httpOnly, sameSite], [false, true, "Lax"], name);
  }
  await context.close();
  const second = await chromium.browser.newContext();
  const admin = await second.newPage();
  await admin.goto(tenant.admin_pages);
  await signIn(admin, { origin, ...administrator });
  assert.equal(new URL(admin.url()).pathname, "/admin/requests");
  await second.close();
});
