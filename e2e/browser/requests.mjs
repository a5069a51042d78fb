// Authorization requests and token requests of a client.

import { createHash, randomBytes } from "node:crypto";
import { dev } from "../node/dev.mjs";

export const web = dev.client("web");
export const [redirectUri] = web.redirect_uris;

/** Returns a verifier and its challenge (RFC 7636). */
export function pkce() {
  const verifier = randomBytes(32).toString("hex");
  return { verifier, challenge: createHash("sha256").update(verifier).digest("base64url") };
}

/** Returns the URL of a valid authorization request with changed parameters. */
export function authorizeUrl(more = {}) {
  const parameters = {
    client_id: web.client_id,
    redirect_uri: redirectUri,
    response_type: "code",
    state: "e2e",
    scope: `openid profile ${dev.scope}`,
    code_challenge: pkce().challenge,
    code_challenge_method: "S256",
  };
  const query = new URLSearchParams({ ...parameters, ...more });
  return `${dev.authority}/oauth2/v2.0/authorize?${query}`;
}

/** Sends a form to the token endpoint. Returns the JSON of the response and the trace id. */
export async function token(form) {
  const response = await fetch(`${dev.authority}/oauth2/v2.0/token`, {
    method: "POST",
    body: new URLSearchParams(form),
  });
  return { traceId: response.headers.get("x-ms-request-id"), ...(await response.json()) };
}
