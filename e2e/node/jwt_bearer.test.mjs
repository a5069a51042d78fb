// APIs with the rules of ASP.NET Core's `JwtBearer`: which option of the resource they need.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { dev, startBrowser } from "./dev.mjs";
import { authorizeUrl, pkce, redirectUri, token, web } from "../browser/requests.mjs";
import { validate } from "./jwt_bearer.mjs";

const AT_JWT = "api://net-at-jwt";
const JWT_RS256 = "api://net-jwt-rs256";
const ROLE = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role";

let chromium;
let folder;
before(async () => {
  chromium = await startBrowser();
  folder = mkdtempSync(join(tmpdir(), "admit-net-"));
  declare();
  await applied();
});
after(async () => {
  await chromium?.close();
  rmSync(folder, { recursive: true });
});

/** Declares one API for each form of token, with a role for the daemon. */
function declare() {
  const resource = (identifier, options) => `
[[tenants.resources]]
identifier = "${identifier}"
name = "${identifier}"
scopes = [{ value = "read", description = "Read" }, { value = "write", description = "Write" }]
roles = [{ value = "Read.All", description = "Read all" }]
${options}
`;
  const permissions = [AT_JWT, JWT_RS256]
    .map((identifier) => `{ resource = "${identifier}", roles = ["Read.All"] }`)
    .join(", ");
  const declaration = `[[tenants]]
name = "${dev.tenant.name}"
${resource(AT_JWT, "")}${resource(JWT_RS256, 'token_typ = "JWT"\ntoken_alg = "RS256"')}
[[tenants.clients]]
client_id = "${dev.client("daemon").client_id}"
name = "daemon"
permissions = [${permissions}]

[[tenants.clients]]
client_id = "${web.client_id}"
name = "web"
permissions = [{ resource = "${AT_JWT}", scopes = ["read", "write"] }]
`;
  const file = join(folder, "net.toml");
  writeFileSync(file, declaration);
  execFileSync(process.env.ADMIT_BINARY, ["apply", file, "--data", process.env.ADMIT_DATA]);
}

/** Waits until the running service has read the changed rows. */
async function applied() {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    if ((await requestToken(JWT_RS256)).access_token) return;
    await pause(200);
  }
  throw new Error("the declaration has no effect");
}

function requestToken(identifier) {
  const daemon = dev.client("daemon");
  return token({
    grant_type: "client_credentials",
    client_id: daemon.client_id,
    client_secret: daemon.client_secret,
    scope: `${identifier}/.default`,
  });
}

async function daemonToken(identifier) {
  const issued = await requestToken(identifier);
  assert.ok(issued.access_token, JSON.stringify(issued));
  return issued.access_token;
}

async function userTokens() {
  const { verifier, challenge } = pkce();
  const scope = `openid ${AT_JWT}/read ${AT_JWT}/write`;
  const url = authorizeUrl({ code_challenge: challenge, scope });
  const { parameters } = await chromium.authorize(url, { redirectUri });
  return token({
    grant_type: "authorization_code",
    client_id: web.client_id,
    client_secret: web.client_secret,
    code: parameters.code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
  });
}

const refusedAs = (number) => (error) => {
  assert.equal(error.number, number, error.stack);
  return true;
};

test("the default options accept both forms of tokens", async () => {
  // Validates a token of each API, then each as the API of the other one.
  for (const [own, other] of [
    [AT_JWT, JWT_RS256],
    [JWT_RS256, AT_JWT],
  ]) {
    const accessToken = await daemonToken(own);
    const api = { authority: dev.issuer, audience: own };
    const user = await validate(accessToken, api);
    assert.ok(user.isInRole("Read.All"));
    await validate(accessToken, { ...api, audience: `${own}/` });
    await assert.rejects(validate(accessToken, { ...api, audience: other }), refusedAs(10214));
    await assert.rejects(validate(`${accessToken}x`, api), refusedAs(10511));
  }
});

test("ValidTypes and ValidAlgorithms need the options of the resource", async () => {
  // Validates both forms with each option that an API may have set.
  for (const [options, atJwt, jwtRs256] of [
    [{ validTypes: ["JWT"] }, 10257, null],
    [{ validTypes: ["at+jwt"] }, null, 10257],
    [{ validAlgorithms: ["RS256"] }, 10696, null],
    [{ validAlgorithms: ["ES256"] }, null, 10696],
  ]) {
    for (const [audience, number] of [
      [AT_JWT, atJwt],
      [JWT_RS256, jwtRs256],
    ]) {
      const validated = validate(await daemonToken(audience), {
        authority: dev.issuer,
        audience,
        ...options,
      });
      if (number) await assert.rejects(validated, refusedAs(number));
      else await validated;
    }
  }
});

test("a clock that is a second behind accepts a fresh token without skew", async () => {
  // Validates with ClockSkew zero by clocks before, at and after the times of the token.
  const accessToken = await daemonToken(AT_JWT);
  const api = { authority: dev.issuer, audience: AT_JWT, clockSkewSeconds: 0 };
  const now = Math.floor(Date.now() / 1000);
  for (const behind of [0, 1, 50]) await validate(accessToken, api, now - behind);
  await assert.rejects(validate(accessToken, api, now - 120), refusedAs(10222));
  await assert.rejects(validate(accessToken, api, now + 3700), refusedAs(10223));
  await validate(accessToken, { ...api, clockSkewSeconds: 300 }, now + 3700);
});

test("roles and scopes are read by the names of the options", async () => {
  // Reads claims with mapped and with original names, and two scopes in one text.
  const accessToken = await daemonToken(AT_JWT);
  const api = { authority: dev.issuer, audience: AT_JWT };
  const original = { ...api, mapInboundClaims: false };
  assert.ok((await validate(accessToken, api)).hasClaim(ROLE, "Read.All"));
  assert.ok(!(await validate(accessToken, original)).isInRole("Read.All"));
  const named = await validate(accessToken, { ...original, roleClaimType: "roles" });
  assert.ok(named.isInRole("Read.All"));
  const user = await validate((await userTokens()).access_token, original);
  assert.ok(!user.hasClaim("scp", "read"), "a text with two scopes is one claim");
  const { value } = user.claims.find(({ type }) => type === "scp");
  assert.deepEqual(value.split(" ").sort(), ["read", "write"]);
});

test("an ID token is refused by its audience", async () => {
  // Sends it to the API, whose audience is another; `at+jwt` alone would refuse it too.
  const { id_token: idToken } = await userTokens();
  const api = { authority: dev.issuer, audience: AT_JWT };
  await assert.rejects(validate(idToken, api), refusedAs(10214));
  const strict = { ...api, audience: web.client_id, validTypes: ["at+jwt"] };
  await assert.rejects(validate(idToken, strict), refusedAs(10257));
});
