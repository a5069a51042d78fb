// Starts an example of an API and calls it: with a token of the daemon, without one, and with a
// token for another API. Prints one line if the responses are 200, 401 and 401.
//
// node call_api.mjs COMMAND...

import { listening, startApi, stop, token } from "./example_api.mjs";

const ORDERS = "http://localhost:5000/orders";

async function call(accessToken) {
  return (await fetch(ORDERS, { headers: { authorization: `Bearer ${accessToken}` } })).status;
}

const api = startApi(process.argv.slice(2));
try {
  const without = await listening(ORDERS);
  const own = await call(await token("api://orders/.default"));
  const other = await call(await token("api://invoices/.default"));
  console.log(
    own === 200 && without === 401 && other === 401
      ? "200 with a token, 401 without"
      : `with a token ${own}, without ${without}, with a token for another API ${other}`,
  );
} finally {
  stop(api);
}
