## What was pasted

decode-kind-access_token = An access token (a signed JWT): an app shows it to an API.
decode-kind-authorize_answer = The answer of an authorization endpoint, on its way back to an app.
decode-kind-authorize_request = An authorization request: what a browser opens to sign somebody in.
decode-kind-certificate = A certificate.
decode-kind-client_assertion = A client assertion (a signed JWT): an app proves itself with it.
decode-kind-client_id = The id of an app.
decode-kind-code = An authorization code of this service: good once, for a minute, at the token endpoint.
decode-kind-dpop_proof = A DPoP proof (a signed JWT): whoever sends it shows that it holds a key.
decode-kind-encrypted_token = An encrypted token (JWE): only the owner of its key can open it.
decode-kind-id_token = An ID token (a signed JWT): it tells an app who signed in.
decode-kind-jwk = A public key as JSON (JWK).
decode-kind-jwks = A set of public keys as JSON (JWKS).
decode-kind-logout_token = A logout token (a signed JWT): it tells an app that somebody signed out.
decode-kind-public_key = A key in PEM.
decode-kind-record = A request that the service remembers.
decode-kind-refresh_token = A refresh token of this service: an app gets new tokens with it.
decode-kind-request = A request.
decode-kind-request_object = A request object (a signed JWT): an authorization request in one piece.
decode-kind-secret = 256 bits in base64url: the shape of a client secret of this service, and also of a PKCE verifier or challenge and of a thumbprint.
decode-kind-signed_token = A signed token (JWT).
decode-kind-tenant_id = The id of a tenant.
decode-kind-ticket = A reported problem.
decode-kind-token_answer = The answer of a token endpoint.
decode-kind-token_request = A token request.
decode-kind-user_id = The id of a person.

## How it is said

decode-holds = What it holds:
decode-part = In { $place }:
decode-checks = Checks, as of { $now }, against { $against }:
decode-against-nothing = the thing itself (no books were named)
decode-against-nothing-yet = the request alone (what the books say follows)
decode-against-books = the books of this service
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
decode-would-issue = This request would be granted. Nothing was given, and nothing was used up.
decode-would-refuse = This request would be refused. Nothing was used up.
decode-would-give = What would be given, unsigned:
decode-would-follow = What would follow:
decode-passed-checks = Checks that it passed, in order:
decode-warnings = What will not go well for long:
decode-inner-cause = Inner cause: { $cause }
decode-timeline = The steps of its sign-in:
decode-neighbours = Other requests of the same person or app, at most ten minutes apart:

## Why nothing can be said

decode-nothing = this is nothing that admit can explain: no error number was found in it, and it is no token, request, key or id; expected a number such as 50011, AADSTS50011 or ADMIT88000001, an error as JSON, an error page, a line of the log, a trace ID, a ticket's number, a token, an address with its parameters, a body, a key, or a curl command line
decode-number-unknown = { $number } is not a number that this service gives; all of them are at /error of a running service
decode-no-token = this has the form of a token, and is none: { $error }; it may have been cut when it was copied
decode-no-handle = this begins like a code or a refresh token of this service, and is none; it may have been cut when it was copied
decode-no-pem = the PEM text cannot be read: { $error }
decode-no-csr = this is a request for a certificate, not a certificate: give the certificate that was made of it
decode-no-request = this is no request: expected a curl command line, the address of an authorization request, or the body of a token request
decode-no-tenant = it is not known for which tenant this request is; name it with --tenant
decode-id-needs-books = an id can only be looked up in the books of the service; name them with --config or --data
decode-id-unknown = nothing is kept under { $id }: the id is not one of this service, or its record is older than what is kept (30 days, unless configured otherwise)
decode-ticket-unknown = there is no ticket { $ticket }

## Checks of every token

