// MSAL for Node, unmodified: secret, certificate, code flow, silent refresh, refusals.

import assert from "node:assert/strict";
import { X509Certificate, createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import {
  ConfidentialClientApplication,
  CryptoProvider,
  PublicClientApplication,
} from "@azure/msal-node";
import { signIn } from "../browser/sign_in.mjs";
import { accessToken, dev, idToken, startBrowser } from "./dev.mjs";

let chromium;
before(async () => (chromium = await startBrowser()));
after(() => chromium.close());

// The options that a self-hosted authority needs, and no others.
const selfHosted = (name, more) => ({
  auth: {
    clientId: dev.client(name).client_id,
    authority: dev.authority,
    knownAuthorities: [dev.host],
    ...more,
  },
});

const withSecret = (name, secret = dev.client(name).client_secret) =>
  new ConfidentialClientApplication(selfHosted(name, { clientSecret: secret }));

function certificate() {
  const key = dev.client("web-certificate").private_key_file;
  const pem = readFileSync(key.replace(/\.[^.]+$/, ".crt"), "utf8");
  return { privateKey: readFileSync(key, "utf8"), pem, der: new X509Certificate(pem).raw };
}

const daemonRequest = { scopes: [dev.defaultScope] };

async function codeFlow(application, redirectUri, more = {}) {
  const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
  const request = { scopes: [dev.scope], redirectUri, ...more };
  const url = await application.getAuthCodeUrl({
    ...request,
    state: "e2e state",
    codeChallenge: challenge,
    codeChallengeMethod: "S256",
  });
  const response = await chromium.authorize(url, { redirectUri });
  assert.equal(response.parameters.state, "e2e state");
  return application.acquireTokenByCode({
    ...request,
    code: response.parameters.code,
    codeVerifier: verifier,
  });
}

test("a daemon gets a token with its roles", async () => {
  // Validates the token with the published keys, and compares the roles with those of the resource.
  const result = await withSecret("daemon").acquireTokenByClientCredential(daemonRequest);
  const claims = await accessToken(result.accessToken, { azp: dev.client("daemon").client_id });
  assert.equal(claims.azpacr, "1");
  assert.ok(
    claims.roles.length > 0 && claims.roles.every((role) => dev.resource.roles.includes(role)),
  );
});

test("a certificate is found by SHA-256 and SHA-1 thumbprint, with and without x5c", async () => {
  // Sends four assertions (PS256 and RS256); `azpacr` of each token has the value for certificates.
  const { privateKey, pem, der } = certificate();
  const hash = (name) => createHash(name).update(der).digest("hex");
  for (const named of [{ thumbprintSha256: hash("sha256") }, { thumbprint: hash("sha1") }]) {
    for (const chain of [{}, { x5c: pem }]) {
      const clientCertificate = { privateKey, ...named, ...chain };
      const application = new ConfidentialClientApplication(
        selfHosted("web-certificate", { clientCertificate }),
      );
      const result = await application.acquireTokenByClientCredential(daemonRequest);
      await accessToken(result.accessToken, { azpacr: "2" });
    }
  }
});

test("a user signs in, and a silent call refreshes", async () => {
  // Compares the user in the tokens; forceRefresh gets new tokens for the same account.
  const web = dev.client("web");
  const application = withSecret("web");
  const first = await codeFlow(application, web.redirect_uris[0]);
  const claims = await accessToken(first.accessToken, { azp: web.client_id });
  assert.ok(claims.scp.split(" ").includes(dev.scope.split("/").pop()));
  const identity = await idToken(first.idToken, web.client_id);
  assert.equal(identity.preferred_username, dev.user.username);
  assert.equal(first.account.homeAccountId, `${identity.oid}.${dev.tenantId}`);

  const request = { scopes: [dev.scope], account: first.account };
  const cached = await application.acquireTokenSilent(request);
  assert.equal(cached.fromCache, true);
  for (let turn = 0; turn < 2; turn += 1) {
    const renewed = await application.acquireTokenSilent({ ...request, forceRefresh: true });
    assert.equal(renewed.fromCache, false);
    assert.notEqual(renewed.accessToken, first.accessToken);
    await accessToken(renewed.accessToken, { oid: claims.oid, sub: claims.sub });
  }
});

test("a native app signs in with a free loopback port", async () => {
  // acquireTokenInteractive chooses a port, and the browser is redirected to it. The second time
  // the user is signed in and presses "Continue": another program could listen at the port.
  const application = new PublicClientApplication(selfHosted("native"));
  const context = await chromium.browser.newContext();
  const signInWith = async (application) => {
    let visit;
    const result = await application.acquireTokenInteractive({
      scopes: [dev.scope],
      openBrowser: async (url) => {
        const page = await context.newPage();
        visit = page.goto(url).then(() => signIn(page, { origin: dev.origin, ...dev.user }));
      },
    });
    return { result, pages: await visit };
  };
  const { result, pages } = await signInWith(application);
  assert.ok(pages.includes("sign-in"));
  const again = await signInWith(new PublicClientApplication(selfHosted("native")));
  assert.deepEqual(again.pages, ["confirm"]);
  assert.equal(again.result.account.homeAccountId, result.account.homeAccountId);
  await context.close();
  await accessToken(result.accessToken, { azp: dev.client("native").client_id, azpacr: "0" });
  const renewed = await application.acquireTokenSilent({
    scopes: [dev.scope],
    account: result.account,
    forceRefresh: true,
  });
  assert.notEqual(renewed.accessToken, result.accessToken);
});

test("the error for a wrong secret has the error number and the ids", async () => {
  // Compares the OAuth error, the number and the ids in the error of the library.
  await assert.rejects(
    withSecret("daemon", "not-the-secret").acquireTokenByClientCredential(daemonRequest),
    (error) => {
      assert.equal(error.errorCode, "invalid_client");
      assert.match(error.message, /AADSTS7000215: .* Trace ID: [0-9a-f-]{36} Correlation ID: /);
      return true;
    },
  );
});

test("the error for an unknown resource has the error number", async () => {
  // Requests a scope of a resource that does not exist.
  const request = { scopes: ["api://nobody/.default"] };
  await assert.rejects(withSecret("daemon").acquireTokenByClientCredential(request), (error) => {
    assert.equal(error.errorCode, "invalid_scope");
    assert.match(error.message, /AADSTS500011: /);
    return true;
  });
});

test("a second redemption of a code is refused", async () => {
  // Redeems the same code twice.
  const application = withSecret("web");
  const redirectUri = dev.client("web").redirect_uris[0];
  const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
  const url = await application.getAuthCodeUrl({
    scopes: [dev.scope],
    redirectUri,
    codeChallenge: challenge,
    codeChallengeMethod: "S256",
    state: "s",
  });
  const { parameters } = await chromium.authorize(url, { redirectUri });
  const request = {
    scopes: [dev.scope],
    redirectUri,
    code: parameters.code,
    codeVerifier: verifier,
  };
  await application.acquireTokenByCode(request);
  await assert.rejects(application.acquireTokenByCode(request), { errorCode: "invalid_grant" });
});
