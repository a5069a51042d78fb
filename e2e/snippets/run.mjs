// Runs every marked example of some pages against the running service, as their reader would.
//
// A line `open: URL` from an example makes the browser sign in there; the address at which the
// browser ends is
// then written to the example's standard input, for one that does not listen for the answer itself.

import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { openBrowser } from "../browser/chromium.mjs";
import { signIn } from "../browser/journey.mjs";
import { extract } from "./extract.mjs";

const PATIENCE_MS = 90_000;
const here = new URL("..", import.meta.url).pathname;
const root = resolve(here, "..");
const output = join(here, "output", "snippets");
const binary = resolve(
  process.env.ADMIT_BINARY ??
    join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "release", "admit"),
);
const person = {
  origin: process.env.ADMIT_ORIGIN,
  username: process.env.ADMIT_USERNAME,
  password: process.env.ADMIT_PASSWORD,
};

/** How a block of each language is run, and the ending of its file. */
const LANGUAGES = {
  python: { ending: "py", command: `${here}.venv/bin/python {file}` },
  js: { ending: "mjs", command: "node {file}" },
  sh: { ending: "sh", command: "bash -euo pipefail {file}" },
  toml: { ending: "toml", command: "admit check --config {file}" },
};

/** Client libraries that the page must show in examples that run. */
const REQUIRED = {
  "MSAL for Python": /^(import .*\bmsal\b|from msal\b)/m,
  "azure-identity": /from azure\.identity/,
  Authlib: /from authlib\./,
  "MSAL for Node": /@azure\/msal-node/,
  "openid-client": /openid-client/,
};

let chromium;

/** Signs in on the pages behind the address; gives the address at which the browser ends. */
async function visit(url) {
  chromium ??= await openBrowser();
  const context = await chromium.browser.newContext();
  const page = await context.newPage();
  let last = url;
  page.on("request", (request) => request.isNavigationRequest() && (last = request.url()));
  // An example that does not listen leaves the browser at a dead address, which is where it should
  // end.
  const tolerated = (error) => {
    if (!/ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|chrome-error/.test(error.message)) throw error;
  };
  await page.goto(url).catch(tolerated);
  if (page.url().startsWith(person.origin)) await signIn(page, person).catch(tolerated);
  await page.waitForLoadState().catch(tolerated);
  await context.close();
  return last;
}

function start({ name, language, text, command }) {
  const how = LANGUAGES[language];
  if (!how) throw new Error(`no way is known to run ${language}`);
  // A file called like a library would be found in its place.
  const file = join(output, `example-${name}.${how.ending}`);
  writeFileSync(file, text);
  const [program, ...rest] = (command ?? how.command)
    .split(" ")
    .map((word) => word.replace("{file}", file));
  return spawn(program, rest, {
    cwd: root,
    env: { ...process.env, PATH: `${dirname(binary)}:${process.env.PATH}`, PYTHONUNBUFFERED: "1" },
    timeout: PATIENCE_MS,
    killSignal: "SIGKILL",
  });
}

/** Runs one example to its end; gives why it failed, or null. */
async function run(snippet) {
  const child = start(snippet);
  let said = "";
  child.stdin.on("error", () => {});
  child.stderr.on("data", (part) => (said += part));
  const ended = new Promise((done) => {
    child.on("error", (error) => done(error.message));
    child.on("close", (status, signal) =>
      done(status === 0 ? null : `ended with ${signal ?? status}`),
    );
  });
  for await (const line of createInterface({ input: child.stdout })) {
    said += `${line}\n`;
    const url = /^open: (\S+)/.exec(line)?.[1];
    if (url)
      visit(url).then(
        (last) => child.stdin.write(`${last}\n`),
        (error) => (said += error.stack),
      );
  }
  const failure = (await ended) ?? missing(said, snippet.expected);
  return failure && `${failure}\n${said}`;
}

function missing(said, expected) {
  return expected && !said.includes(expected) ? `the output does not hold \`${expected}\`` : null;
}

const pages = process.argv.slice(2).map((page) => readFileSync(page, "utf8"));
const found = pages.map(extract);
const [snippets, complaints] = ["snippets", "complaints"].map((part) =>
  found.flatMap((of) => of[part]),
);
const shown = snippets.map(({ text }) => text).join("\n");
for (const [library, mark] of Object.entries(REQUIRED)) {
  if (!mark.test(shown)) complaints.push(`no tested example for ${library}`);
}
mkdirSync(output, { recursive: true });
for (const complaint of complaints) console.log(`FAILED  ${complaint}`);
let failed = complaints.length;
for (const snippet of snippets) {
  const failure = await run(snippet);
  failed += failure ? 1 : 0;
  console.log(failure ? `FAILED  ${snippet.name}: ${failure}` : `ok      ${snippet.name}`);
}
await chromium?.close();
console.log(`${snippets.length + complaints.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
