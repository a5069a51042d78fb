## Kinds of input

decode-kind-access_token = An access token (a signed JWT), which an app sends to an API.
decode-kind-attestation_object = An attestation object (WebAuthn), in which an authenticator describes a new passkey.
decode-kind-authorization_response = A response of an authorization endpoint to an app.
decode-kind-authorize_request = An authorization request, which a browser opens for a sign-in.
decode-kind-certificate = A certificate.
decode-kind-client_assertion = A client assertion (a signed JWT), with which an app authenticates.
decode-kind-client_data = Client data (WebAuthn), in which a browser says which page asked for a passkey.
decode-kind-client_id = The id of an app.
decode-kind-code = An authorization code of this service. It can be redeemed once within a minute at the token endpoint.
decode-kind-dpop_proof = A DPoP proof (a signed JWT), which proves possession of a key.
decode-kind-encrypted_token = An encrypted token (JWE). Only the owner of its key can decrypt it.
decode-kind-id_token = An ID token (a signed JWT), which identifies the signed-in user to an app.
decode-kind-jwk = A public key as JSON (JWK).
decode-kind-jwks = A set of public keys as JSON (JWKS).
decode-kind-logout_token = A logout token (a signed JWT), which informs an app that a user signed out.
decode-kind-otpauth_uri = The URI in the QR code of an authenticator app. It contains the secret that its codes are computed from.
decode-kind-passkey_assertion = The response of a browser to a sign-in with a passkey (WebAuthn).
decode-kind-passkey_registration = The response of a browser that created a passkey (WebAuthn).
decode-kind-passkey_response = A response of a browser about a passkey (WebAuthn).
decode-kind-public_key = A key in PEM.
decode-kind-record = A request that the service recorded.
decode-kind-refresh_token = A refresh token of this service, with which an app gets new tokens.
decode-kind-request = A request.
decode-kind-request_object = A request object (a signed JWT), which contains an authorization request.
decode-kind-secret = 256 bits in base64url: the shape of a client secret of this service, and also of a PKCE verifier or challenge and of a thumbprint.
decode-kind-signed_token = A signed token (JWT).
decode-kind-tenant_id = The id of a tenant.
decode-kind-ticket = A reported problem.
decode-kind-token_request = A token request.
decode-kind-token_response = A response of a token endpoint.
decode-kind-user_id = The id of a user.

## Report

decode-holds = Contents:
decode-part = In { $place }:
decode-checks = Checks, as of { $now }, against { $against }:
decode-against-nothing = the input alone (no data directory was named)
decode-against-nothing-yet = the request alone (a dry run against the data of the service follows)
decode-against-data = the data of this service
decode-against-tenant = the keys and registrations of the tenant { $tenant }
decode-against-client = the registration of { $client } in the tenant { $tenant }
decode-passed = passed
decode-failed = FAILED
decode-unknown = unknown
decode-hidden = (not shown; { $count } characters)
decode-hidden-token = (not shown; { $count } characters, fingerprint { $fingerprint })
decode-expected = expected
decode-received = received
decode-refused = This service would refuse it with { $label }:
decode-accepted = This service would accept it.
decode-not-accepted = This service would not accept it.
decode-would-issue = This request would be granted. Nothing was issued or used.
decode-would-refuse = This request would be refused. Nothing was used.
decode-would-give = Claims that would be issued, unsigned:
decode-would-follow = Next steps:
decode-passed-checks = Passed checks:
decode-warnings = Warnings:
decode-inner-cause = Internal cause: { $cause }
decode-timeline = Requests of the same sign-in:
decode-adjacent = Other requests of the same user or app within ten minutes:

## Errors

decode-nothing = admit cannot explain this input: it contains no error number and is not a token, request, key or id; expected a number such as 50011, AADSTS50011 or ADMIT88000001, an error as JSON, an error page, a log entry, a trace ID, a ticket ID, a token, a URL with its parameters, a body, a key, a response about a passkey, an otpauth URI, or a curl command line
decode-number-unknown = { $number } is not an error number of this service; /error of a running service lists all error numbers
decode-no-token = this input has the form of a token, but is malformed: { $error }; it may have been truncated when it was copied
decode-no-sealed-token = this input begins like a code or a refresh token of this service, but is malformed; it may have been truncated when it was copied
decode-no-pem = the PEM text is malformed: { $error }
decode-no-csr = this is a certificate signing request, not a certificate; pass the issued certificate instead
decode-no-request = this is not a request; expected a curl command line, the URL of an authorization request, or the body of a token request
decode-no-tenant = the request does not name its tenant; name it with --tenant
decode-id-needs-data = an id can only be looked up in the data of the service; name the data directory with --config or --data
decode-id-unknown = nothing is recorded under { $id }: the id does not belong to this service, or its record was deleted (after 30 days, unless configured otherwise)
decode-ticket-unknown = there is no ticket { $ticket }

