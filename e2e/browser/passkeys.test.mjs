// Passkeys, with the virtual authenticator of the browser: adding one, signing in with it alone and
// after the password, and devices that fail.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { dev, startBrowser } from "../node/dev.mjs";
import { recordSecrets } from "../secrets.mjs";
import { clickAndWait, submitCredentials } from "./sign_in.mjs";
import { VIEWPORTS, inspect, newContext as newContextIn } from "./viewports.mjs";

let chromium;
before(async () => (chromium = await startBrowser()));
after(() => chromium.close());

const newContext = (options) => newContextIn(chromium.browser, options);
const user = dev.tenant.users.find(({ username }) => username.startsWith("budi@"));
const account = `${dev.authority}/account`;

/** Adds a virtual authenticator to a page, with the abilities of a phone. */
async function addDevice(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable", { enableUI: false });
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      // Otherwise the browser would answer the request of the user name field by itself.
      automaticPresenceSimulation: false,
    },
  });
  const send = (name, values) => session.send(`WebAuthn.${name}`, { authenticatorId, ...values });
  return {
    /** Runs an action during which the user touches the device. */
    async touched(action) {
      await send("setAutomaticPresenceSimulation", { enabled: true });
      const result = await action();
      await send("setAutomaticPresenceSimulation", { enabled: false });
      return result;
    },
    setVerified: (isUserVerified) => send("setUserVerified", { isUserVerified }),
    credentials: async () => (await send("getCredentials")).credentials,
    clear: () => send("clearCredentials"),
  };
}

/** Signs in with the password and adds a passkey. */
async function addPasskey(page, device, onPage = async () => {}) {
  await page.goto(account);
  await submitCredentials(page, user);
  await clickAndWait(page, "#stay-no");
  await clickAndWait(page, "#add-passkey");
  await onPage("account-add-passkey");
  await page.fill("#name", "Test device");
  await device.touched(() => clickAndWait(page, "#use-passkey"));
  recordSecrets(...(await page.locator("#recovery-codes code").allInnerTexts()));
  await clickAndWait(page, "#continue");
}

/** Removes the passkey and so the second factor of the user. */
async function removePasskey(page) {
  await clickAndWait(page, "#remove-passkey-1");
  await clickAndWait(page, "#confirm");
  await page.waitForSelector("#no-passkeys");
}

for (const [viewport, options] of Object.entries(VIEWPORTS)) {
  test(`a passkey is added, used alone and removed in the viewport ${viewport}`, async () => {
    // Adds one, signs in with it without typing anything, and removes it. Pictures each page.
    const { context, pageErrors } = await newContext(options);
    const page = await context.newPage();
    const device = await addDevice(page);
    const onPage = (kind) => inspect(page, kind, viewport);
    await addPasskey(page, device, onPage);
    await onPage("account-passkey");
    assert.equal((await device.credentials()).length, 1);
    await clickAndWait(page, "#sign-out");
    await page.waitForSelector("#use-passkey:visible");
    await onPage("sign-in-passkey");
    await device.touched(() => clickAndWait(page, "#use-passkey"));
    await clickAndWait(page, "#stay-no");
    await page.waitForSelector("#passkeys");
    await removePasskey(page);
    assert.deepEqual(pageErrors, []);
    await context.close();
  });
}

test("the password leads to the passkey, and a device that fails leads nowhere", async () => {
  // The password, then a device that does not verify its user, one whose passkey was deleted, and
  // the right one. The field of the user name offers passkeys.
  const { context } = await newContext(VIEWPORTS.desktop);
  const page = await context.newPage();
  const device = await addDevice(page);
  await addPasskey(page, device);
  await clickAndWait(page, "#sign-out");
  assert.match(await page.locator("#username").getAttribute("autocomplete"), /webauthn/);
  await submitCredentials(page, user);
  await page.waitForSelector("#use-passkey:visible");
  assert.equal(await page.locator("#code").count(), 0);
  await device.setVerified(false);
  await device.touched(async () => {
    await page.click("#use-passkey");
    await page.waitForSelector("#passkey-failed:visible");
  });
  await device.setVerified(true);
  await device.touched(() => clickAndWait(page, "#use-passkey"));
  await clickAndWait(page, "#stay-no");
  await removePasskey(page);
  await clickAndWait(page, "#sign-out");
  await page.waitForSelector("#use-passkey:visible");
  // The device still has it, and the account has not.
  await device.touched(() => clickAndWait(page, "#use-passkey"));
  assert.match(await page.locator("#problem-number").innerText(), /135010/);
  await device.clear();
  await context.close();
});
