// The redirect URI of a client under test: takes one authorization response, however it is sent.

import { createServer } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { keepOf } from "../secrets.mjs";

const PATIENCE_MS = 20_000;

const PAGE = "<!doctype html><html lang=en><title>Back at the app</title><h1>Back at the app</h1>";

/** Listens on loopback; `response()` resolves with the parameters of the next response. */
export async function listenForResponse(redirectUri) {
  const { port, pathname } = new URL(redirectUri);
  const waiting = [];
  const arrived = [];
  const deliver = (response) =>
    waiting.length ? waiting.shift()(response) : arrived.push(response);
  const answer = async (request, reply) => {
    const url = new URL(request.url, redirectUri);
    let body = "";
    for await (const part of request) body += part;
    reply.setHeader("content-type", "text/html; charset=utf-8").end(PAGE);
    if (url.pathname !== pathname) return;
    const form = request.method === "POST";
    const sent = form ? new URLSearchParams(body) : url.searchParams;
    keepOf(sent);
    deliver({ method: request.method, url, parameters: Object.fromEntries(sent) });
  };
  const servers = await Promise.all(["127.0.0.1", "::1"].map((host) => listen(answer, host, port)));
  return {
    response() {
      if (arrived.length) return Promise.resolve(arrived.shift());
      const next = new Promise((resolve) => waiting.push(resolve));
      return Promise.race([next, tooLate(redirectUri)]);
    },
    async close() {
      for (const server of servers) {
        server?.close();
        server?.closeAllConnections();
      }
    },
  };
}

async function tooLate(redirectUri) {
  await pause(PATIENCE_MS, undefined, { ref: false });
  throw new Error(`nothing came to ${redirectUri} within ${PATIENCE_MS} ms`);
}

async function listen(answer, host, port) {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await listenOnce(answer, host, port);
    } catch (error) {
      // A machine without IPv6 has only one loopback address.
      if (host === "::1" && ["EADDRNOTAVAIL", "EAFNOSUPPORT"].includes(error.code)) return null;
      // The port is registered, so it cannot be another: whoever has it may be done soon.
      if (error.code !== "EADDRINUSE" || Date.now() > end) throw error;
      await pause(200);
    }
  }
}

function listenOnce(answer, host, port) {
  return new Promise((resolve, reject) => {
    const server = createServer(answer);
    server.once("error", reject);
    server.listen(Number(port), host, () => resolve(server));
  });
}