## Checks of every token

decode-form = three well-formed parts; the signature has { $bytes } bytes.
decode-form-padded = three well-formed parts; the signature has { $bytes } bytes. There is padding (=), which a JWT must not have (RFC 7515 section 2).
decode-form-flawed = { $error }.
decode-alg = { $alg } is accepted.
decode-alg-unknown = { $alg } is not accepted; accepted: { $accepted }.
decode-typ = the type is { $typ }.
decode-typ-wrong = the type is { $typ }, but must be { $expected }.
decode-claim-missing = it is missing.
decode-time-malformed = { $value } is not a time: { $error }.
decode-exp = it expires { $at }, in { $span }.
decode-exp-expired = it expired { $at }, { $span } ago.
decode-begun = it has been valid since { $at }.
decode-not-begun = it becomes valid { $at }, in { $span }; a clock may be wrong.
decode-jti-once = it has an id; the service accepts each id once.
decode-signature = it verifies with the tenant’s key { $kid }.
decode-signature-wrong = it does not verify with the key { $kid }: { $error }.
decode-signature-by = it verifies with the registered key { $id }.
decode-signature-by-none = it verifies with none of the registered keys ({ $registered }): { $error }.
decode-signature-own-key = it verifies with the key in its own header, { $thumbprint } (RFC 7638).
decode-signature-of-others = another service issued it, so there is no key to verify it with.
decode-signature-needs-data = verifying it needs the keys of the tenant; name the data directory with --config or --data.
decode-signature-needs-client = verifying it needs the registered keys of the app; name the data directory with --config or --data.
decode-signature-no-client = the app does not exist, so there is no key to verify it with.
decode-kid-unknown = the tenant has no key { $kid }; its keys: { $known }.
decode-key-not-published = it was signed with the tenant’s key { $kid }, which is not published in the key set at this time.
decode-key-expired = the registered key { $id } expired { $at }.
decode-no-key-registered = { $client } has no registered key.
decode-issuer = { $issuer } is the tenant’s issuer.
decode-issuer-wrong = the issuer is { $issuer }, but the tenant’s issuer is { $expected }.
decode-issuer-unknown = { $issuer } is not a tenant of this service; its tenants: { $tenants }.
decode-issuer-needs-data = the issuer is { $issuer } (tenant { $tenant }); checking it needs the data directory.
decode-issuer-self = the issuer is the app itself.
decode-issuer-not-self = the issuer is { $issuer }, but must equal the subject, { $subject }.
decode-audience = { $audience } is this service.
decode-audience-wrong = the audience is { $audience }; accepted: { $accepted }.
decode-audience-several = the audience is { $audience }, but must be one string.
decode-audience-client = { $audience } is registered.
decode-audience-no-client = { $audience } is not an app of the tenant.
decode-audience-resource = it is for the API { $audience }.
decode-audience-userinfo = it is for the UserInfo endpoint of this service ({ $audience }) and for no API.
decode-audience-disabled = the API { $audience } is switched off.
decode-audience-unknown = { $audience } is not an API of the tenant; its APIs: { $known }.
decode-audience-needs-data = it is for { $audience }; checking its registration needs the data directory.
decode-client = { $client } is registered and switched on.
decode-client-disabled = { $client } is switched off.
decode-client-unknown = the app { $client } does not exist.
decode-client-needs-data = it is from { $client }; checking its registration needs the data directory.

## DPoP proofs