decode-form = three parts, all of them readable; the signature has { $bytes } bytes.
decode-form-padded = three parts, all of them readable; the signature has { $bytes } bytes. There is padding (=), which no JWT has (RFC 7515 section 2).
decode-form-flawed = { $error }.
decode-alg = { $alg } is accepted.
decode-alg-unknown = { $alg } is not accepted; accepted are { $accepted }.
decode-typ = the type is { $typ }.
decode-typ-wrong = the type is { $typ } and must be { $expected }.
decode-claim-missing = it is missing.
decode-time-malformed = { $value } is no time: { $error }.
decode-exp = it ends { $at }, in { $span }.
decode-exp-over = it ended { $at }, { $span } before.
decode-begun = it is from { $at }.
decode-not-begun = it begins only { $at }, in { $span }; a clock may be wrong.
decode-jti-once = it is there; the service takes each one once.
decode-signature = it was made with the tenant’s key { $kid }.
decode-signature-wrong = the key { $kid } did not make it: { $error }.
decode-signature-by = it was made with the registered key { $id }.
decode-signature-by-none = none of the registered keys made it ({ $registered }): { $error }.
decode-signature-own-key = it was made with the key in its own header, { $thumbprint } (RFC 7638).
decode-signature-of-others = this service did not make it, so it has no key to check it with.
decode-signature-needs-books = it can be checked with the tenant’s keys: name the books with --config or --data.
decode-signature-needs-client = it can be checked with the app’s registered keys: name the books with --config or --data.
decode-signature-no-client = there is no such app whose keys it could be checked with.
decode-kid-unknown = the tenant has no key { $kid }; it has { $known }.
decode-key-not-published = it was made with the tenant’s key { $kid }, which is not in the key set at this time.
decode-key-over = the registered key { $id } expired { $at }.
decode-no-key-registered = { $client } has no key registered.
decode-issuer = { $issuer } is the tenant’s issuer.
decode-issuer-wrong = it is { $issuer }, and the tenant’s issuer is { $expected }.
decode-issuer-unknown = { $issuer } is no tenant of this service; its tenants are { $tenants }.
decode-issuer-needs-books = it says { $issuer } (tenant { $tenant }); whether that is right, the books tell.
decode-issuer-self = it is the app itself.
decode-issuer-not-self = it is { $issuer } and must be the same as the subject, { $subject }.
decode-audience = { $audience } is this service.
decode-audience-wrong = it is { $audience }; accepted are { $accepted }.
decode-audience-several = it is { $audience } and must be one text.
decode-audience-client = { $audience } is registered.
decode-audience-no-client = { $audience } is no app of the tenant.
decode-audience-resource = it is for the API { $audience }.
decode-audience-userinfo = it is for UserInfo of this service ({ $audience }), and for no API.
decode-audience-disabled = the API { $audience } is switched off.
decode-audience-unknown = { $audience } is no API of the tenant; its APIs are { $known }.
decode-audience-needs-books = it is for { $audience }; whether that is registered, the books tell.
decode-client = { $client } is registered and switched on.
decode-client-disabled = { $client } is switched off.
decode-client-unknown = there is no app { $client }.
decode-client-needs-books = it is from { $client }; whether that is registered, the books tell.

## DPoP proofs

decode-same = { $claimed } fits.
decode-not-same = the proof is for { $claimed }, and the request is { $given }.
decode-htm-not-given = the proof is for { $claimed }; give the request’s with --method.
decode-htu-not-given = the proof is for { $claimed }; give the request’s with --url.
decode-iat-near = it was made { $at }, { $span } apart; up to { $window } s are accepted.
decode-iat-far = it was made { $at }, { $span } apart; only { $window } s are accepted. Make a new proof for each request, and set the clock.
decode-ath-needs-token = the proof goes with one access token, which is not known here.
decode-jwk-missing = the header has no public key.
decode-nonce = the nonce is one of this service, and current.
decode-nonce-stale = the nonce is not one of this service, or no longer current; take the one from the last answer’s header DPoP-Nonce.
decode-nonce-needs-key = whether the nonce is current, only the root key tells: name the books with --config or --data.

## Codes, refresh tokens, grants

decode-seal = the root key opens it, and nothing in it was changed.
decode-seal-broken = the root key does not open it: it was changed or cut, or is from another installation.
decode-seal-needs-books = only the root key opens it: name the books with --config or --data.
decode-tenant-unknown = there is no tenant { $tenant }.
decode-tenant-suspended = the tenant { $tenant } is suspended.
decode-code-redeemed = it was redeemed { $at }; if it comes again, everything that it gave is revoked.
decode-code-unredeemed = it has not been redeemed.
decode-verifier = its challenge is { $made }: it fits.
decode-verifier-other = its challenge is { $made }, and the request had { $challenge }.
decode-verifier-of-it = it is the challenge of this verifier.
decode-verifier-not-of-it = it is not the challenge of this verifier.
decode-verifier-form = it has the form of a verifier.
decode-verifier-malformed = a verifier has 43 to 128 letters, digits and - . _ ~.
decode-verifier-not-given = give the verifier with --verifier to hold it against the challenge.
decode-generation = it is the newest refresh token of its grant.
decode-generation-grace = it was replaced { $at }; for ten seconds after that the same successor is given once more.
decode-generation-old = it was replaced { $at } (now it is number { $newest }); if it comes again, the grant is revoked.
decode-grant = the grant stands until { $at }.
decode-grant-over = the grant ended { $at }.
decode-grant-unknown = there is no grant { $grant }, or it was over long ago.
decode-revoked-code = the grant was revoked { $at }: its code came a second time.
decode-revoked-refresh-token = the grant was revoked { $at }: a refresh token that had been replaced came again.
decode-revoked-client = the grant was revoked { $at } by the app.
decode-revoked-administrator = the grant was revoked { $at } by an administrator.

## Keys and secrets

