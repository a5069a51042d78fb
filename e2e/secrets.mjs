// Records the secrets that the suites use: values of forms, headers, cookies and responses, by
// their names. `with-service` then searches for them in the log and the history of the service.

import { appendFileSync } from "node:fs";

const FILE = process.env.ADMIT_SECRETS_FILE;
const NAMES = new Set([
  "access_token",
  "assertion",
  "client_assertion",
  "client_secret",
  "code",
  "code_verifier",
  "csrf_token",
  "flow",
  "id_token",
  "id_token_hint",
  "password",
  "refresh_token",
  "token",
]);

/** Records these values. */
export function recordSecrets(...values) {
  const secrets = values.filter((value) => typeof value === "string" && value !== "");
  if (FILE) appendFileSync(FILE, secrets.map((value) => `${JSON.stringify(value)}\n`).join(""));
}

/** Records the secrets in a form, a query or a JSON object. */
export function recordSecretsIn(form) {
  const pairs =
    typeof form === "string" || form instanceof URLSearchParams
      ? new URLSearchParams(form)
      : Object.entries(form ?? {});
  for (const [name, value] of pairs) if (NAMES.has(name)) recordSecrets(value);
}

function recordSecretHeaders(headers) {
  const { authorization, dpop, cookie } = headers;
  recordSecrets(dpop, authorization?.split(" ")[1]);
  if (authorization?.startsWith("Basic ")) {
    const pair = Buffer.from(authorization.slice(6), "base64").toString();
    recordSecrets(decodeURIComponent(pair.slice(pair.indexOf(":") + 1)));
  }
  for (const one of cookie?.split("; ") ?? []) recordSecrets(one.slice(one.indexOf("=") + 1));
}

/** Records the secrets in every request of `fetch` in this process, and in the responses. */
export function watchFetch() {
  const originalFetch = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    recordSecretHeaders(Object.fromEntries(request.headers));
    const body = init?.body;
    if (typeof body === "string" || body instanceof URLSearchParams) recordSecretsIn(body);
    const response = await originalFetch(input, init);
    if (/json/.test(response.headers.get("content-type") ?? "")) {
      response.clone().json().then(recordSecretsIn, () => {});
    }
    return response;
  };
}

/** Records the secrets in all requests and responses of a browser context. */
export function watchContext(context) {
  context.on("request", async (request) => {
    recordSecretsIn(new URL(request.url()).search);
    recordSecretsIn(new URL(request.url()).hash.slice(1));
    const body = request.postData();
    if (body && /urlencoded/.test(request.headers()["content-type"] ?? "")) recordSecretsIn(body);
    recordSecretHeaders(await request.allHeaders().catch(() => request.headers()));
  });
  context.on("response", async (response) => {
    const cookies = await response.headerValues("set-cookie").catch(() => []);
    for (const one of cookies) recordSecrets(one.slice(one.indexOf("=") + 1).split(";")[0]);
    if (/json/.test(response.headers()["content-type"] ?? "")) {
      response.json().then(recordSecretsIn, () => {});
    }
  });
  return context;
}
