// Screenshots of the run, in e2e/output.

import { mkdirSync } from "node:fs";

const output = new URL("../output/", import.meta.url).pathname;

/** Takes a screenshot of the page. */
export async function screenshot(page, name) {
  mkdirSync(output, { recursive: true });
  await page.screenshot({ path: `${output}${name}.png`, fullPage: true });
}
