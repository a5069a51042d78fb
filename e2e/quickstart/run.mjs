// Does what a new user does: types the commands of a page in an empty folder, signs in with a
// browser until the page of the app is there, and signs out if the app can. Prints the number of
// commands.
//
// node quickstart/run.mjs PAGE [SAME-PAGE]
//
// Counted is every line that a person types into a terminal. If one installs Admit, the binary under
// test is on the search path instead. A second page must have the same commands, without that one.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { openBrowser } from "../browser/chromium.mjs";
import { signIn } from "../browser/sign_in.mjs";
import { steps } from "./steps.mjs";

const COMMANDS_MAX = 5;
const TIMEOUT_MS = 240_000;
const STOP_MS = 10_000;
const INSTALL = /^cargo install /;
/** Commands that run until they are stopped, with the text that says that they listen. */
const SERVERS = [
  [/^admit dev\b/, /^ready$/m],
  [/^node /, /^open: /m],
  [/^npx next dev\b/, /Ready in/],
];
/** The address that the pages tell to open. */
const APP = "http://localhost:5000/";
const here = new URL("..", import.meta.url).pathname;
const root = resolve(here, "..");
const binary = resolve(
  process.env.ADMIT_BINARY ??
    join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "release", "admit"),
);

/** The environment of a person who has never used Admit. */
function environment(bin) {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^ADMIT_|^(NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|REQUESTS_CA_BUNDLE)$/.test(name),
  );
  return { ...Object.fromEntries(inherited), PATH: `${bin}:${process.env.PATH}` };
}

/** Types a command. Returns the process and its output, which grows. */
function type(command, options) {
  const child = spawn("bash", ["-c", command], {
    ...options,
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own, so that its children are stopped with it.
    detached: true,
  });
  const run = { command, child, text: "", status: null };
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => (run.text += part));
  child.on("close", (status, signal) => (run.status = signal ?? status));
  return run;
}

/** Waits until a command has ended, or until a server listens. */
async function settled(run) {
  const ready = SERVERS.find(([server]) => server.test(run.command))?.[1];
  const until = Date.now() + TIMEOUT_MS;
  while (Date.now() < until) {
    if (ready?.test(run.text)) return;
    if (run.status !== null) {
      assert.ok(!ready && run.status === 0, `${run.command}: ${run.status}\n${run.text}`);
      return;
    }
    await pause(50);
  }
  throw new Error(`not done within ${TIMEOUT_MS} ms: ${run.command}\n${run.text}`);
}

/** Stops a command with its children, and waits until it has ended. */
async function stop(run) {
  const until = Date.now() + STOP_MS;
  if (run.status === null) process.kill(-run.child.pid, "SIGTERM");
  while (run.status === null && Date.now() < until) await pause(50);
  if (run.status === null) process.kill(-run.child.pid, "SIGKILL");
}

/** Signs in at the app with what `admit dev` printed. Returns the text of the page. */
async function firstPage(service) {
  const { origin } = new URL(/^ +start page +(\S+)$/m.exec(service.text)[1]);
  const [, username, password] = /^ +(ana@\S+) +password (\S+)$/m.exec(service.text);
  const { browser, close } = await openBrowser(null);
  try {
    const page = await (await browser.newContext()).newPage();
    // `next dev` compiles a page when it is opened first.
    page.setDefaultTimeout(TIMEOUT_MS);
    await page.goto(APP);
    const begin = page.getByRole("button", { name: "Sign in", exact: true });
    if (!page.url().startsWith(origin)) await begin.click();
    await page.waitForURL((url) => url.origin === origin);
    await signIn(page, { origin, username, password });
    const user = page.getByText(/Signed in as \S+/);
    await user.waitFor();
    assert.equal(page.url(), APP);
    const text = await user.innerText();
    mkdirSync(join(here, "output"), { recursive: true });
    await page.screenshot({ path: join(here, "output", "quickstart.png") });
    const end = page.getByRole("button", { name: "Sign out" });
    if ((await end.count()) > 0) {
      await end.click();
      await begin.waitFor();
    }
    return text.trim();
  } finally {
    await close();
  }
}

const [commands, same] = process.argv.slice(2).map((page) => steps(readFileSync(page, "utf8")));
const typed = commands.filter((command) => !INSTALL.test(command));
if (same) assert.deepEqual(same, typed, "the pages have other commands");

const folder = mkdtempSync(join(tmpdir(), "admit-new-user-"));
const [bin, work] = ["bin", "work"].map((name) => join(folder, name));
mkdirSync(bin);
mkdirSync(work);
symlinkSync(binary, join(bin, "admit"));
const runs = [];
const began = Date.now();
try {
  for (const [index, command] of commands.entries()) {
    const isInstalled = INSTALL.test(command);
    console.log(`${index + 1}. ${command}${isInstalled ? `   (here: ${binary})` : ""}`);
    if (isInstalled) continue;
    runs.push(type(command, { cwd: work, env: environment(bin) }));
    await settled(runs.at(-1));
  }
  const text = await firstPage(runs[0]);
  const seconds = Math.round((Date.now() - began) / 1000);
  console.log(`${commands.length} commands to \`${text}\`, in ${seconds} s without an installation`);
  assert.ok(commands.length <= COMMANDS_MAX, `more than ${COMMANDS_MAX} commands`);
} finally {
  await Promise.all(runs.map(stop));
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
