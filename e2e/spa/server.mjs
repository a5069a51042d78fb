// Serves the single-page app at its registered redirect URI, and the API of the app.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { build } from "esbuild";

const here = (name) => new URL(name, import.meta.url).pathname;

/** Bundles and serves the app. `check(token)` returns the claims of a valid token, or throws. */
export async function serveApp({ redirectUri, config, check }) {
  const bundle = await build({
    entryPoints: [here("app.mjs")],
    bundle: true,
    format: "esm",
    target: "es2022",
    write: false,
  });
  const files = {
    "/": ["text/html; charset=utf-8", readFileSync(here("index.html"))],
    "/app.js": ["text/javascript; charset=utf-8", bundle.outputFiles[0].contents],
    "/config.json": ["application/json", JSON.stringify(config)],
  };
  const api = async (request, reply) => {
    const [scheme, token] = (request.headers.authorization ?? "").split(" ");
    reply.setHeader("content-type", "application/json");
    try {
      if (scheme !== "Bearer") throw new Error("no bearer token");
      reply.end(JSON.stringify(await check(token)));
    } catch (error) {
      reply
        .writeHead(401, { "www-authenticate": "Bearer" })
        .end(JSON.stringify({ failed: error.message }));
    }
  };
  const server = createServer((request, reply) => {
    const { pathname } = new URL(request.url, redirectUri);
    if (pathname === "/api/me") return api(request, reply);
    const file = files[pathname];
    if (!file) return reply.writeHead(404).end();
    return reply.writeHead(200, { "content-type": file[0] }).end(file[1]);
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(Number(new URL(redirectUri).port), "localhost", resolve);
  });
  return {
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