decode-same = { $claimed } matches.
decode-not-same = the proof is for { $claimed }, but the request is { $given }.
decode-htm-not-given = the proof is for { $claimed }; name the method of the request with --method.
decode-htu-not-given = the proof is for { $claimed }; name the URL of the request with --url.
decode-iat-near = it was created at { $at }, which differs from the current time by { $span }; up to { $window } s are accepted.
decode-iat-far = it was created at { $at }, which differs from the current time by { $span }; only up to { $window } s are accepted. Create a new proof for each request, and synchronize the clock.
decode-ath-needs-token = the proof belongs to an access token, which is not part of the input.
decode-jwk-missing = the header has no public key.
decode-nonce = the nonce was issued by this service and has not expired.
decode-nonce-stale = the nonce was not issued by this service or has expired; use the one from the newest response (header DPoP-Nonce).
decode-nonce-needs-key = checking the nonce needs the root key; name the data directory with --config or --data.

## Codes, refresh tokens, grants

decode-seal = it decrypts with the root key and is unchanged.
decode-seal-broken = it does not decrypt with the root key: it was changed or truncated, or belongs to another installation.
decode-seal-needs-data = decrypting it needs the root key; name the data directory with --config or --data.
decode-tenant-unknown = the tenant { $tenant } does not exist.
decode-tenant-suspended = the tenant { $tenant } is suspended.
decode-code-redeemed = it was redeemed { $at }; a second redemption revokes everything that was issued for it.
decode-code-unredeemed = it has not been redeemed.
decode-verifier = its challenge is { $made }, which matches.
decode-verifier-other = its challenge is { $made }, but the request had { $challenge }.
decode-verifier-of-it = it is the challenge of the verifier.
decode-verifier-not-of-it = it is not the challenge of the verifier.
decode-verifier-form = the verifier is well-formed.
decode-verifier-malformed = a verifier must have 43 to 128 letters, digits and - . _ ~.
decode-verifier-without-challenge = the code was requested without a challenge, so a verifier is refused.
decode-code-without-challenge = the code was requested without a challenge, which the app may do (pkce = "optional").
decode-verifier-missing = it is missing. It is required if the authorization request had a challenge.
decode-challenge-missing = it is missing. It is required unless the app has pkce = "optional".
decode-verifier-not-given = name the verifier with --verifier to compare it with the challenge.
decode-generation = it is the newest refresh token of its grant.
decode-generation-grace = it was replaced { $at }; for ten seconds after that, using it again returns the same successor.
decode-generation-old = it was replaced { $at } (the newest has number { $newest }); using it again revokes the grant.
decode-grant = the grant is active until { $at }.
decode-grant-ended = the grant ended { $at }.
decode-grant-unknown = the grant { $grant } does not exist, or ended long ago and was deleted.
decode-revoked-code = the grant was revoked { $at }, because its code was redeemed a second time.
decode-revoked-refresh-token = the grant was revoked { $at }, because a replaced refresh token was used again.
decode-revoked-client = the grant was revoked { $at } by the app.
decode-revoked-administrator = the grant was revoked { $at } by an administrator.
decode-revoked-signed-out = the grant was revoked { $at }, when the user signed out.

## Keys and secrets

decode-key-form = a public key within the limits.
decode-keys-form = a set of public keys within the limits.
decode-key-flawed = { $error }.
decode-key-verifies = it can verify { $algorithms }.
decode-key-useless = it cannot verify signatures: { $error }.
decode-key-needs-data = finding its registration needs the data directory.
decode-key-of-tenant = it is a signing key of the tenant { $tenant } (kid { $kid }).
decode-key-of-client = it is registered for { $client } in the tenant { $tenant } as { $id }.
decode-key-unregistered = it is not registered for any app.
decode-secret-needs-data = finding its app needs the data directory.
decode-secret-of = it is the secret { $id } of { $client } in the tenant { $tenant }, which does not expire.
decode-secret-until = it is the secret { $id } of { $client } in the tenant { $tenant }, which expires { $at }.
decode-secret-expired = it is the secret { $id } of { $client } in the tenant { $tenant }, which expired { $at }.
decode-secret-unregistered = it is not a secret of any app of this service.
decode-jwe-form = five well-formed parts.
decode-jwe-sealed = it is encrypted.

## Requests

