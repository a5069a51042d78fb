# Words of an explanation: checks, outcomes, warnings, what changed.

explanation-unknown-number = Another version of the service gave the number { $number }; this version has no text for it.
    .title = A number of another version
    .remedy = Operator: look the number up with the version of the service that gave it.

## What the answer was: outcome-<word>

outcome-tokens = Tokens were issued
outcome-code = An authorization code was issued
outcome-answer = The request was answered
outcome-refusal = The request was turned down
outcome-rehearsal = The app asked for this refusal, to rehearse it
outcome-fault = The service failed
outcome-page-sign_in = The sign-in page was shown
outcome-page-consent = The consent page was shown
outcome-page-account = The choice of accounts was shown
outcome-page-stay_signed_in = The question whether to stay signed in was shown

## What goes well and will not for long: warning-<kind>

warning-secret_expires = The client secret expires in { $value } days. Add a new one before that.
warning-key_expires = The key of the client assertion expires in { $value } days. Register a new one before that.
warning-code_nearly_expired = The authorization code was redeemed only { $value } seconds before its end. Redeem it as soon as it arrives.
warning-clock_skew = The clock of the app is off by { $value } seconds (+ ahead, - behind). Set it by a time server.
warning-parameter_ignored = The parameter “{ $value }” is not used here and was ignored.

## What changed: event-<kind>

event-tenant_made = Tenant { $subject } was made
event-tenant_suspended = Tenant { $subject } was suspended
event-tenant_resumed = Tenant { $subject } is served again
event-tokens_revoked = Tenant { $subject }: everything given until then was revoked
event-tenant_changed = Tenant { $subject }: { $detail } changed
event-client_made = App { $subject } was registered
event-client_enabled = App { $subject } was switched on
event-client_disabled = App { $subject } was switched off
event-client_changed = App { $subject }: { $detail } changed
event-secret_added = App { $subject }: secret { $detail } added
event-secret_removed = App { $subject }: secret { $detail } removed
event-key_added = App { $subject }: key { $detail } added
event-key_removed = App { $subject }: key { $detail } removed
event-redirect_uri_added = App { $subject }: redirect URI { $detail } added
event-redirect_uri_removed = App { $subject }: redirect URI { $detail } removed
event-grant_type_added = App { $subject }: grant type { $detail } allowed
event-grant_type_removed = App { $subject }: grant type { $detail } no longer allowed
event-permission_added = App { $subject }: permission { $detail } added
event-permission_removed = App { $subject }: permission { $detail } removed
event-resource_made = API { $subject } was registered
event-resource_enabled = API { $subject } was switched on
event-resource_disabled = API { $subject } was switched off
event-resource_changed = API { $subject }: { $detail } changed
event-scope_added = API { $subject }: scope { $detail } added
event-scope_removed = API { $subject }: scope { $detail } removed
event-role_added = API { $subject }: role { $detail } added
event-role_removed = API { $subject }: role { $detail } removed
event-user_enabled = Account { $subject } was switched on
event-user_disabled = Account { $subject } was switched off
event-user_tokens_revoked = Account { $subject }: earlier sign-ins no longer count
event-password_set = Account { $subject }: password set
event-administrator_added = Account { $subject } became an administrator
event-administrator_removed = Account { $subject } is no longer an administrator
event-user_role_added = Account { $subject }: role { $detail } given
event-user_role_removed = Account { $subject }: role { $detail } taken away
event-username_changed = Account { $subject } was called { $detail } before
event-key_made = Signing key { $subject } ({ $detail }) was made
event-key_active = Signing key { $subject } ({ $detail }) began to sign
event-key_withdrawn = Signing key { $subject } ({ $detail }) was withdrawn
event-version = Version { $detail } of the service started

## What is checked, in the order of the endpoints: check-<name>

check-form = The parameters can be read
check-client_named = The request names the app
check-client_known = The app is registered in this tenant
check-client_enabled = The app is switched on
check-client_secret = The client secret is right
check-client_secret_current = The client secret has not expired
check-assertion_form = The client assertion can be read
check-assertion_type = The client assertion is of an accepted type
check-assertion_key = The client assertion names a registered key that has not expired
check-assertion_signature = The signature of the client assertion verifies
check-assertion_issuer = The client assertion speaks for the app itself
check-assertion_audience = The client assertion is meant for this tenant
check-assertion_time = The client assertion is valid now, and not for too long
check-assertion_id = The client assertion has an id of its own
check-client_authentication = The app has proved itself, or is public
check-first_use = What may be used once comes for the first time
check-dpop_form = The DPoP proof can be read
check-dpop_key = The DPoP proof holds an acceptable public key
check-dpop_signature = The signature of the DPoP proof verifies
check-dpop_target = The DPoP proof is for this method and address
check-dpop_time = The DPoP proof was made just now
check-dpop_access_token = The DPoP proof belongs to the access token
check-dpop_nonce = The nonce of the DPoP proof is one of ours and fresh
check-grant_type = The grant type exists here
check-grant_type_allowed = The app may use the grant type
check-client_confidential = The app can keep a secret, as the grant type needs
check-code_known = The authorization code was issued by this tenant
check-code_client = The authorization code was issued to this app
check-code_unused = The authorization code has not been used before
check-code_fresh = The authorization code has not expired
check-refresh_token_known = The refresh token was issued by this tenant
check-refresh_token_client = The refresh token was issued to this app
check-grant_not_revoked = The grant has not been revoked
check-grant_not_expired = The grant has not expired
check-grant_in_use = The grant has been used recently enough
check-refresh_token_newest = The refresh token is the newest of its grant
check-redirect_uri = The redirect URI is the right one
check-code_verifier = The code verifier belongs to the code challenge
check-user = The person’s account is there and switched on
check-consent = The access was consented to
check-resource = The resource exists and is switched on
check-roles = The app has a role at the resource
check-origin = The browser origin fits the kind of app
check-scope = The scopes exist, and the app may ask for them
check-scope_still_allowed = The app may still have the scopes that were given
check-sender_constraint = The request is bound to the key that it must be bound to
check-signing_keys = There are keys to sign the tokens with
check-authorization_allowed = The app may use the authorization endpoint
check-request_object = There is no request object, which is not supported
check-response_type = The response type is supported
check-response_mode = The response mode is supported and fits
check-code_challenge = There is a code challenge with S256
check-nonce = The nonce can be used
check-prompt = The prompt can be understood
check-max_age = The max_age is a number of seconds
check-id_token_hint = The ID token hint is one of ours
check-claims = The requested claims can be understood
check-subject = At most one person is asked for
check-account_hint = The expected account is named in one way
check-dpop_jkt = The thumbprint of the DPoP key can be read
check-token_presented = There is exactly one token, at the right place
check-token_signature = The signature of the token verifies
check-token_type = The token is of the right kind
check-token_issuer = The token was issued by this tenant
check-token_not_expired = The token has not expired
check-token_standing = What the token stands on has not been ended
check-token_scope = The token has the scope that is needed
check-token_owner = The token was issued to this app
