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

/** Repeats the call once where the server asks for its nonce, as RFC 9449 §8 has it. */
async function withNonce(call) {
  try {
    return { nonceAsked: false, result: await call() };
  } catch (error) {
    if (!oauth.isDPoPNonceError(error)) throw error;
    return { nonceAsked: true, result: await call() };
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
  const back = await chromium.authorize(url, { redirectUri });
  return { verifier, parameters: oauth.validateAuthResponse(server, client, back.url, state) };
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

test("a proof binds the tokens, after the server has asked for its nonce", async () => {
  // The access token has cnf.jkt of the key, and the first proof without a nonce was not enough.
  const pair = await newKey();
  const DPoP = oauth.DPoP(client, pair);
  const { nonceAsked, result } = await withNonce(async () => redeem(await code(), DPoP));
  assert.equal(nonceAsked, true);
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

test("a refresh token of a public client is bound to its key", async () => {
  // Another key, and no key at all, are refused; the grant is still good for the right key.
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
  const stranger = oauth.DPoP(client, await newKey());
  const refused = (error) => {
    assert.ok(
      ["invalid_grant", "invalid_dpop_proof"].includes(error.error),
      error.error ?? error.stack,
    );
    return true;
  };
  await assert.rejects(
    withNonce(() => refreshWith(stranger)),
    refused,
  );
  await assert.rejects(refreshWith(undefined), refused);
  assert.ok((await withNonce(() => refreshWith(DPoP))).result.access_token);
});

test("a bound access token without its proof is turned away from UserInfo", async () => {
  // Sent as a plain bearer token it is 401 with a challenge.
  const DPoP = oauth.DPoP(client, await newKey());
  const { result } = await withNonce(async () => redeem(await code(), DPoP));
  const stolen = await fetch(server.userinfo_endpoint, {
    headers: { authorization: `Bearer ${result.access_token}` },
  });
  assert.equal(stolen.status, 401);
  assert.match(stolen.headers.get("www-authenticate"), /DPoP|Bearer/);
});

test("dpop_jkt binds the code to the key", async () => {
  // The right key redeems it; another key gets invalid_grant or invalid_dpop_proof.
  const pair = await newKey();
  const DPoP = oauth.DPoP(client, pair);
  const bound = async () => code({ dpop_jkt: await thumbprint(pair) });
  const { result } = await withNonce(async () => redeem(await bound(), DPoP));
  await accessToken(result.access_token, { cnf: { jkt: await thumbprint(pair) } });
  const stranger = oauth.DPoP(client, await newKey());
  await assert.rejects(
    withNonce(async () => redeem(await bound(), stranger)),
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

test("introspection tells the key of a bound token", async () => {
  // The client asks about its own token and is told the thumbprint of the key that it is bound to.
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
  const told = await oauth.processIntrospectionResponse(
    server,
    daemon,
    await oauth.introspectionRequest(
      server,
      daemon,
      oauth.ClientSecretPost(client_secret),
      result.access_token,
    ),
  );
  assert.equal(told.active, true);
  assert.deepEqual(told.cnf, { jkt: await thumbprint(pair) });
});
