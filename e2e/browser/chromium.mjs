// The distribution's Chromium, which trusts the certificate authority of the service under test.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { watchContext } from "../secrets.mjs";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
];

/** Makes a browser with this home directory trust an authority. */
function trust(home, caFile) {
  const database = join(home, ".pki", "nssdb");
  mkdirSync(database, { recursive: true });
  execFileSync("certutil", ["-N", "-d", `sql:${database}`, "--empty-password"]);
  execFileSync("certutil", [
    "-A",
    "-d",
    `sql:${database}`,
    "-t",
    "C,,",
    "-n",
    "admit local authority",
    "-i",
    caFile,
  ]);
}

/**
 * Starts a browser. It trusts no further authority if `caFile` is null. `close` also removes its
 * home directory.
 */
export async function openBrowser(caFile = process.env.ADMIT_CA) {
  const home = mkdtempSync(join(tmpdir(), "admit-browser-"));
  if (caFile !== null) trust(home, caFile);
  const browser = await chromium.launch({
    executablePath: process.env.ADMIT_BROWSER ?? "/usr/bin/chromium",
    args: FLAGS,
    env: { ...process.env, HOME: home },
  });
  const newContext = browser.newContext.bind(browser);
  browser.newContext = async (options) => watchContext(await newContext(options));
  return {
    browser,
    async close() {
      await browser.close();
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
