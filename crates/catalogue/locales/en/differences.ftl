# How a value differs from what would have been accepted: difference-<kind>. Each is a sentence of its
# own, beside the name of the value and, where they may be shown, what was expected and received.

## Spelling

difference-trailing_slash = They differ only by a slash at the end.
difference-letter_case = They differ only by upper and lower case, which counts here.
difference-white_space_around = White space (a space, tab or line break) stands around the value.
difference-quoted = Quotation marks stand around the value; send it without them.
difference-encoded_twice = The value was percent-encoded once too often.
difference-percent_encoding = They differ only by how characters are percent-encoded, which counts here.
difference-misspelled = The most similar name that is known here is { $nearest }.
difference-separator = The names in the list are separated by “{ $separator }”; separate them by single spaces.
difference-character_at = The character at position { $position } is not one that may stand here.
difference-length = It has { $received } characters; it must have at least { $least } and at most { $most }.
difference-padded = It ends in “=”; write it in base64url without padding.
difference-base64_not_url = It is written in base64; base64url is needed: “-” and “_” in place of “+” and “/”.
difference-hexadecimal = It is written in hexadecimal digits; base64url is needed.
difference-malformed = It cannot be read: { $detail }.

## URLs

difference-scheme = They differ only by the scheme: { $expected } is right, { $received } was sent.
difference-host = They differ only by the host: { $expected } is right, { $received } was sent.
difference-loopback_host = They differ only by the name of the loopback host: { $expected } is right, { $received } was sent. To a browser these are two hosts.
difference-port = They differ only by the port: { $expected } is right, { $received } was sent (“-” means none).
difference-port_of_platform = They differ only by the port. The port is free for native apps alone, and this redirect URI is registered for the platform { $platform }.
difference-path = They differ only by the path: { $expected } is right, { $received } was sent (“-” means none).
difference-query = They differ only by the query: { $expected } is right, { $received } was sent (“-” means none).
difference-fragment = They differ only by the fragment: { $expected } is right, { $received } was sent (“-” means none).
difference-registered_elsewhere = The value is registered, but for another app: { $client }.

## Parameters

difference-missing = It was not sent.
difference-empty = It was sent without a value, which counts as not sent.
difference-almost_named = It was not sent, but a parameter with the similar name “{ $sent }” was.
difference-not_taken = This parameter is not taken here; leave it out.
difference-not_beside = It cannot stand beside “{ $other }”: the two may mean different things. Send one of them.
difference-in_query = It stood in the URL, which logs and histories keep. Send it in the body, and make a new one.
difference-twice_the_same = It was sent twice, with the same value.
difference-twice_differently = It was sent twice, with different values.
difference-bytes = It has { $received } bytes; at most { $most } are taken.
difference-broken_escape_at = The “%” at position { $position } is not followed by two hexadecimal digits. Encode a literal “%” as “%25”.
difference-not_utf8_at = What follows position { $position } is not UTF-8 once it is decoded.
difference-json_for_form = The parameters were sent as JSON. Send them as a form (application/x-www-form-urlencoded).
difference-multipart_for_form = The parameters were sent as multipart/form-data. Send them as application/x-www-form-urlencoded.
difference-text_for_form = The header Content-Type is missing or names plain text. Say application/x-www-form-urlencoded.
difference-not_offered = The name is known, and this service does not offer it.
difference-token_in_address = It asks for tokens in the address of the answer, where others can read them. Ask for “code”.
difference-mode_needs_web = “form_post” needs a redirect URI that begins with https:// or http://.
difference-mode_leaks_tokens = “query” is not possible for an answer that would hold tokens.
difference-method_plain = The method “plain” proves nothing to whoever saw the request; send S256.
difference-method_missing = The method was not sent, which means “plain”; send S256.
difference-two_people = id_token_hint and claims name two different people.
difference-acr_unknown = No particular value of acr can be promised here; leave it out or ask for it without “essential”.
difference-not_a_text = It must be a text.

## What was sent in place of something else

difference-scheme_of_token_missing = The header has no scheme; write “Bearer ” in front of the token.
difference-refresh_token_sent = A refresh token was sent in its place.
difference-code_sent = An authorization code was sent in its place.
difference-signed_token_sent = A signed token (a JWT, such as an access or ID token or an assertion) was sent in its place.
difference-encrypted_token_sent = An encrypted token (JWE) was sent in its place.
difference-id_sent = An id (a UUID) was sent in its place.
difference-swapped_with_secret = The id and the secret changed places: the id was sent as the secret. Swap them; and as the secret was sent as the id, which logs keep, make a new one.
difference-access_token_sent = An access token was sent in its place.
difference-id_token_sent = An ID token was sent in its place.
difference-changed_or_cut = It has the right form, but was changed or cut on its way, or was made with keys that this service no longer has.
difference-not_of_this_service = It does not have the form of anything that this service gives.
difference-of_another_client = It was given to another app.
difference-of_another_tenant = It was given by another tenant.

