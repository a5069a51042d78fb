// Requests as an app makes them: the authorization request, and those to the token endpoint.

import { createHash, randomBytes } from "node:crypto";
import { dev } from "../node/dev.mjs";

export const web = dev.client("web");
export const [redirectUri] = web.redirect_uris;

/** A verifier and its challenge (RFC 7636). */
export function pkce() {
  const verifier = randomBytes(32).toString("hex");
  return { verifier, challenge: createHash("sha256").update(verifier).digest("base64url") };
}

/** The address of a right authorization request, with some parameters changed. */
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

/** Sends a form to the token endpoint; what came back, with the trace id. */
export async function token(form) {
  const answer = await fetch(`${dev.authority}/oauth2/v2.0/token`, {
    method: "POST",
    body: new URLSearchParams(form),
  });
  return { traceId: answer.headers.get("x-ms-request-id"), ...(await answer.json()) };
}
