// The account pages of users: on a narrow phone, light and dark, in both languages.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { dev, startBrowser } from "../node/dev.mjs";
import { clickAndWait, submitCredentials } from "./sign_in.mjs";
import { inspect, newContext } from "./viewports.mjs";

const account = `${dev.authority}/account`;
const NARROW = { viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true };

let chromium;
before(async () => (chromium = await startBrowser()));
after(() => chromium.close());

for (const [viewport, locale, colorScheme] of [
  ["narrow", "en-GB", "light"],
  ["indonesian", "id-ID", "dark"],
]) {
  test(`every account page passes all checks at 320 px in ${locale}`, async () => {
    // Signs in, opens every page by the navigation, and the pages that ask and that change a proof.
    const options = { ...NARROW, locale, colorScheme };
    const { context, pageErrors } = await newContext(chromium.browser, options);
    const page = await context.newPage();
    await page.goto(`${account}/activity`);
    await submitCredentials(page, dev.user);
    await clickAndWait(page, "#stay-no");
    await page.waitForSelector("#activity");
    for (const section of ["activity", "sessions", "apps", "data", "sign-in"]) {
      await clickAndWait(page, `#section-${section}`);
      assert.equal(await page.locator(`#section-${section}[aria-current=page]`).count(), 1);
      await inspect(page, `account-${section}`, viewport);
    }
    for (const path of ["password", "end-sessions"]) {
      await page.goto(`${account}/${path}`);
      await inspect(page, `account-${path}`, viewport);
    }
    assert.deepEqual(pageErrors, []);
    await context.close();
  });
}
