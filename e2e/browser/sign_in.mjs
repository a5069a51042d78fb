// Signs a user in on the pages of the service, until the browser is redirected to the client.

import { setTimeout as pause } from "node:timers/promises";
import { recordSecrets } from "../secrets.mjs";

const TIMEOUT_MS = 20_000;

/** For each kind of page, an element that only this page has. */
const PAGE_SELECTORS = {
  administration: "#sign-out",
  "sign-in": "#sign-in",
  stay: "#stay-yes",
  accounts: "#other-account",
  confirm: "#continue-as",
  consent: "#consent-accept",
  "authenticator-app": "#qr-code",
  "recovery-codes": "#recovery-codes",
  "second-factor": "#code",
  finished: "#go-on",
  error: "#error-number",
};

/** A refusal on an error page, without a redirect to the client. */
export class ErrorPage extends Error {
  constructor(number, text) {
    super(`the error page shows ${number}: ${text}`);
    this.number = number;
  }
}

/** Returns the kind of the page, or null if it is not a known page of the service. */
export async function pageKind(page) {
  for (const [kind, selector] of Object.entries(PAGE_SELECTORS)) {
    if ((await page.locator(selector).count()) > 0) return kind;
  }
  return null;
}

/**
 * Waits for a known page and returns its kind, or null if the browser has left the service or is at
 * an address for which `until` is true.
 */
export async function waitForPage(page, origin, until = () => false) {
  const end = Date.now() + TIMEOUT_MS;
  while (Date.now() < end) {
    if (page.isClosed()) throw new Error("the page was closed");
    if (!page.url().startsWith(`${origin}/`) || until(new URL(page.url()))) return null;
    // A query fails while the browser replaces the page; the next one succeeds.
    const kind = await pageKind(page).catch(() => null);
    if (kind !== null) return kind;
    await pause(25);
  }
  throw new Error(`no known page and no redirect within ${TIMEOUT_MS} ms: ${page.url()}`);
}

/** Clicks a button or link that leads to another page, and waits for that page. */
export async function clickAndWait(page, target) {
  const navigation = page.waitForEvent("framenavigated", {
    predicate: (frame) => frame === page.mainFrame(),
    timeout: TIMEOUT_MS,
  });
  // Both at once: if the page closes meanwhile, neither rejection is unhandled.
  await Promise.all([navigation, page.locator(target).first().click()]);
}

/** Fills in and submits the sign-in form. */
export async function submitCredentials(page, { username, password }) {
  await page.fill("#username", username);
  await page.fill("#password", password);
  await clickAndWait(page, "#sign-in");
}

/** Sets the user's authenticator app up. */
async function setUpApp(page, { app }) {
  app.learn(await page.locator("#key").innerText());
  await giveCode(page, { app });
}

async function giveCode(page, { app }) {
  await page.fill("#code", app.code());
  await clickAndWait(page, "#continue");
}

async function keepRecoveryCodes(page) {
  recordSecrets(...(await page.locator("#recovery-codes code").allInnerTexts()));
  await clickAndWait(page, "#continue");
}

/** For each kind of page, the function that submits it. */
const ACTIONS = {
  "sign-in": submitCredentials,
  stay: (page, { stay }) => clickAndWait(page, stay ? "#stay-yes" : "#stay-no"),
  accounts: (page, { username }) => clickAndWait(page, `.account:has-text("${username}")`),
  confirm: (page) => clickAndWait(page, "#continue-as"),
  "authenticator-app": setUpApp,
  "recovery-codes": keepRecoveryCodes,
  "second-factor": giveCode,
  consent: (page, { consent }) =>
    clickAndWait(page, consent ? "#consent-accept" : "#consent-cancel"),
};

/**
 * Submits page after page until the browser is at the client or at the administration pages.
 * Returns the kinds of the pages. `app` is the user's authenticator app. Calls `onPage(kind, page)`
 * before it submits a page.
 */
export async function signIn(page, options) {
  const choices = { stay: false, consent: true, onPage: async () => {}, ...options };
  const kinds = [];
  for (;;) {
    const kind = await waitForPage(page, choices.origin, choices.until);
    if (kind === null || kind === "administration") return kinds;
    if (kind === "error") {
      const number = (await page.locator("#error-number").innerText()).trim();
      throw new ErrorPage(number, (await page.locator("body").innerText()).trim());
    }
    if (kinds.filter((earlier) => earlier === kind).length > 1) {
      throw new Error(`the page ${kind} appeared a third time, after ${kinds.join(", ")}`);
    }
    kinds.push(kind);
    await choices.onPage(kind, page);
    await ACTIONS[kind](page, choices);
  }
}
