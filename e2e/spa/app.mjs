// A typical single-page app: MSAL for browsers, the redirect flow, and one API.

import { InteractionRequiredAuthError, PublicClientApplication } from "@azure/msal-browser";

const { auth, scope, largeOrders } = await (await fetch("/config.json")).json();
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

/** Gets the large orders. Passes a challenge of the API on: first silently, then with a page. */
async function getLargeOrders() {
  const [account] = application.getAllAccounts();
  const request = { scopes: [scope], account };
  const { accessToken } = await application.acquireTokenSilent(request);
  const response = await fetch(largeOrders, { headers: { authorization: `Bearer ${accessToken}` } });
  const challenge = response.headers.get("www-authenticate") ?? "";
  const encoded = /claims="([^"]*)"/.exec(challenge)?.[1];
  if (!encoded) return { status: response.status, token: accessToken };
  const claims = atob(encoded);
  try {
    return await application.acquireTokenSilent({ ...request, claims });
  } catch (error) {
    if (!(error instanceof InteractionRequiredAuthError)) throw error;
    sessionStorage.setItem("reason", `${error.errorCode} ${error.subError} ${error.claims}`);
    return application.acquireTokenRedirect({ ...request, claims });
  }
}

on("log-in", () => application.loginRedirect({ scopes: [scope] }));
on("ask-again", () => application.loginRedirect({ scopes: [scope], prompt: "consent" }));
on("call", () => callTheApi(false));
on("renew", () => callTheApi(true));
on("large-orders", getLargeOrders);

try {
  await application.handleRedirectPromise();
} catch (error) {
  show({ failed: error.errorCode, message: error.message });
}
const [account] = application.getAllAccounts();
if (account) element("account").textContent = `${account.username} is signed in`;
document.body.dataset.ready = "yes";
