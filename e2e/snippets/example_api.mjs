// An example of an API that runs as a program of its own, and tokens of the daemon for it.

import { spawn } from "node:child_process";

const START_MS = 80_000;

/** Returns an access token of the daemon, with these claims in its request. */
export async function token(scope, claims) {
  const body = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: process.env.ADMIT_DAEMON_ID,
    client_secret: process.env.ADMIT_DAEMON_SECRET,
    scope,
  });
  if (claims) body.set("claims", JSON.stringify(claims));
  const response = await fetch(`${process.env.ADMIT_AUTHORITY}/oauth2/v2.0/token`, {
    method: "POST",
    body,
  });
  const tokens = await response.json();
  if (!response.ok) throw new Error(tokens.error_description);
  return tokens.access_token;
}

/** Starts the program in a group of its own, so that its children are stopped with it. */
export function startApi([program, ...rest]) {
  return spawn(program, rest, { stdio: ["ignore", "inherit", "inherit"], detached: true });
}

/** Waits until the API listens. Returns the status without a token. */
export async function listening(url) {
  const until = Date.now() + START_MS;
  while (Date.now() < until) {
    try {
      return (await fetch(url)).status;
    } catch {
      await new Promise((done) => setTimeout(done, 200));
    }
  }
  throw new Error("the API did not start");
}

/** Stops the program with its children. */
export function stop(api) {
  if (api.exitCode === null) process.kill(-api.pid, "SIGKILL");
}
