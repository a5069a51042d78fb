# How a received value differs from the expected one: difference-<kind>. Each is a sentence. It is
# shown beside the name of the value and, if allowed, the expected and received values.

## Spelling

difference-trailing_slash = They differ only by a slash at the end.
difference-letter_case = They differ only by upper and lower case, which counts here.
difference-white_space_around = There is white space (a space, tab or line break) around the value.
difference-quoted = There are quotation marks around the value; send it without them.
difference-encoded_twice = The value was percent-encoded once too often.
difference-percent_encoding = They differ only by how characters are percent-encoded, which counts here.
difference-misspelled = The most similar known name is { $nearest }.
difference-separator = The names in the list are separated by “{ $separator }”; separate them by single spaces.
difference-character_at = The character at position { $position } is not allowed here.
difference-length = It has { $received } characters; it must have at least { $least } and at most { $most }.
difference-padded = It ends in “=”; write it in base64url without padding.
difference-base64_not_url = It is written in base64; base64url is needed: “-” and “_” in place of “+” and “/”.
difference-hexadecimal = It is written in hexadecimal digits; base64url is needed.
difference-malformed = It is malformed: { $detail }.

## URLs

difference-scheme = They differ only by the scheme: expected { $expected }, received { $received }.
difference-host = They differ only by the host: expected { $expected }, received { $received }.
difference-loopback_host = They differ only by the name of the loopback host: expected { $expected }, received { $received }. To a browser these are two hosts.
difference-port = They differ only by the port: expected { $expected }, received { $received } (“-” means none).
difference-port_of_platform = They differ only by the port. Only native apps may use any port, and this redirect URI is registered for the platform { $platform }.
difference-path = They differ only by the path: expected { $expected }, received { $received } (“-” means none).
difference-query = They differ only by the query: expected { $expected }, received { $received } (“-” means none).
difference-fragment = They differ only by the fragment: expected { $expected }, received { $received } (“-” means none).
difference-registered_elsewhere = The value is registered for another app: { $client }.

## Parameters

difference-missing = It was not sent.
difference-empty = It was sent without a value, which counts as missing.
difference-almost_named = It was not sent, but a parameter with the similar name “{ $sent }” was.
difference-not_accepted = This parameter is not accepted here; leave it out.
difference-not_beside = It cannot be combined with “{ $other }”, because the two may contradict each other. Send one of them.
difference-in_query = It was sent in the URL, which logs and histories store. Send it in the body, and create a new one.
difference-twice_the_same = It was sent twice, with the same value.
difference-twice_differently = It was sent twice, with different values.
difference-host_malformed = It is no host name with an optional port.
difference-bytes = It has { $received } bytes; at most { $most } are accepted.
difference-broken_escape_at = The “%” at position { $position } is not followed by two hexadecimal digits. Encode a literal “%” as “%25”.
difference-not_utf8_at = The bytes after position { $position } are not UTF-8 after decoding.
difference-json_for_form = The parameters were sent as JSON. Send them as a form (application/x-www-form-urlencoded).
difference-multipart_for_form = The parameters were sent as multipart/form-data. Send them as application/x-www-form-urlencoded.
difference-text_for_form = The header Content-Type is missing or names plain text. Send application/x-www-form-urlencoded.
difference-not_offered = The name is known, but this service does not support it.
difference-token_in_address = It requests tokens in the URL of the response, where others can read them. Request “code”.
difference-mode_needs_web = “form_post” needs a redirect URI that begins with https:// or http://.
difference-mode_leaks_tokens = “query” is not possible for a response that contains tokens.
difference-method_plain = The method “plain” does not protect against an attacker who saw the request; send S256.
difference-method_missing = The method was not sent, which means “plain”; send S256.
difference-two_users = id_token_hint and claims name two different users.
difference-acr_unknown = This service cannot give any of the requested values of acr; request one of the expected values, or leave out “essential”.
difference-auth_context_unknown = The tenant has none of the requested authentication contexts; request one of the expected ones, or leave out “essential”.
difference-not_a_text = It must be a string.

## Other values sent instead