## Apps

difference-no_client_id = It cannot be a client id: it is longer than any, or has a character that none has.
difference-id_of_tenant = The id of the tenant was sent in place of the client id.
difference-name_of_tenant = The name of the tenant was sent in place of the client id.
difference-name_of_client = The name of the app { $client } was sent in place of its client id.
difference-id_of_credential = The id of a secret or key of the app { $client } was sent in place of its client id.
difference-switched_off = The app is registered and switched off.
difference-public_client = The app is registered as public: it cannot prove itself.
difference-id_of_secret = The id of the secret was sent in place of the secret.
difference-client_id_as_secret = The client id was sent in place of the secret.
difference-right_without_white_space = The secret is right once the white space around it is taken away.
difference-right_without_quotes = The secret is right once the quotation marks around it are taken away.
difference-right_when_decoded = The secret is right once its percent-encoding is undone: it was encoded once too often.
difference-right_when_encoded = The secret is right, but it was not percent-encoded before it went into the Authorization header (RFC 6749, section 2.3.1).
difference-right_with_plus = The secret is right once each space in it is a “+”: encode “+” as “%2B”.
difference-scheme_missing = The header has no scheme; it begins with “Basic ”.
difference-basic_not_encoded = What follows “Basic” was sent in the clear; write client id, colon and secret in base64.
difference-not_base64 = What follows “Basic” is not base64 with padding.
difference-not_utf8 = What follows “Basic” is not UTF-8 once it is decoded.
difference-basic_without_colon = What follows “Basic” has no colon between client id and secret once it is decoded.
difference-broken_escape = In client id or secret a “%” is not followed by two hexadecimal digits: percent-encode both before base64.
difference-platform_not_single_page = A browser sent the request across origins, and the redirect URI of the sign-in is not registered for the platform “single_page”.
difference-platform_single_page = The redirect URI of the sign-in is registered for the platform “single_page”, whose requests come from a browser with an Origin header; this one had none.
difference-client_gone = The app that it was given to is no longer there or is switched off.
difference-key_not_named = The header names no key, and the app has more than one: say which in “kid” or “x5t#S256”.
difference-certificate_unknown = No certificate with this thumbprint is registered for the app.
difference-signed_with_another_key = It names one key and is signed with another one of the app: { $key }.

## Time

difference-expired = It was over { $ago } before it came.
difference-redeemed = It was redeemed { $ago } ago; each code can be redeemed once.
difference-rotated = It was replaced by a newer refresh token at least { $ago } ago.
difference-idle = It was not used for longer than the tenant allows.
difference-before_revocation = It is older than the moment since which everything given before counts as revoked.
difference-grant_forgotten = Nothing is known of the grant behind it: it ended so long ago that it was cleaned away, or the data of the service was replaced.
difference-revoked_token_replayed = Its grant was revoked { $ago } ago, because a refresh token that had been replaced came again.
difference-revoked_code_replayed = Its grant was revoked { $ago } ago, because its authorization code came again.
difference-revoked_by_client = Its grant was revoked { $ago } ago by the app itself.
difference-revoked_by_administrator = Its grant was revoked { $ago } ago by an administrator.
difference-clock_ahead = It begins { $seconds } s from now by our clock, more than clocks may differ: the sender’s clock is probably fast.
difference-clock_behind = It was over { $seconds } s ago by our clock although it was made for a short time: the sender’s clock is probably slow, or the value was kept and sent again.
difference-milliseconds = The time is written in milliseconds; write it in seconds since 1970.
difference-not_a_number = It is not a whole number of seconds.
difference-lifetime = It lasts for { $received } s; at most { $most } s are allowed.
difference-used_before = The same value came before; make a new one for every request.

## People

