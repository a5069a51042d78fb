// Controls the browser for programs in other languages: reads one JSON request per line, and writes
// one JSON response per line.
//
//   {"url", "username", "password", "redirect_uri"?, "fresh"?, "stay"?, "consent"?}
//   -> {"pages": [...], "method", "url", "parameters"} or {"error_page": number} or
//      {"failed": text}
//
// Without "url" it only begins with a fresh browser. With "redirect_uri" it receives the
// authorization response itself; otherwise the client does.

import { createInterface } from "node:readline";
import { App } from "./authenticator_app.mjs";
import { listenForResponse } from "./callback.mjs";
import { openBrowser } from "./chromium.mjs";
import { ErrorPage, signIn } from "./sign_in.mjs";

const { browser, close } = await openBrowser();
let context = await browser.newContext();
// The authenticator apps of the users who have set one up.
const apps = {};

async function visit(request) {
  if (request.fresh) {
    await context.close();
    context = await browser.newContext();
  }
  if (!request.url) return {};
  const page = await context.newPage();
  let callback = null;
  try {
    if (request.redirect_uri) callback = await listenForResponse(request.redirect_uri);
    await page.goto(request.url);
    const app = (apps[request.username] ??= new App());
    const pages = await signIn(page, { origin: process.env.ADMIT_ORIGIN, app, ...request });
    await page.waitForLoadState();
    return { pages, ...(callback ? await callback.response() : {}) };
  } catch (error) {
    return error instanceof ErrorPage ? { error_page: error.number } : { failed: error.stack };
  } finally {
    await page.close();
    await callback?.close();
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await visit(JSON.parse(line)))}\n`);
}
await close();