decode-form-readable = all parameters are well-formed, and none is repeated.
decode-form-unreadable = the parameters are malformed.
decode-shell-expansion = a shell would expand { $value }; here it is taken literally.
decode-method = the method is POST.
decode-method-wrong = the method is { $value }, but must be POST.
decode-content-type = the body is a form.
decode-content-type-wrong = the type is “{ $value }”, but must be application/x-www-form-urlencoded.
decode-grant-type = { $value } is supported.
decode-grant-type-unknown = “{ $value }” is not supported; supported: { $known }.
decode-client-named = the request is from { $value }.
decode-client-unnamed = the app and its credential cannot be read from the request.
decode-parameter = it was sent.
decode-parameter-missing = it is missing.
decode-redirect-uri = it can be registered; checking its registration needs the data directory.
decode-redirect-uri-flaw = it cannot be registered: { $value }.
decode-known = { $value } is supported.
decode-not-known = “{ $value }” is not supported; supported: { $known }.
decode-scope = well-formed scopes: { $count }; checking their registration needs the data directory.
decode-scope-malformed = it contains a character that is not allowed in scopes, or too many scopes.
decode-claims-malformed = not a JSON object with objects for id_token, userinfo and access_token (OpenID Connect Core section 5.5).
decode-auth-context-two-factors = { $id } is the authentication context “{ $name }” of the tenant: two factors.
decode-auth-context-phishing-resistant = { $id } is the authentication context “{ $name }” of the tenant: a passkey.
decode-auth-context-unknown = { $id } is not an authentication context of the tenant; its contexts: { $known }.
decode-auth-context-needs-data = { $id } is an authentication context, by which an API requires a stronger sign-in; the tenant says which one.
decode-challenge = the challenge is well-formed.
decode-challenge-malformed = a challenge must have 43 letters, digits and - _, without padding.
decode-sign-in-always = The user must sign in, even if an account is already signed in.
decode-sign-in-unless_signed_in = The user must sign in, unless the browser has a session.
decode-consent-never = The user is not asked for consent.
decode-consent-unless_given = The user is asked for consent to all access without consent so far.
decode-consent-always = The user is asked for consent.
decode-choose-account = The user is asked to choose an account.
decode-confirm = A user who is already signed in must press “Continue”: other programs could use this redirect URI.
decode-prompt-none = No page may be shown: if the user would have to be asked, the app gets an error.

## Passkeys (WebAuthn) and authenticator apps

decode-passkey-malformed = { $member } is missing, malformed, or contradicts another member.
decode-passkey-needs-data = verifying it needs the stored passkey; name the data directory with --config or --data.
decode-passkey-signature = it verifies with the stored passkey.
decode-passkey-signature-wrong = it does not verify with the stored passkey: it was made with another key, or for other data.
decode-passkey-unknown = the user has no passkey with this credential id; it may have been removed from the account.
decode-passkey-alg = { $alg } is accepted.
decode-passkey-alg-unknown = { $alg } is not accepted; accepted: -7 (ES256), -8 (EdDSA), -257 (RS256).
decode-client-data-origin = { $origin } is the origin of this service.
decode-client-data-origin-other = the page that asked the browser was at { $origin }, but this service is at { $expected }.
decode-client-data-origin-needs-data = the page that asked the browser was at { $origin }; checking that this is the service needs the data directory.
decode-client-data-top = the page was in no frame of another site.
decode-client-data-frame = the page was in a frame of another site ({ $origin }).
decode-client-data-challenge = each challenge is accepted once, in the sign-in that it was created for; only that sign-in knows it.
decode-user-present = a user was present.
decode-user-not-present = the authenticator did not ask a user to confirm.
decode-user-verified = the authenticator identified the user, by PIN or biometrics.
decode-user-not-verified = the authenticator did not identify the user; set a PIN or biometrics on it.
decode-backup-contradiction = the passkey says that it was copied, but also that it cannot be copied.
decode-backup-changed = the stored passkey and the response disagree on whether the passkey can be copied; this never changes.
decode-sign-count-not-increased = the counter is { $received }, but was { $stored } at the last use: the response was used already, or there is a copy of the authenticator.
decode-rp-id = it is the hash of { $id }.
decode-rp-id-other = it is not the hash of { $host } or of a parent domain: the passkey was created for another site.
decode-rp-id-needs-data = checking for which site the passkey was created needs the data directory.
decode-user-handle = it names the user { $user } of the tenant { $tenant }.
decode-user-handle-missing = there is none, so the response does not name its user.
decode-user-handle-unknown = it names no user of this service: the user was removed, or the passkey was created for another installation.
decode-user-disabled = the user is switched off.
decode-user-expired = the user expired at { $expired }.
decode-passkeys-off = the tenant { $tenant } has switched passkeys off.
decode-passkey-model-refused = the tenant does not accept the model of this passkey, or the model was not proven when it was added.
decode-attestation-accepted = it proves a model that the tenant { $tenant } accepts.
decode-attestation-refused = it does not prove a model that the tenant { $tenant } accepts.
decode-attestation-needs-tenant = a tenant can accept certain models only; name the tenant with --tenant to check this.
decode-otpauth-too-long = the URI is too long
decode-otpauth-totp = the codes change with time (TOTP, RFC 6238).
decode-otpauth-hotp = only codes that change with time (totp, RFC 6238) are supported, not those of a counter (hotp).
decode-otpauth-secret = { $count } bytes in Base32.
decode-otpauth-secret-short = it has { $count } bytes, but RFC 4226 section 4 requires at least { $least }.
decode-otpauth-secret-malformed = it is not Base32 (letters A to Z and digits 2 to 7).
decode-otpauth-supported = { $value } is supported by every app.
decode-otpauth-unsupported = { $value } is not supported by every app: some assume { $supported } and show wrong codes.
decode-otpauth-issuer = the app shows which service the entry belongs to.
decode-otpauth-no-issuer = neither the parameter issuer nor the label says which service the entry belongs to.

