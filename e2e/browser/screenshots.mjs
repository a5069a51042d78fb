// Screenshots kept from the run, under e2e/output.

import { mkdirSync } from "node:fs";

const output = new URL("../output/", import.meta.url).pathname;

/** Keeps what the page looks like now. */
export async function picture(page, name) {
  mkdirSync(output, { recursive: true });
  await page.screenshot({ path: `${output}${name}.png`, fullPage: true });
}
