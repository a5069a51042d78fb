// A typical single-page app: MSAL for browsers, the redirect flow, and one API.

import { PublicClientApplication } from "@azure/msal-browser";

const { auth, scope } = await (await fetch("/config.json")).json();
const application = new PublicClientApplication({
  auth,
  cache: { cacheLocation: "sessionStorage" },
});
await application.initialize();

const element = (id) => document.getElementById(id);
const show = (result) => {
  element("result").textContent = JSON.stringify(result, null, 2);
};

/** Runs the action of a button, and shows its result or its error. */
const on = (id, action) =>
  element(id).addEventListener("click", async () => {
    element("result").textContent = "";
    try {
      show(await action());
    } catch (error) {
      show({ failed: error.errorCode ?? error.name, message: error.message });
    }
  });

async function callTheApi(forceRefresh) {
  const [account] = application.getAllAccounts();
  const { accessToken, fromCache } = await application.acquireTokenSilent({
    scopes: [scope],
    account,
    forceRefresh,
  });
  const response = await fetch("/api/me", { headers: { authorization: `Bearer ${accessToken}` } });
  return { status: response.status, fromCache, token: accessToken, claims: await response.json() };
}

on("log-in", () => application.loginRedirect({ scopes: [scope] }));
on("ask-again", () => application.loginRedirect({ scopes: [scope], prompt: "consent" }));
on("call", () => callTheApi(false));
on("renew", () => callTheApi(true));

try {
  await application.handleRedirectPromise();
} catch (error) {
  show({ failed: error.errorCode, message: error.message });
}
const [account] = application.getAllAccounts();
if (account) element("account").textContent = `${account.username} is signed in`;
document.body.dataset.ready = "yes";
