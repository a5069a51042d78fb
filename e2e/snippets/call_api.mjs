// Starts an example of an API and calls it: with a token of the daemon, without one, and with a
// token for another API. Prints one line if the responses are 200, 401 and 401.
//
// node call_api.mjs COMMAND...

import { spawn } from "node:child_process";

const ORDERS = "http://localhost:5000/orders";
const START_MS = 80_000;

async function token(scope) {
  const body = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: process.env.ADMIT_DAEMON_ID,
    client_secret: process.env.ADMIT_DAEMON_SECRET,
    scope,
  });
  const response = await fetch(`${process.env.ADMIT_AUTHORITY}/oauth2/v2.0/token`, {
    method: "POST",
    body,
  });
  const tokens = await response.json();
  if (!response.ok) throw new Error(tokens.error_description);
  return tokens.access_token;
}

async function call(accessToken) {
  const headers = accessToken ? { authorization: `Bearer ${accessToken}` } : {};
  return (await fetch(ORDERS, { headers })).status;
}

/** Waits until the API listens. */
async function listening() {
  const until = Date.now() + START_MS;
  while (Date.now() < until) {
    try {
      return await call();
    } catch {
      await new Promise((done) => setTimeout(done, 200));
    }
  }
  throw new Error("the API did not start");
}

const [program, ...rest] = process.argv.slice(2);
// A group of its own, so that the children of the program are stopped with it.
const api = spawn(program, rest, { stdio: ["ignore", "inherit", "inherit"], detached: true });
try {
  const without = await listening();
  const own = await call(await token("api://orders/.default"));
  const other = await call(await token("api://invoices/.default"));
  console.log(
    own === 200 && without === 401 && other === 401
      ? "200 with a token, 401 without"
      : `with a token ${own}, without ${without}, with a token for another API ${other}`,
  );
} finally {
  if (api.exitCode === null) process.kill(-api.pid, "SIGKILL");
}
