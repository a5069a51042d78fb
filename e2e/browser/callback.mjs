// The redirect URI of a client under test: receives authorization responses in every response mode.

import { createServer } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { recordSecretsIn } from "../secrets.mjs";

const TIMEOUT_MS = 20_000;

const PAGE = "<!doctype html><html lang=en><title>Back at the app</title><h1>Back at the app</h1>";

/** Listens on loopback. `response()` resolves with the parameters of the next response. */
export async function listenForResponse(redirectUri) {
  const { port, pathname } = new URL(redirectUri);
  const waiting = [];
  const received = [];
  const deliver = (response) =>
    waiting.length ? waiting.shift()(response) : received.push(response);
  const handle = async (request, reply) => {
    const url = new URL(request.url, redirectUri);
    let body = "";
    for await (const part of request) body += part;
    reply.setHeader("content-type", "text/html; charset=utf-8").end(PAGE);
    if (url.pathname !== pathname) return;
    const form = request.method === "POST";
    const sent = form ? new URLSearchParams(body) : url.searchParams;
    recordSecretsIn(sent);
    deliver({ method: request.method, url, parameters: Object.fromEntries(sent) });
  };
  const servers = await Promise.all(["127.0.0.1", "::1"].map((host) => listen(handle, host, port)));
  return {
    response() {
      if (received.length) return Promise.resolve(received.shift());
      const next = new Promise((resolve) => waiting.push(resolve));
      return Promise.race([next, timeout(redirectUri)]);
    },
    async close() {
      for (const server of servers) {
        server?.close();
        server?.closeAllConnections();
      }
    },
  };
}

async function timeout(redirectUri) {
  await pause(TIMEOUT_MS, undefined, { ref: false });
  throw new Error(`no response to ${redirectUri} within ${TIMEOUT_MS} ms`);
}

async function listen(handle, host, port) {
  const end = Date.now() + TIMEOUT_MS;
  for (;;) {
    try {
      return await listenOnce(handle, host, port);
    } catch (error) {
      // A machine without IPv6 has only one loopback address.
      if (host === "::1" && ["EADDRNOTAVAIL", "EAFNOSUPPORT"].includes(error.code)) return null;
      // The port is registered, so it cannot change. Another process may release it soon.
      if (error.code !== "EADDRINUSE" || Date.now() > end) throw error;
      await pause(200);
    }
  }
}

function listenOnce(handle, host, port) {
  return new Promise((resolve, reject) => {
    const server = createServer(handle);
    server.once("error", reject);
    server.listen(Number(port), host, () => resolve(server));
  });
}