decode-key-form = a public key, within the limits.
decode-keys-form = a set of public keys, within the limits.
decode-key-flawed = { $error }.
decode-key-verifies = it can check { $algorithms }.
decode-key-useless = it checks no signatures: { $error }.
decode-key-needs-books = who registered it, the books tell.
decode-key-of-tenant = it is a signing key of the tenant { $tenant } (kid { $kid }).
decode-key-of-client = { $client } in the tenant { $tenant } registered it as { $id }.
decode-key-unregistered = nobody registered it.
decode-secret-needs-books = whose it is, the books tell.
decode-secret-of = it is the secret { $id } of { $client } in the tenant { $tenant }, without an end.
decode-secret-until = it is the secret { $id } of { $client } in the tenant { $tenant }, good until { $at }.
decode-secret-over = it is the secret { $id } of { $client } in the tenant { $tenant }, and expired { $at }.
decode-secret-unregistered = it is no secret of any app here.
decode-jwe-form = five parts, all of them readable.
decode-jwe-sealed = it is encrypted.

## Requests

decode-form-readable = every parameter can be read, and none stands twice.
decode-form-unreadable = the parameters cannot be read as a whole.
decode-shell-expansion = a shell would put something in place of { $value }; here it is taken as it is written.
decode-method = POST is right.
decode-method-wrong = it is { $value } and must be POST.
decode-content-type = a form is sent.
decode-content-type-wrong = it is “{ $value }” and must be application/x-www-form-urlencoded.
decode-grant-type = { $value } is supported.
decode-grant-type-unknown = “{ $value }” is not supported; supported are { $known }.
decode-client-named = the request is from { $value }.
decode-client-unnamed = which app the request is from, and with what it proves itself, cannot be read.
decode-parameter = it is there.
decode-parameter-missing = it is missing.
decode-redirect-uri = it may be registered; whether it is, the books tell.
decode-redirect-uri-flaw = it can never be registered: { $value }.
decode-known = { $value } is supported.
decode-not-known = “{ $value }” is not supported; supported are { $known }.
decode-scope = { $count } can be read; whether they are registered, the books tell.
decode-scope-malformed = it has a character that no scope has, or too many scopes.
decode-challenge = it has the form of a challenge.
decode-challenge-malformed = a challenge has 43 letters, digits and - _, without padding.
decode-sign-in-always = The person is asked to sign in, whoever is signed in already.
decode-sign-in-unless_signed_in = The person is asked to sign in, unless the browser has a session.
decode-consent-never = Nobody is asked for consent.
decode-consent-unless_given = The person is asked for consent to what it has not consented to yet.
decode-consent-always = The person is asked for consent.
decode-choose-account = The person is asked to choose an account.
decode-silent = No page may be shown: where the person would be asked, the app gets an error.

## What to do

decode-step-needs-books = Run it again with --config FILE or --data DIR on the machine of the service, to hold it against keys and registrations.
decode-step-access-token = Keep it to yourself while it is good: whoever has it can use it. Only the API that it is for may look into it.
decode-step-id-token = Show it to the app that it is for, and to nobody else. It opens no API: send an access token there.
decode-step-logout-token = It is for the app that it names, at its logout address.
decode-step-assertion = Make a new assertion for each request; each one is taken once.
decode-step-proof = Make a new proof for each request, with its method, its URL and the newest nonce.
decode-step-request-object = This service takes no request objects: send the parameters themselves.
decode-step-other-token = It is of no kind that this service gives or takes; ask whoever made it.
decode-step-other-issuer = Another service made it. Ask there, and look which service the app is configured for.
decode-step-make-anew = Make it anew with a library for JWTs.
decode-step-handle = It is for the token endpoint of its tenant, from the app that it was given to; try such a request with `admit try`.
decode-step-jwe = Ask the owner of the key that its header names. Without that key nobody can read it, and this service neither.
decode-step-private-key = The private part was pasted as well. If anybody could see that, make a new key, register it, and remove the old one.
decode-step-make-key-anew = Make a key of a kind that is accepted: P-256, P-384, Ed25519, or RSA with at least 2048 bits.
decode-step-register-key = Declare it as a key of the app and run `admit apply`.
decode-step-secret = If it is a secret, it now stands in the history of this shell, and wherever else it was pasted: give it through standard input (-) in the future, and replace it if anybody could see it.
decode-step-token-answer = Keep these tokens to yourself: whoever has them can use them.
decode-step-request = Run it with --config FILE or --data DIR to have it decided by the rules and registrations of the service; nothing is used up.
decode-step-other-request = It is for no endpoint that admit explains; give an authorization request or a token request.
decode-step-answer-code = The sign-in went well. The app now redeems the code at the token endpoint, once, within a minute.
decode-step-answer-error = The sign-in did not go well. Give the error’s number, or the trace ID in its description, to learn why.