difference-scheme_of_token_missing = The header has no scheme; write “Bearer ” before the token.
difference-refresh_token_sent = A refresh token was sent instead.
difference-code_sent = An authorization code was sent instead.
difference-signed_token_sent = A signed token (a JWT, such as an access or ID token or an assertion) was sent instead.
difference-encrypted_token_sent = An encrypted token (JWE) was sent instead.
difference-id_sent = An id (a UUID) was sent instead.
difference-swapped_with_secret = The client id and the client secret are swapped. Swap them, and create a new secret, because the old one was sent as the client id, which logs store.
difference-access_token_sent = An access token was sent instead.
difference-id_token_sent = An ID token was sent instead.
difference-changed_or_cut = It has the right form, but was changed or truncated on its way, or was created with keys that this service no longer has.
difference-not_of_this_service = It does not have the form of a code or token of this service.
difference-not_introspectable = It was issued to another app, and this app is not among the introspection_clients of its API.
difference-of_another_client = It was issued to another app.
difference-of_another_tenant = It was issued by another tenant.

## Apps

difference-no_client_id = It is not a valid client id: it is too long, or contains a character that is not allowed.
difference-id_of_tenant = The id of the tenant was sent instead of the client id.
difference-name_of_tenant = The name of the tenant was sent instead of the client id.
difference-name_of_client = The name of the app { $client } was sent instead of its client id.
difference-id_of_credential = The id of a secret or key of the app { $client } was sent instead of its client id.
difference-switched_off = The app is registered, but switched off.
difference-public_client = The app is registered as public, so it cannot authenticate.
difference-byte_order_mark = The value starts with a byte order mark, which editors write at the start of a file; send it without this mark.
difference-line_break_at_end = The value has a line break at its end; send it without one.
difference-raw_plus = The secret contains “+” as it was put into the Authorization header, where it is read as a space; write it as “%2B” (RFC 6749, section 2.3.1).
difference-raw_percent = The secret contains “%” as it was put into the Authorization header, where it begins an escape; if it belongs to the secret, write it as “%25” (RFC 6749, section 2.3.1).
difference-space_inside = There is a space inside the value, as which an unencoded “+” in a form is read; write “+” as “%2B”.
difference-id_of_secret = The id of the secret was sent instead of the secret.
difference-client_id_as_secret = The client id was sent instead of the secret.
difference-right_without_white_space = The secret is correct without the white space around it.
difference-right_without_quotes = The secret is correct without the quotation marks around it.
difference-right_when_decoded = The secret is correct after percent-decoding: it was encoded once too often.
difference-right_when_encoded = The secret is correct, but it was not percent-encoded before it was put into the Authorization header (RFC 6749, section 2.3.1).
difference-right_with_plus = The secret is correct if each space in it is a “+”: encode “+” as “%2B”.
difference-scheme_missing = The header has no scheme; it must begin with “Basic ”.
difference-basic_not_encoded = The value after “Basic” is not encoded; write client id, colon and secret in base64.
difference-not_base64 = The value after “Basic” is not base64 with padding.
difference-not_utf8 = The value after “Basic” is not UTF-8 after decoding.
difference-basic_without_colon = The decoded value after “Basic” has no colon between client id and secret.
difference-broken_escape = In client id or secret a “%” is not followed by two hexadecimal digits: percent-encode both before base64.
difference-platform_not_single_page = A browser sent a cross-origin request, but the app, or this sign-in of it, has no redirect URI of the platform “single_page”.
difference-platform_single_page = The redirect URI of the sign-in is registered for the platform “single_page”, so the request must come from a browser with an Origin header; this one had none.
difference-client_deleted_or_disabled = The app that it was issued to was deleted or is switched off.
difference-key_not_named = The header names no key, but the app has more than one: name it in “kid” or “x5t#S256”.
difference-certificate_unknown = No certificate with this thumbprint is registered for the app.
difference-signed_with_another_key = It names one key, but was signed with another key of the app: { $key }.

## Time

