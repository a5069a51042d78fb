// What a phone with a small screen shows without scrolling: the buttons of the consent page, and the
// first result of every list. The list of tickets is measured where there are tickets.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { after, before, test } from "node:test";
import { dev, startBrowser } from "../node/dev.mjs";
import { authorizeUrl } from "./requests.mjs";
import { screenshot } from "./screenshots.mjs";
import { signIn } from "./sign_in.mjs";
import { assertInView, smallPhonePage } from "./viewports.mjs";

const RECORDING_MS = 1_500;
const LOCALES = { english: "en-GB", indonesian: "id-ID" };

let chromium;
before(async () => {
  chromium = await startBrowser();
  change();
  await pause(RECORDING_MS);
});
after(() => chromium.close());

/** Makes a change of the directory, which the list of changes shows. */
function change() {
  const file = `${process.env.ADMIT_DATA}/phone.toml`;
  writeFileSync(file, `[[tenants]]\nname = "${dev.tenant.name}"\n\n[[tenants.clients]]\nname = "phone"\n`
    + 'redirect_uris = { web = ["https://app.example.com/phone"] }\n');
  const arguments_ = ["apply", file, "--data", process.env.ADMIT_DATA];
  execFileSync(process.env.ADMIT_BINARY, arguments_, { encoding: "utf8" });
}

const LISTS = {
  requests: ["/admin/requests", "table.requests tbody tr"],
  changes: ["/admin/changes", "#changes tbody tr"],
  numbers: ["/error?q=redirect", "#results li"],
};

for (const [language, locale] of Object.entries(LOCALES)) {
  test(`a phone shows the first result of every list, ${language}`, async () => {
    // Opens every list and measures the first row.
    const { context, page } = await smallPhonePage(chromium.browser, locale);
    await page.goto(dev.tenant.admin_pages);
    await signIn(page, { origin: dev.origin, ...dev.administrator });
    for (const [name, [path, row]] of Object.entries(LISTS)) {
      await page.goto(dev.origin + path);
      await screenshot(page, `phone-${name}-${language}`);
      await assertInView(page, row, `${name}, ${language}`);
    }
    await context.close();
  });

  test(`a phone shows both buttons of the consent page, ${language}`, async () => {
    // Requests everything that the demo app may have, and measures the buttons.
    const { context, page } = await smallPhonePage(chromium.browser, locale);
    const scope = `openid profile email address phone offline_access ${dev.scope}`;
    await page.goto(authorizeUrl({ prompt: "consent", scope }));
    let seen = false;
    const onPage = async (kind) => {
      if (kind !== "consent") return;
      seen = true;
      await screenshot(page, `phone-consent-${language}`);
      await assertInView(page, "#consent-accept", language);
      await assertInView(page, "#consent-cancel", language);
    };
    const until = (url) => !url.href.startsWith(dev.origin);
    await signIn(page, { origin: dev.origin, ...dev.user, consent: false, onPage, until });
    assert.ok(seen, "the consent page was shown");
    await context.close();
  });
}
