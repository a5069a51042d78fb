// Runs every marked example of the given pages against the running service.
//
// If an example prints a line `open: URL`, the browser signs in there. The last URL of the browser
// is then written to the standard input of the example, for examples that do not listen themselves.
// An example that listens is stopped when its output contains the expected text.

import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { openBrowser } from "../browser/chromium.mjs";
import { signIn } from "../browser/sign_in.mjs";
import { extract } from "./extract.mjs";

const TIMEOUT_MS = 90_000;
const here = new URL("..", import.meta.url).pathname;
const root = resolve(here, "..");
const output = join(here, "output", "snippets");
const binary = resolve(
  process.env.ADMIT_BINARY ??
    join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "release", "admit"),
);
const user = {
  origin: process.env.ADMIT_ORIGIN,
  username: process.env.ADMIT_USERNAME,
  password: process.env.ADMIT_PASSWORD,
};

/** The command and the file extension for each language. */
const LANGUAGES = {
  python: { extension: "py", command: `${here}.venv/bin/python {file}` },
  js: { extension: "mjs", command: "node {file}" },
  go: { extension: "go", command: "go run -C e2e/go {file}" },
  sh: { extension: "sh", command: "bash -euo pipefail {file}" },
  toml: { extension: "toml", command: "admit check --config {file}" },
};

/** Client libraries that must have a tested example. */
const REQUIRED = {
  "MSAL for Python": /^(import .*\bmsal\b|from msal\b)/m,
  "azure-identity": /from azure\.identity/,
  Authlib: /from authlib\./,
  "MSAL for Node": /@azure\/msal-node/,
  "openid-client": /openid-client/,
};

let chromium;

/** Signs in at the URL. Returns the last URL of the browser. */
async function visit(url) {
  chromium ??= await openBrowser();
  const context = await chromium.browser.newContext();
  const page = await context.newPage();
  let last = url;
  page.on("request", (request) => request.isNavigationRequest() && (last = request.url()));
  // If the example does not listen, the last redirect fails. That is expected.
  const ignoreRefused = (error) => {
    if (!/ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|chrome-error/.test(error.message)) throw error;
  };
  await page.goto(url).catch(ignoreRefused);
  if (page.url().startsWith(user.origin)) await signIn(page, user).catch(ignoreRefused);
  await page.waitForLoadState().catch(ignoreRefused);
  await context.close();
  return last;
}

/** Writes the files of an example. Returns the folder in which it runs. */
function prepare({ name, files }) {
  if (files.length === 0) return root;
  const folder = join(output, name);
  rmSync(folder, { recursive: true, force: true });
  for (const { path, text } of files) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return folder;
}

function start(snippet) {
  const { name, language, text, command } = snippet;
  const settings = LANGUAGES[language];
  if (!settings) throw new Error(`no command for the language ${language}`);
  // Without the prefix, a file named like a library would hide the library.
  const file = join(output, `example-${name}.${settings.extension}`);
  writeFileSync(file, text);
  const [program, ...rest] = (command ?? settings.command)
    .split(" ")
    .map((word) => word.replace("{file}", file));
  return spawn(program, rest, {
    cwd: prepare(snippet),
    env: { ...process.env, PATH: `${dirname(binary)}:${process.env.PATH}`, PYTHONUNBUFFERED: "1" },
    timeout: TIMEOUT_MS,
    killSignal: "SIGKILL",
    // A group of its own, so that `go run` is stopped together with the program that it started.
    detached: true,
  });
}

/** Stops an example that listens, with its children. */
function stop(child) {
  process.kill(-child.pid, "SIGTERM");
}

/** Runs an example. Returns the reason of its failure, or null. */
async function run(snippet) {
  const child = start(snippet);
  let text = "";
  child.stdin.on("error", () => {});
  child.stderr.on("data", (part) => (text += part));
  const exited = new Promise((done) => {
    child.on("error", (error) => done(error.message));
    child.on("close", (status, signal) =>
      done(status === 0 ? null : `exited with ${signal ?? status}`),
    );
  });
  let stopped = false;
  for await (const line of createInterface({ input: child.stdout })) {
    text += `${line}\n`;
    if (snippet.server && !stopped && text.includes(snippet.expected)) {
      stopped = true;
      stop(child);
    }
    const url = /^open: (\S+)/.exec(line)?.[1];
    if (url)
      visit(url).then(
        (last) => child.stdin.write(`${last}\n`),
        (error) => (text += error.stack),
      );
  }
  const status = await exited;
  const failure = (stopped ? null : status) ?? missing(text, snippet.expected);
  return failure && `${failure}\n${text}`;
}

function missing(text, expected) {
  if (!expected || text.includes(expected)) return null;
  return `the output does not contain \`${expected}\``;
}

const pages = process.argv.slice(2).map((page) => readFileSync(page, "utf8"));
const extracted = pages.map(extract);
const [snippets, errors] = ["snippets", "errors"].map((part) =>
  extracted.flatMap((page) => page[part]),
);
const allText = snippets.map(({ text }) => text).join("\n");
for (const [library, mark] of Object.entries(REQUIRED)) {
  if (!mark.test(allText)) errors.push(`no tested example for ${library}`);
}
mkdirSync(output, { recursive: true });
for (const error of errors) console.log(`FAILED  ${error}`);
let failed = errors.length;
for (const snippet of snippets) {
  const failure = await run(snippet);
  failed += failure ? 1 : 0;
  console.log(failure ? `FAILED  ${snippet.name}: ${failure}` : `ok      ${snippet.name}`);
}
await chromium?.close();
console.log(`${snippets.length + errors.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