difference-expired = It had expired { $ago } before it was received.
difference-redeemed = It was redeemed { $ago } ago; each code can be redeemed once.
difference-rotated = It was replaced by a newer refresh token at least { $ago } ago.
difference-idle = It was unused for longer than the tenant allows.
difference-before_revocation = It was issued before the time at which everything issued earlier was revoked.
difference-before_memory = It is from before the service lost its memory of used values.
difference-of_the_future = It is of a time that has not come: the clock of the service was ahead when it was issued.
difference-grant_not_found = The grant behind it does not exist: it ended long ago and was deleted, or the data of the service was replaced.
difference-revoked_token_replayed = Its grant was revoked { $ago } ago, because a replaced refresh token was used again (replay).
difference-revoked_code_replayed = Its grant was revoked { $ago } ago, because its authorization code was used again (replay).
difference-revoked_by_client = Its grant was revoked { $ago } ago by the app itself.
difference-revoked_by_administrator = Its grant was revoked { $ago } ago by an administrator.
difference-revoked_by_sign_out = Its grant was revoked { $ago } ago, when the user signed out.
difference-clock_ahead = It becomes valid { $seconds } s from now by the clock of this service, more than the accepted clock skew: the sender’s clock is probably fast.
difference-clock_behind = It expired { $seconds } s ago by the clock of this service, although its lifetime was short: the sender’s clock is probably slow, or the value was stored and sent again.
difference-milliseconds = The time is written in milliseconds; write it in seconds since 1970.
difference-not_a_number = It is not a whole number of seconds.
difference-lifetime = Its lifetime is { $received } s; at most { $most } s are allowed.
difference-used_before = The same value was received before; create a new one for every request.

## Users

difference-account_unknown = No account of the tenant has this user name.
    .remedy = Administrator: no user of the tenant has this user name. Compare it with the user names in the tenant; if it is right, add the user to the declaration and run 'admit apply'.
difference-password_wrong = The account exists, but the password is wrong.
difference-reset_user_disabled = The account is switched off.
difference-reset_user_expired = The account has expired.
difference-reset_not_for_administrators = The account is one of an administrator, whose password the tenant does not let reset by email (password_reset).
difference-reset_not_allowed = The account may not reset its password by email (password_reset of the user).
difference-reset_no_address = The account has no email address.
difference-reset_address_unverified = The email address of the account is not confirmed (email_verified).
difference-reset_no_password = The account has no password that could be reset: it signs in with other factors.
difference-reset_mailbox_limit = The mailbox has received as many such emails as it may within an hour.
difference-sign_up_account_exists = The address has an account already. An email that says so was sent in place of a code.
difference-reset_mails_waiting = Too many such emails wait to be sent.
difference-not_six_digits = A code of an app has six digits.
difference-code_of_no_step = It is not the code of any time within five minutes.
difference-backup_eligibility_changed = A passkey either can be copied to other devices or cannot, from its creation on; this one changed.
difference-second_factor = The session has one factor, and two are required.
difference-second_factor_not_set_up = The session has one factor, two are required, and the user has set up no second one.
difference-network_not_allowed = The address is in none of the networks from which users may sign in.
    .remedy = Administrator: if this address belongs to you, add its network to allowed_networks of the app or of the tenant in the declaration, and run 'admit apply'.
difference-auth_context = The sign-in is weaker than the requested authentication context requires.
difference-attempts = Recent failed attempts: { $failed }.
difference-attempts_during_attack = Recent failed attempts: { $failed }. Only { $allowed } are allowed at present, because many sign-ins fail in the whole tenant.
difference-consent_not_given = The user has not consented to it yet, and may not be asked here.
difference-no_session = No account is signed in with this browser, or the browser did not send the session cookie.
difference-session_of_another_user = Another user is signed in with this browser than the requested one.
difference-session_too_old = The user authenticated longer ago than the request allows.
difference-session_revoked = The user was signed in, but the session was revoked.
difference-account_deleted = The account behind it was deleted.
difference-account_disabled = The account is switched off.
    .remedy = Administrator: if this user may sign in, set enabled = true for the user in the declaration and run 'admit apply'.
difference-account_disabled_since = The account has been switched off since { $since }.
    .remedy = Administrator: if this user may sign in, set enabled = true for the user in the declaration and run 'admit apply'.
difference-account_expired = The account expired at { $since }.
    .remedy = Administrator: if this user may still sign in, set another time in expires for the user in the declaration and run 'admit apply', or run 'admit user expire'.
difference-consent_revoked = The user had consented to it, but the consent was revoked.
difference-account_unavailable = The account behind it was deleted, is switched off or has expired, or everything issued to it before was revoked.

## PKCE

difference-verifier_is_challenge = The verifier equals the challenge: the app used the method “plain”. Send BASE64URL(SHA256(code_verifier)) as the challenge.
difference-verifier_hashed_twice = The challenge is the hash of the hash of this verifier: it was hashed once too often.
difference-verifier_of_another_challenge = The verifier belongs to another challenge, probably that of another sign-in of the same app. The values are the challenge of the request and the challenge of the verifier.

