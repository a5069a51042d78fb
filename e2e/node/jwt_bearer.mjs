// The rules of ASP.NET Core's `AddJwtBearer` for access tokens, by the documentation of
// Microsoft.IdentityModel 8 (`TokenValidationParameters` and `JsonWebTokenHandler`). Written in our
// own words, because the suites have no .NET.

import { compactVerify, createLocalJWKSet, decodeJwt, decodeProtectedHeader } from "jose";

/** The options with the defaults of `AddJwtBearer`. */
const DEFAULTS = {
  authority: null,
  audience: null,
  validTypes: null,
  validAlgorithms: null,
  clockSkewSeconds: 300,
  mapInboundClaims: true,
  roleClaimType: "http://schemas.microsoft.com/ws/2008/06/identity/claims/role",
};

/** The claims that `MapInboundClaims` renames, as far as access tokens have them. */
const LONG_NAMES = {
  sub: "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier",
  email: "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
  roles: "http://schemas.microsoft.com/ws/2008/06/identity/claims/role",
  scp: "http://schemas.microsoft.com/identity/claims/scope",
  oid: "http://schemas.microsoft.com/identity/claims/objectidentifier",
  tid: "http://schemas.microsoft.com/identity/claims/tenantid",
  amr: "http://schemas.microsoft.com/claims/authnmethodsreferences",
};

/** A refusal, with the number of the library's message. */
export class SecurityTokenError extends Error {
  constructor(number, message) {
    super(`IDX${number}: ${message}`);
    this.number = number;
  }
}

/** Returns a user with claims and roles, or throws a SecurityTokenError. */
export async function validate(token, changes, now = Date.now() / 1000) {
  const options = { ...DEFAULTS, ...changes };
  const metadata = await json(`${options.authority}/.well-known/openid-configuration`);
  const header = decodeProtectedHeader(token);
  if (options.validAlgorithms && !options.validAlgorithms.includes(header.alg))
    throw new SecurityTokenError(10696, `the algorithm ${header.alg} is not valid`);
  await verifySignature(token, await json(metadata.jwks_uri));
  const claims = decodeJwt(token);
  checkLifetime(claims, options, now);
  checkAudience(claims, options);
  if (claims.iss !== metadata.issuer)
    throw new SecurityTokenError(10205, `the issuer ${claims.iss} is not ${metadata.issuer}`);
  if (options.validTypes && !options.validTypes.includes(header.typ))
    throw new SecurityTokenError(10257, `the type ${header.typ} is not valid`);
  return user(claims, options);
}

async function json(url) {
  const response = await fetch(url);
  if (!response.ok) throw new SecurityTokenError(20803, `no configuration from ${url}`);
  return response.json();
}

/** Verifies with the key of `kid`. The library also tries the other keys if there is none. */
async function verifySignature(token, keySet) {
  try {
    await compactVerify(token, createLocalJWKSet(keySet));
  } catch (error) {
    const number = error.code === "ERR_JWKS_NO_MATCHING_KEY" ? 10503 : 10511;
    throw new SecurityTokenError(number, `the signature is not valid: ${error.message}`);
  }
}

/** `exp` is required, `nbf` is not, and `iat` is never read. */
function checkLifetime({ exp, nbf }, { clockSkewSeconds: skew }, now) {
  if (exp === undefined) throw new SecurityTokenError(10225, "the token has no expiration");
  if (nbf !== undefined && nbf > now + skew)
    throw new SecurityTokenError(10222, "the token is not yet valid");
  if (exp < now - skew) throw new SecurityTokenError(10223, "the token is expired");
}

/** Compares each audience byte for byte, apart from a slash at its end. */
function checkAudience({ aud = [] }, { audience }) {
  const trimmed = (text) => text.replace(/\/$/, "");
  const audiences = [aud].flat();
  if (audiences.length === 0) throw new SecurityTokenError(10206, "the token has no audience");
  if (!audience) throw new SecurityTokenError(10208, "no audience is configured");
  if (!audiences.some((it) => trimmed(it) === trimmed(audience)))
    throw new SecurityTokenError(10214, `the audiences ${audiences} do not contain ${audience}`);
}

function user(claims, { mapInboundClaims, roleClaimType }) {
  const nameOf = (claim) => (mapInboundClaims && LONG_NAMES[claim]) || claim;
  // Each element of an array is a claim of its own; a text with spaces is one claim.
  const all = Object.entries(claims).flatMap(([name, value]) =>
    [value].flat().map((it) => ({ type: nameOf(name), value: String(it) })),
  );
  const has = (type, value) => all.some((it) => it.type === type && it.value === value);
  return {
    claims: all,
    isInRole: (role) => has(roleClaimType, role),
    hasClaim: has,
  };
}
