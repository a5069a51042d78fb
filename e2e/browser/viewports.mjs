// The browser settings in which every page is tested, and the checks of each page.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { screenshot } from "./screenshots.mjs";

const axe = createRequire(import.meta.url)("axe-core");

export const VIEWPORTS = {
  desktop: { locale: "en-GB", viewport: { width: 1280, height: 800 } },
  phone: { locale: "en-GB", viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true },
  dark: { locale: "en-GB", colorScheme: "dark", viewport: { width: 1280, height: 800 } },
  indonesian: { locale: "id-ID", viewport: { width: 1280, height: 800 } },
};

/** Opens a context. `pageErrors` gets script errors and Content Security Policy violations. */
export async function newContext(browser, options) {
  const context = await browser.newContext(options);
  const pageErrors = [];
  context.on("console", (message) => {
    if (message.type() === "error" && /Content Security Policy|Refused to/.test(message.text())) {
      pageErrors.push(message.text());
    }
  });
  context.on("weberror", (error) => pageErrors.push(error.error().message));
  return { context, pageErrors };
}

const SMALL = { width: 360, height: 640 };

/** Opens a page on a phone with a small screen. */
export async function smallPhonePage(browser, locale) {
  const options = { locale, viewport: SMALL, isMobile: true, hasTouch: true };
  const { context } = await newContext(browser, options);
  return { context, page: await context.newPage() };
}

/** Asserts that the first match of a selector is in view as a whole, without scrolling. */
export async function assertInView(page, selector, name) {
  const box = await page.locator(selector).first().boundingBox();
  assert.ok(box, `${name}: there is ${selector}`);
  const bottom = Math.round(box.y + box.height);
  assert.ok(box.y >= 0 && bottom <= SMALL.height, `${name}: ${selector} ends at ${bottom} px`);
}

/** Returns the accessibility violations that axe-core finds. */
export async function accessibility(page) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run({ rules: { "target-size": { enabled: true } } }),
  );
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
}

/** Takes a screenshot, and checks accessibility, language, title and width of the page. */
export async function inspect(page, kind, viewport) {
  await screenshot(page, `${kind}-${viewport}`);
  assert.deepEqual(await accessibility(page), [], `${kind}, ${viewport}`);
  const { lang, title, overflow } = await page.evaluate(() => ({
    lang: document.documentElement.lang,
    title: document.title,
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  }));
  assert.match(lang, viewport === "indonesian" ? /^id/ : /^en/, `${kind}, ${viewport}`);
  assert.ok(title.length > 0, `${kind} has a title`);
  assert.ok(overflow <= 0, `${kind}, ${viewport}: ${overflow} px wider than the screen`);
}

/** Returns the text of an element without surrounding whitespace, also within closed details. */
export async function textOf(page, selector) {
  const element = page.locator(selector).first();
  return ((await element.innerText()) || (await element.textContent())).trim();
}
