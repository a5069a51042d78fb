// oauth4webapi with DPoP (RFC 9449), unmodified: nonces, token endpoint, UserInfo, dpop_jkt,
// introspection.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { calculateJwkThumbprint, exportJWK } from "jose";
import * as oauth from "oauth4webapi";
import { accessToken, dev, startBrowser } from "./dev.mjs";

const client = { client_id: dev.client("native").client_id };
const loopback = dev.client("native").redirect_uris.find((uri) => uri.includes("127.0.0.1"));
const redirectUri = `${loopback}:51789`;
const scope = `openid profile offline_access ${dev.scope}`;

let chromium;
let server;
before(async () => {
  chromium = await startBrowser();
  const issuer = new URL(dev.issuer);
  server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer));
});
after(() => chromium.close());

const newKey = () => oauth.generateKeyPair("ES256");
const thumbprint = async ({ publicKey }) => calculateJwkThumbprint(await exportJWK(publicKey));

/** Repeats the call once if the server demands a nonce (RFC 9449 §8). */
async function withNonce(call) {
  try {
    return { nonceDemanded: false, result: await call() };
  } catch (error) {
    if (!oauth.isDPoPNonceError(error)) throw error;
    return { nonceDemanded: true, result: await call() };
  }
}

async function code(more = {}) {
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const url = new URL(server.authorization_endpoint);
  url.search = new URLSearchParams({
    client_id: client.client_id,
    redirect_uri: redirectUri,
    response_type: "code",
    scope,
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    ...more,
  });
  const response = await chromium.authorize(url, { redirectUri });
  return { verifier, parameters: oauth.validateAuthResponse(server, client, response.url, state) };
}

async function redeem({ verifier, parameters }, DPoP) {
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.None(),
    parameters,
    redirectUri,
    verifier,
    DPoP ? { DPoP } : {},
  );
  return oauth.processAuthorizationCodeResponse(server, client, response);
}

test("a DPoP proof with the server's nonce binds the tokens", async () => {
  // The first proof has no nonce and is refused; the access token then has `cnf.jkt` of the key.
  const pair = await newKey();
  const DPoP = oauth.DPoP(client, pair);
  const { nonceDemanded, result } = await withNonce(async () => redeem(await code(), DPoP));
  assert.equal(nonceDemanded, true);
  assert.equal(result.token_type, "dpop");
  const jkt = await thumbprint(pair);
  await accessToken(result.access_token, { cnf: { jkt } });

  const info = async () => {
    const response = await oauth.userInfoRequest(server, client, result.access_token, { DPoP });
    return oauth.processUserInfoResponse(
      server,
      client,
      oauth.getValidatedIdTokenClaims(result).sub,
      response,
    );
  };
  assert.equal((await withNonce(info)).result.preferred_username, dev.user.username);

  const refresh = async () =>
    oauth.processRefreshTokenResponse(
      server,
      client,
      await oauth.refreshTokenGrantRequest(server, client, oauth.None(), result.refresh_token, {
        DPoP,
      }),
    );
  const renewed = (await withNonce(refresh)).result;
  await accessToken(renewed.access_token, { cnf: { jkt } });
});

test("a refresh token of a public client is bound to its DPoP key", async () => {
  // Refreshes with another key and without a key, which fail, and then with the right key.
  const DPoP = oauth.DPoP(client, await newKey());
  const { result } = await withNonce(async () => redeem(await code(), DPoP));
  const refreshWith = async (other) => {
    const response = await oauth.refreshTokenGrantRequest(
      server,
      client,
      oauth.None(),
      result.refresh_token,
      other ? { DPoP: other } : {},
    );
    return oauth.processRefreshTokenResponse(server, client, response);
  };
  const otherDPoP = oauth.DPoP(client, await newKey());
  const refused = (error) => {
    assert.ok(
      ["invalid_grant", "invalid_dpop_proof"].includes(error.error),
      error.error ?? error.stack,
    );
    return true;
  };
  await assert.rejects(
    withNonce(() => refreshWith(otherDPoP)),
    refused,
  );
  await assert.rejects(refreshWith(undefined), refused);
  assert.ok((await withNonce(() => refreshWith(DPoP))).result.access_token);
});

test("UserInfo refuses a bound access token without a DPoP proof", async () => {
  // Sends it as a bearer token, and gets 401 with a challenge.
  const DPoP = oauth.DPoP(client, await newKey());
  const { result } = await withNonce(async () => redeem(await code(), DPoP));
  const response = await fetch(server.userinfo_endpoint, {
    headers: { authorization: `Bearer ${result.access_token}` },
  });
  assert.equal(response.status, 401);
  assert.match(response.headers.get("www-authenticate"), /DPoP|Bearer/);
});

test("dpop_jkt binds a code to the DPoP key", async () => {
  // Redeems codes with the right key, with another key, and without a key.
  const pair = await newKey();
  const DPoP = oauth.DPoP(client, pair);
  const bound = async () => code({ dpop_jkt: await thumbprint(pair) });
  const { result } = await withNonce(async () => redeem(await bound(), DPoP));
  await accessToken(result.access_token, { cnf: { jkt: await thumbprint(pair) } });
  const otherDPoP = oauth.DPoP(client, await newKey());
  await assert.rejects(
    withNonce(async () => redeem(await bound(), otherDPoP)),
    (error) => {
      assert.ok(
        ["invalid_grant", "invalid_dpop_proof"].includes(error.error),
        error.error ?? error.stack,
      );
      return true;
    },
  );
  await assert.rejects(redeem(await bound(), undefined), (error) =>
    error.error.startsWith("invalid_"),
  );
});

test("introspection returns the key of a bound token", async () => {
  // A client introspects its own token, and gets the thumbprint of the key.
  const pair = await newKey();
  const { client_id, client_secret } = dev.client("daemon");
  const daemon = { client_id };
  const DPoP = oauth.DPoP(daemon, pair);
  const grant = async () =>
    oauth.processClientCredentialsResponse(
      server,
      daemon,
      await oauth.clientCredentialsGrantRequest(
        server,
        daemon,
        oauth.ClientSecretPost(client_secret),
        { scope: dev.defaultScope },
        { DPoP },
      ),
    );
  const { result } = await withNonce(grant);
  assert.equal(result.token_type, "dpop");
  const introspection = await oauth.processIntrospectionResponse(
    server,
    daemon,
    await oauth.introspectionRequest(
      server,
      daemon,
      oauth.ClientSecretPost(client_secret),
      result.access_token,
    ),
  );
  assert.equal(introspection.active, true);
  assert.deepEqual(introspection.cnf, { jkt: await thumbprint(pair) });
});

test("a client whose clock is minutes off is led to the nonce", async () => {
  // The library creates its proofs by a clock that is four minutes behind or ahead. Its first proof
  // is refused with use_dpop_nonce, and the repeated one is accepted.
  for (const seconds of [-240, 240]) {
    const daemon = dev.client("daemon");
    const wrongClock = { client_id: daemon.client_id, [oauth.clockSkew]: seconds };
    const DPoP = oauth.DPoP(wrongClock, await newKey());
    const authentication = oauth.ClientSecretPost(daemon.client_secret);
    const request = async () =>
      oauth.processClientCredentialsResponse(
        server,
        wrongClock,
        await oauth.clientCredentialsGrantRequest(
          server,
          wrongClock,
          authentication,
          { scope: dev.defaultScope },
          { DPoP },
        ),
      );
    const { nonceDemanded, result } = await withNonce(request);
    assert.equal(nonceDemanded, true);
    assert.equal(result.token_type, "dpop");
  }
});
