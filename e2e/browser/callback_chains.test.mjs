// Callbacks that redirect on: to a scheme of a native app, to loopback, to another host. Chromium
// applies `form-action` to every redirect after a form, so the pages of a sign-in send none.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { dev, startBrowser } from "../node/dev.mjs";
import { authorizeUrl } from "./requests.mjs";
import { signIn, waitForPage } from "./sign_in.mjs";
import { VIEWPORTS, newContext } from "./viewports.mjs";

const HTTPS = "https://localhost:5443";
const LOOPBACK = "http://localhost:5444";
const OTHER_HOST = "http://127.0.0.1:5445";
const OTHER_HTTPS = "https://127.0.0.1:5446";

/** Each chain: its name, the redirect URI, where each hop leads, and the last address. */
const CHAINS = [
  ["https to a native scheme", `${HTTPS}/native`, [], "cursor://signed-in/"],
  ["https to loopback", `${HTTPS}/loopback`, [], `${LOOPBACK}/end`],
  ["loopback to a native scheme", `${LOOPBACK}/native`, [], "vscode://signed-in/"],
  ["loopback to another host", `${LOOPBACK}/host`, [], `${OTHER_HOST}/end`],
  [
    "https over two hosts to loopback",
    `${HTTPS}/hosts`,
    [`${OTHER_HTTPS}/hop`, `${OTHER_HOST}/hop`],
    `${LOOPBACK}/end`,
  ],
];

const REDIRECTS = new Map();
for (const [, first, hops, last] of CHAINS) {
  const addresses = [first, ...hops, last];
  hops.concat(last).forEach((next, index) => REDIRECTS.set(addresses[index], next));
}

let chromium;
let client;
let files;
const servers = [];

before(async () => {
  files = mkdtempSync(join(tmpdir(), "admit-chains-"));
  client = declareClient();
  const tls = certificate();
  await Promise.all([HTTPS, LOOPBACK, OTHER_HOST, OTHER_HTTPS].map((at) => listen(at, tls)));
  chromium = await startBrowser();
});
after(async () => {
  await chromium?.close();
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
  rmSync(files, { recursive: true });
});

/** Declares a client with the first address of every chain. Returns its id. */
function declareClient() {
  const uris = CHAINS.map(([, uri]) => JSON.stringify(uri)).join(", ");
  const file = join(files, "chains.toml");
  writeFileSync(
    file,
    `[[tenants]]
name = "${dev.tenant.name}"
display_name = "Demo"

[[tenants.clients]]
client_id = "chains"
name = "chains"
redirect_uris = { web = [${uris}] }
secrets = [{ id = "1", generate = true }]
`,
  );
  execFileSync(process.env.ADMIT_BINARY, ["apply", file, "--data", process.env.ADMIT_DATA]);
  return "chains";
}

function certificate() {
  const [key, cert] = [join(files, "key.pem"), join(files, "cert.pem")];
  const name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
  const kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  execFileSync("openssl", ["req", ...kind, "-keyout", key, "-out", cert, ...name], {
    stdio: "ignore",
  });
  return { key: readFileSync(key), cert: readFileSync(cert) };
}

function listen(origin, tls) {
  const { protocol, hostname, port } = new URL(origin);
  const handle = (request, reply) => {
    const next = REDIRECTS.get(`${origin}${new URL(request.url, origin).pathname}`);
    if (next) reply.writeHead(302, { location: next }).end();
    else reply.setHeader("content-type", "text/html").end("<title>end</title><h1>End</h1>");
  };
  const server = protocol === "https:" ? createTlsServer(tls, handle) : createServer(handle);
  servers.push(server);
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(Number(port), hostname, resolve);
  });
}

for (const responseMode of ["query", "form_post"]) {
  for (const [name, uri, , last] of CHAINS) {
    test(`a sign-in reaches the end of the chain ${name}, by ${responseMode}`, async () => {
      // Signs in, and waits until the browser requests the last address of the chain.
      const options = { ...VIEWPORTS.desktop, ignoreHTTPSErrors: true };
      const { context, pageErrors } = await newContext(chromium.browser, options);
      const page = await context.newPage();
      const session = await context.newCDPSession(page);
      await session.send("Network.enable");
      const reached = new Promise((resolve) => {
        session.on("Network.requestWillBeSent", ({ request }) => {
          if (request.url.startsWith(last)) resolve(request.url);
        });
      });
      const more = { client_id: client, redirect_uri: uri, response_mode: responseMode };
      await page.goto(authorizeUrl({ ...more, scope: "openid" }));
      const signedIn = signIn(page, { origin: dev.origin, ...dev.user }).catch(() => null);
      const end = await Promise.race([reached, timeout(pageErrors)]);
      assert.ok(end.startsWith(last));
      assert.deepEqual(pageErrors, []);
      if (last.startsWith("http")) assert.equal(await waitForPage(page, dev.origin), null);
      await context.close();
      await signedIn;
    });
  }
}

function timeout(pageErrors) {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`the chain stopped: ${pageErrors}`)), 60_000).unref();
  });
}
