// openid-client, unmodified: discovery, code with PKCE, refresh, UserInfo, introspection,
// revocation.

import assert from "node:assert/strict";
import { X509Certificate, createHash, createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import * as client from "openid-client";
import { accessToken, assertRefusal, dev, startBrowser } from "./dev.mjs";

let chromium;
let config;
const web = dev.client("web");
const [redirectUri] = web.redirect_uris;

before(async () => {
  chromium = await startBrowser();
  config = await client.discovery(new URL(dev.issuer), web.client_id, web.client_secret);
});
after(() => chromium.close());

async function codeFlow(scope, more = {}) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const expected = { expectedState: client.randomState(), expectedNonce: client.randomNonce() };
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
    state: expected.expectedState,
    nonce: expected.expectedNonce,
    ...more,
  });
  const response = await chromium.authorize(url, { redirectUri });
  return client.authorizationCodeGrant(config, response.url, {
    pkceCodeVerifier,
    idTokenExpected: true,
    ...expected,
  });
}

test("both discovery documents have the issuer and the features", async () => {
  // Reads the documents of OpenID Connect Discovery and of RFC 8414.
  const oauth = await client.discovery(
    new URL(dev.issuer),
    web.client_id,
    web.client_secret,
    undefined,
    { algorithm: "oauth2" },
  );
  for (const metadata of [config.serverMetadata(), oauth.serverMetadata()]) {
    assert.equal(metadata.issuer, dev.issuer);
    assert.equal(metadata.supportsPKCE(), true);
    assert.ok(metadata.dpop_signing_alg_values_supported.includes("ES256"));
    assert.ok(metadata.grant_types_supported.includes("client_credentials"));
    for (const endpoint of ["introspection_endpoint", "revocation_endpoint", "userinfo_endpoint"]) {
      assert.ok(metadata[endpoint].startsWith(`${dev.origin}/`), endpoint);
    }
  }
});

test("a grant works until its refresh token is revoked", async () => {
  // Signs in, reads UserInfo, refreshes, introspects, revokes, and tries to refresh again.
  const tokens = await codeFlow(`openid profile email offline_access ${dev.scope}`);
  const claims = tokens.claims();
  assert.equal(claims.preferred_username, dev.user.username);
  const access = await accessToken(tokens.access_token, { azp: web.client_id });

  const userInfo = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
  assert.equal(userInfo.preferred_username, dev.user.username);

  const renewed = await client.refreshTokenGrant(config, tokens.refresh_token);
  await accessToken(renewed.access_token, { oid: access.oid });
  const current = renewed.refresh_token ?? tokens.refresh_token;

  const before = await client.tokenIntrospection(config, current);
  assert.equal(before.active, true);
  assert.equal(before.client_id, web.client_id);
  const ofAccess = await client.tokenIntrospection(config, renewed.access_token);
  assert.equal(ofAccess.active, true);
  assert.equal(ofAccess.iss, dev.issuer);

  await client.tokenRevocation(config, current);
  assert.equal((await client.tokenIntrospection(config, current)).active, false);
  await assert.rejects(client.refreshTokenGrant(config, current), { error: "invalid_grant" });
});

test("a refresh may narrow the scope, but not extend it", async () => {
  // Refreshes with one of two scopes, and then with a scope that was not granted (RFC 6749 §6).
  const tokens = await codeFlow(`openid offline_access ${dev.scope}`);
  const narrow = await client.refreshTokenGrant(config, tokens.refresh_token, { scope: dev.scope });
  await accessToken(narrow.access_token, { scp: dev.scope.split("/").pop() });
  const current = narrow.refresh_token ?? tokens.refresh_token;
  const wider = client.refreshTokenGrant(config, current, {
    scope: `${dev.resource.identifier}/No.Such`,
  });
  await assert.rejects(wider, { error: "invalid_scope" });
});

test("prompt=none succeeds with a session and is refused without one", async () => {
  // Signs in, repeats the request with prompt=none, and sends it from a new context.
  const context = await chromium.browser.newContext();
  const authorize = async (prompt, inContext) => {
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: `openid ${dev.scope}`,
      state: "s",
      code_challenge_method: "S256",
      code_challenge: await client.calculatePKCECodeChallenge(client.randomPKCECodeVerifier()),
      ...(prompt ? { prompt } : {}),
    });
    return chromium.authorize(url, { redirectUri, context: inContext });
  };
  assert.ok((await authorize(undefined, context)).pages.includes("sign-in"));
  const silent = await authorize("none", context);
  assert.deepEqual(silent.pages, []);
  assert.ok(silent.parameters.code);
  await context.close();
  const { parameters } = await authorize("none");
  assert.equal(parameters.error, "login_required");
  assert.match(parameters.error_description, /^AADSTS50058: /);
  assert.equal(parameters.iss, dev.issuer);
});

test("private_key_jwt with the issuer as audience is accepted", async () => {
  // Authenticates with an assertion whose `aud` is the issuer, as rfc7523bis demands.
  const { client_id: id, private_key_file: file } = dev.client("web-certificate");
  const der = new X509Certificate(readFileSync(file.replace(/\.[^.]+$/, ".crt"))).raw;
  const pkcs8 = createPrivateKey(readFileSync(file)).export({ type: "pkcs8", format: "der" });
  const key = await crypto.subtle.importKey(
    "pkcs8",
    pkcs8,
    { name: "RSA-PSS", hash: "SHA-256" },
    false,
    ["sign"],
  );
  const authentication = client.PrivateKeyJwt(key, {
    [client.modifyAssertion]: (header, payload) => {
      header["x5t#S256"] = createHash("sha256").update(der).digest("base64url");
      assert.ok([payload.aud].flat().includes(dev.issuer));
    },
  });
  const configuration = await client.discovery(new URL(dev.issuer), id, undefined, authentication);
  const tokens = await client.clientCredentialsGrant(configuration, { scope: dev.defaultScope });
  await accessToken(tokens.access_token, { azpacr: "2" });
});

test("a wrong secret is refused with error number, ids and a link", async () => {
  // Reads the challenge in the error of the library, and the JSON in its response.
  const wrong = await client.discovery(
    new URL(dev.issuer),
    dev.client("daemon").client_id,
    "not-the-secret",
  );
  const error = await client
    .clientCredentialsGrant(wrong, { scope: dev.defaultScope })
    .catch((caught) => caught);
  assert.equal(error.status, 401);
  assert.equal(error.cause[0].scheme, "basic");
  await assertRefusal(await error.response.json(), "invalid_client", 7000215);
});
