// The looks in which people meet a page, and what must hold of it in each of them.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { picture } from "./pictures.mjs";

const axe = createRequire(import.meta.url)("axe-core");

export const LOOKS = {
  desktop: { locale: "en-GB", viewport: { width: 1280, height: 800 } },
  phone: { locale: "en-GB", viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true },
  dark: { locale: "en-GB", colorScheme: "dark", viewport: { width: 1280, height: 800 } },
  indonesian: { locale: "id-ID", viewport: { width: 1280, height: 800 } },
};

/** A context whose pages complain into `complaints` about what the browser refuses them. */
export async function person(browser, options) {
  const context = await browser.newContext(options);
  const complaints = [];
  context.on("console", (message) => {
    if (message.type() === "error" && /Content Security Policy|Refused to/.test(message.text())) {
      complaints.push(message.text());
    }
  });
  context.on("weberror", (error) => complaints.push(error.error().message));
  return { context, complaints };
}

/** What axe-core finds wrong, in words. */
export async function accessibility(page) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run({ rules: { "target-size": { enabled: true } } }),
  );
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
}

/** Keeps a picture; nothing may be wrong for a screen reader, too wide, or in another language. */
export async function inspect(page, kind, look) {
  await picture(page, `${kind}-${look}`);
  assert.deepEqual(await accessibility(page), [], `${kind}, ${look}`);
  const { lang, title, overflow } = await page.evaluate(() => ({
    lang: document.documentElement.lang,
    title: document.title,
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  }));
  assert.match(lang, look === "indonesian" ? /^id/ : /^en/, `${kind}, ${look}`);
  assert.ok(title.length > 0, `${kind} has a title`);
  assert.ok(overflow <= 0, `${kind}, ${look}: ${overflow} px wider than the screen`);
}

/** The text of one element, without the space around it. */
export async function textOf(page, selector) {
  return (await page.locator(selector).first().innerText()).trim();
}