## Scopes and resources

difference-resource_switched_off = The resource is registered, but switched off.
difference-role_as_scope = It is a role of the resource, not a scope: roles are assigned, not requested.
difference-scope_as_role = It is a scope of the resource; an app that requests a token for itself gets roles. Request “.default”.
difference-role_not_held = The app does not have this role.
difference-of_another_resource = It is a scope of another resource: { $resource }.
difference-resource_missing = It is a scope of a resource, whose identifier must precede it.
difference-not_registered_for = It exists, but the app is not registered for it.
difference-no_longer_registered_for = It was granted, but the app is no longer registered for it.
difference-scope_removed = It was granted, but the resource no longer has it.
difference-not_granted = The user did not consent to it at this sign-in.
difference-needs_a_user = It needs a user, but the app requests a token for itself.
difference-scopes_and_no_roles = The app may request scopes there on behalf of a user, but has no role of its own.
difference-fragment_in_it = It has a fragment (“#…”), which is not allowed in a resource identifier.
difference-not_absolute = It is not an absolute URI: it has no scheme.
difference-administrator_only = Only an administrator can consent to it, and no administrator has.

## Signed tokens and keys

difference-longer_than = It is longer than { $most } bytes.
difference-segments = A signed token has 3 parts separated by “.”; this value has { $received }.
difference-segment_not_base64url = Part { $segment } of 3 is not base64url without padding.
difference-header_missing = Its header has no “{ $member }”.
difference-header_malformed = The “{ $member }” in its header is malformed.
difference-header_critical = Its header has “{ $member }”: no critical extension is supported.
difference-key_missing = The key has no “{ $member }”.
difference-key_malformed = The “{ $member }” in the key is malformed.
difference-key_private = The key contains its private part “{ $member }”: generate a new key, and send only the public part.
difference-key_symmetric = The key is symmetric; only public keys are accepted.
difference-key_type_unknown = Keys of the type “{ $type }” are not supported.
difference-unsigned = It is not signed: the algorithm is “none”.
difference-algorithm_symmetric = The algorithm signs with a shared secret; sign with a private key.
difference-algorithm_unknown = The algorithm is not supported.
difference-algorithm_of_other_key = The algorithm { $algorithm } is not possible with a key of the type { $type }.
difference-algorithm_not_of_key = The key is registered for { $only } only, but { $algorithm } was used.
difference-signature_in_der = The signature has { $received } bytes instead of { $expected }: it is probably encoded in DER; concatenate the two numbers instead (RFC 7518, section 3.4).
difference-signature_length = The signature has { $received } bytes, but this key creates { $expected }: it was created with another kind of key.
difference-signature_of_another = The signature was created with another key, or the text was changed after signing.
difference-of_another_issuer = It was issued by another issuer.
difference-audience_is_list = It is a list; send one audience as a string, or declare assertion_audience_array = true for the app.
difference-other_endpoint = It is another endpoint of this tenant; name the token endpoint.
difference-origin_alone = It is the address of the service without a tenant and endpoint.
difference-endpoint_of_version_1 = It is the token endpoint of version 1; name that of version 2.0.
difference-endpoint_of_another_tenant = It is the endpoint of another tenant: { $tenant }.
difference-another_key = The proof was signed with another key than the bound one. The values are thumbprints.
difference-hash_of_another_token = It is the hash of another access token than the one in the request.
difference-nonce_old = The nonce was issued at least { $ago } ago; use the one from the newest response (header DPoP-Nonce).
difference-nonce_unknown = The nonce was not issued by this tenant; use the one from the newest response (header DPoP-Nonce).
difference-attestation_certificate_malformed = The certificate is malformed, or not one of an authenticator (WebAuthn §8.2.1).
difference-attestation_certificate_without_model = The certificate does not name the model (extension 1.3.6.1.4.1.45724.1.1.4).
difference-attestation_signature_wrong = The signature is not by the key of the certificate, or of other data.
difference-attestation_certificate_expired = A certificate of the chain has expired, or is not valid yet.
difference-attestation_root_unknown = The certificates do not lead to a root of the tenant.
difference-model_not_attested = The passkey was added without an attestation, so its model is not proven.
