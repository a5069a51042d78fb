// Starts an example of an API that requires a stronger sign-in, and calls it with tokens of one
// factor. Prints the challenge for a client with the capability `cp1`, and for one without it.
//
// node call_step_up.mjs COMMAND...

import { listening, startApi, stop, token } from "./example_api.mjs";

const PAYMENTS = "http://localhost:5000/payments";

/** Returns the challenge without its encoding. */
async function challenge(claims) {
  const accessToken = await token("api://orders/.default", claims);
  const response = await fetch(PAYMENTS, { headers: { authorization: `Bearer ${accessToken}` } });
  const header = response.headers.get("www-authenticate") ?? "none";
  const decode = (_, encoded) => `claims=${Buffer.from(encoded, "base64")}`;
  return `${response.status} ${header.replace(/claims="([^"]*)"/, decode)}`;
}

const api = startApi(process.argv.slice(2));
try {
  await listening(PAYMENTS);
  const capable = { access_token: { xms_cc: { values: ["cp1"] } } };
  console.log(`${await challenge()}; with cp1: ${await challenge(capable)}`);
} finally {
  stop(api);
}
