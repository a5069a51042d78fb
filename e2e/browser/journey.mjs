// What a person does on the pages of the service, from the first one to the way back to the client.

import { setTimeout as pause } from "node:timers/promises";

const PATIENCE_MS = 20_000;

/** The pages by the one element that only they have, in the order in which they are asked. */
const MARKS = {
  desk: "#sign-out",
  "sign-in": "#sign-in",
  stay: "#stay-yes",
  accounts: "#other-account",
  consent: "#consent-accept",
  error: "#error-number",
};

/** A refusal shown to the person instead of the way back. */
export class ErrorPage extends Error {
  constructor(number, text) {
    super(`the error page shows ${number}: ${text}`);
    this.number = number;
  }
}

/** Which page of the service this is, or null. */
export async function kindOf(page) {
  for (const [kind, mark] of Object.entries(MARKS)) {
    if ((await page.locator(mark).count()) > 0) return kind;
  }
  return null;
}

/** Waits for a known page, or null once the browser has left the service. */
export async function arrival(page, origin) {
  const end = Date.now() + PATIENCE_MS;
  while (Date.now() < end) {
    if (!page.url().startsWith(`${origin}/`)) return null;
    // A question put to a page that is just being replaced fails; the next one is asked again.
    const kind = await kindOf(page).catch(() => null);
    if (kind !== null) return kind;
    await pause(25);
  }
  throw new Error(`no page of the service and no way back within ${PATIENCE_MS} ms: ${page.url()}`);
}

/** Presses a button or link that leads to another page, and waits for that page. */
export async function press(page, target) {
  const moved = page.waitForEvent("framenavigated", {
    predicate: (frame) => frame === page.mainFrame(),
    timeout: PATIENCE_MS,
  });
  await page.locator(target).first().click();
  await moved;
}

/** Fills in and sends the sign-in form. */
export async function sendCredentials(page, { username, password }) {
  await page.fill("#username", username);
  await page.fill("#password", password);
  await press(page, "#sign-in");
}

const ANSWERS = {
  "sign-in": sendCredentials,
  stay: (page, { stay }) => press(page, stay ? "#stay-yes" : "#stay-no"),
  accounts: (page, { username }) => press(page, `.account:has-text("${username}")`),
  consent: (page, { consent }) => press(page, consent ? "#consent-accept" : "#consent-cancel"),
};

/**
 * Answers page after page until the browser is back at the client, or at the administration pages;
 * returns the kinds it met.
 * `seen(kind, page)` is called for each before it is answered.
 */
export async function signIn(page, options) {
  const person = { stay: false, consent: true, seen: async () => {}, ...options };
  const met = [];
  for (;;) {
    const kind = await arrival(page, person.origin);
    if (kind === null || kind === "desk") return met;
    if (kind === "error") {
      const number = (await page.locator("#error-number").innerText()).trim();
      throw new ErrorPage(number, (await page.locator("body").innerText()).trim());
    }
    if (met.filter((earlier) => earlier === kind).length > 1) {
      throw new Error(`the page ${kind} came back a third time, after ${met.join(", ")}`);
    }
    met.push(kind);
    await person.seen(kind, page);
    await ANSWERS[kind](page, person);
  }
}
