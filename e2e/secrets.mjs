// Keeps what the suites use that nobody may write down, so that `with-service` can look for it in
// what the service left behind: values of forms, headers, cookies and answers, by their names.

import { appendFileSync } from "node:fs";

const FILE = process.env.ADMIT_SECRETS_FILE;
const NAMES = new Set([
  "access_token",
  "assertion",
  "client_assertion",
  "client_secret",
  "code",
  "code_verifier",
  "flow",
  "id_token",
  "id_token_hint",
  "password",
  "refresh_token",
  "token",
]);

/** Keeps these values. */
export function keep(...values) {
  const secrets = values.filter((value) => typeof value === "string" && value !== "");
  if (FILE) appendFileSync(FILE, secrets.map((value) => `${JSON.stringify(value)}\n`).join(""));
}

/** Keeps what is secret in a form, a query or a JSON object. */
export function keepOf(form) {
  const pairs =
    typeof form === "string" || form instanceof URLSearchParams
      ? new URLSearchParams(form)
      : Object.entries(form ?? {});
  for (const [name, value] of pairs) if (NAMES.has(name)) keep(value);
}

function keepHeaders(headers) {
  const { authorization, dpop, cookie } = headers;
  keep(dpop, authorization?.split(" ")[1]);
  if (authorization?.startsWith("Basic ")) {
    const pair = Buffer.from(authorization.slice(6), "base64").toString();
    keep(decodeURIComponent(pair.slice(pair.indexOf(":") + 1)));
  }
  for (const one of cookie?.split("; ") ?? []) keep(one.slice(one.indexOf("=") + 1));
}

/** Keeps what is secret in every request of this process that `fetch` makes, and in its answers. */
export function watchFetch() {
  const plain = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    keepHeaders(Object.fromEntries(request.headers));
    if (typeof init?.body === "string" || init?.body instanceof URLSearchParams) keepOf(init.body);
    const answer = await plain(input, init);
    if (/json/.test(answer.headers.get("content-type") ?? "")) {
      answer.clone().json().then(keepOf, () => {});
    }
    return answer;
  };
}

/** Keeps what is secret in everything that a browser's context sends and gets. */
export function watchContext(context) {
  context.on("request", async (request) => {
    keepOf(new URL(request.url()).search);
    keepOf(new URL(request.url()).hash.slice(1));
    const body = request.postData();
    if (body && /urlencoded/.test(request.headers()["content-type"] ?? "")) keepOf(body);
    keepHeaders(await request.allHeaders().catch(() => request.headers()));
  });
  context.on("response", async (response) => {
    const set = await response.headerValues("set-cookie").catch(() => []);
    for (const one of set) keep(one.slice(one.indexOf("=") + 1).split(";")[0]);
    if (/json/.test(response.headers()["content-type"] ?? "")) {
      response.json().then(keepOf, () => {});
    }
  });
  return context;
}