difference-account_unknown = No account that may sign in has this user name.
difference-password_wrong = The account is there, and the password is not its own.
difference-attempts = { $failed } attempts failed of late.
difference-consent_not_given = The person has not allowed it yet, and may not be asked here.
difference-no_session = Nobody is signed in in this browser, or the browser did not send the cookie that says so.
difference-session_of_another = Somebody else is signed in in this browser than the one who is meant.
difference-session_too_old = Somebody is signed in, and proved it longer ago than the request allows.
difference-session_withdrawn = Somebody was signed in, and the sign-in was withdrawn since.
difference-account_gone = The account behind it is no longer there.
difference-account_disabled = The account behind it is switched off.
difference-consent_withdrawn = The person allowed it, and the consent is not there any more.
difference-account_withdrawn = The account behind it is gone or switched off, or everything given to it before was withdrawn.

## PKCE

difference-verifier_is_challenge = The verifier is the challenge itself: the app made the request as if by the method “plain”. Send BASE64URL(SHA256(code_verifier)) as the challenge.
difference-verifier_hashed_twice = The challenge is the hash of the hash of this verifier: it was hashed once too often.
difference-verifier_of_another_challenge = The verifier belongs to another challenge, probably that of another sign-in of the same app. Shown are the challenge of the request and the one that goes with the verifier.

## Scopes and resources

difference-resource_switched_off = The resource is registered and switched off.
difference-role_as_scope = It is a role of the resource, not a scope: a role is given, and not asked for.
difference-scope_as_role = It is a scope of the resource; an app that asks for itself gets roles. Ask for “.default”.
difference-role_not_held = The app does not have this role.
difference-of_another_resource = It is a scope of another resource: { $resource }.
difference-resource_missing = It is a scope of a resource that has to be named in front of it.
difference-not_registered_for = It exists, but the app is not registered for it.
difference-no_longer_registered_for = It was given, and the app is not registered for it any more.
difference-scope_gone = It was given, and the resource does not have it any more.
difference-not_given = It was not among what the person allowed the app at this sign-in.
difference-needs_a_person = It is about a person, and here the app asks for itself.
difference-scopes_and_no_roles = The app may ask for scopes there on behalf of a person, but has no role of its own.
difference-fragment_in_it = It has a fragment (“#…”), which no resource has.
difference-not_absolute = It is not an absolute URI: the scheme in front is missing.
difference-administrator_only = Only an administrator can allow it, and none has.

## Signed texts

difference-longer_than = It is longer than { $most } bytes.
difference-segments = A signed token has 3 parts separated by “.”; this value has { $received }.
difference-segment_not_base64url = Part { $segment } of 3 is not base64url without padding.
difference-header_missing = Its header has no “{ $member }”.
difference-header_malformed = The “{ $member }” of its header is malformed.
difference-header_critical = Its header has “{ $member }”: no critical extension is supported.
difference-key_missing = The key has no “{ $member }”.
difference-key_malformed = The “{ $member }” of the key is malformed.
difference-key_private = The key came with its private part “{ $member }”: make a new key, and send only the public part.
difference-key_symmetric = The key is symmetric; only public keys are taken.
difference-key_type_unknown = Keys of the type “{ $type }” are not supported.
difference-unsigned = It is not signed: the algorithm is “none”.
difference-algorithm_symmetric = The algorithm signs with a shared secret; sign with a private key.
difference-algorithm_unknown = The algorithm is not known here.
difference-algorithm_of_other_key = The algorithm { $algorithm } is not possible with a key of the type { $type }.
difference-algorithm_not_of_key = The key is registered for { $only } alone, and { $algorithm } was used.
difference-signature_in_der = The signature has { $received } bytes in place of { $expected }: it is probably written in DER; write the two numbers one after the other (RFC 7518, section 3.4).
difference-signature_length = The signature has { $received } bytes where this key makes { $expected }: another kind of key made it.
difference-signature_of_another = The signature was made by another key, or the text was changed after it was signed.
difference-of_another_issuer = It was issued by someone else.
difference-audience_is_list = It is a list; send one audience as one text.
difference-other_endpoint = It is another endpoint of this tenant; name the token endpoint.
difference-origin_alone = It is the address of the service without tenant and endpoint.
difference-endpoint_of_version_1 = It is the token endpoint of version 1; name that of version 2.0.
difference-endpoint_of_another_tenant = It is the endpoint of another tenant: { $tenant }.
difference-another_key = The proof was made with another key than the one to which the value is bound. Shown are thumbprints.
difference-hash_of_another_token = It is the hash of another access token than the one that came with the proof.
difference-nonce_old = The nonce was given at least { $ago } ago; take the one from the last answer (header DPoP-Nonce).
difference-nonce_unknown = The nonce was not given by this tenant; take the one from the last answer (header DPoP-Nonce).