## What to do

decode-step-needs-data = Run the command again with --config FILE or --data DIR on the machine of the service, to check the input against keys and registrations.
decode-step-access-token = Keep the token secret until it expires: anyone who has it can use it. Only the API in its audience should read its claims.
decode-step-typ-at-jwt = typ is at+jwt (RFC 9068). ASP.NET JwtBearer, express-oauth2-jwt-bearer, PyJWT, go-oidc and golang-jwt accept it. The resource server of Spring Security refuses it by default: set token_typ = "JWT" for the resource, or use JwtValidators.createAtJwtValidator(). See “Protect your API”.
decode-step-typ-jwt = typ is JWT. Authlib’s validator of RFC 9068 and the option strict of express-oauth2-jwt-bearer require at+jwt (token_typ of the resource).
decode-step-alg-es256 = alg is ES256. If the API’s library or gateway reads RSA keys only, set token_alg = "RS256" for the resource. PyJWT and golang-jwt need the algorithm in their list.
decode-step-id-token = Use the token only in the app that it was issued to. An API does not accept it: send an access token there.
decode-step-logout-token = Send the token only to the logout URL of the app in its audience.
decode-step-assertion = Create a new assertion for each request; each one is accepted once.
decode-step-proof = Create a new proof for each request, with its method, its URL and the newest nonce.
decode-step-request-object = Send the parameters themselves: this service does not support request objects.
decode-step-other-token = Ask the issuer of the token: this service neither issues nor accepts tokens of this kind.
decode-step-other-issuer = Ask the service that issued it, and check which service the app is configured for.
decode-step-create-again = Create the token again with a JWT library.
decode-step-sealed-token = Send it from the app that it was issued to, to the token endpoint of its tenant; dry-run such a request with `admit try`.
decode-step-jwe = Ask the owner of the key that the header names. The token cannot be read without that key, not even by this service.
decode-step-private-key = The private part of the key was pasted, too. If others could see it, generate a new key, register it, and remove the old one.
decode-step-create-key = Generate a key of an accepted kind: P-256, P-384, Ed25519, or RSA with at least 2048 bits.
decode-step-register-key = Declare it as a key of the app and run `admit apply`.
decode-step-secret = If it is a secret, it is now in the history of this shell and wherever else it was pasted. Pass secrets through standard input (-), and replace this one if others could see it.
decode-step-token-response = Keep these tokens secret: anyone who has them can use them.
decode-step-request = Run the command with --config FILE or --data DIR to evaluate the request with the rules and registrations of the service; nothing is used.
decode-step-other-request = Pass an authorization request or a token request: admit does not explain requests to other endpoints.
decode-step-response-code = The sign-in succeeded. The app must now redeem the code at the token endpoint, once, within a minute.
decode-step-response-error = The sign-in failed. Pass the error number, or the trace ID in its description, to find the cause.
decode-step-passkey = If the passkey is refused, compare the origin, the flags and the site it was created for. It works only at the address where it was created.
decode-step-otpauth = If others could see the URI, remove the authenticator app on the account page and set it up again: whoever has the URI can compute its codes.
