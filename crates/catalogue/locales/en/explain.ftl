# The texts of explanations: outcomes, warnings, change events, checks.

explanation-unknown-number = Another version of the service returned the error number { $number }; this version has no text for it.
    .title = Error number of another version
    .remedy = Operator: look the number up with the version of the service that returned it.

## Outcomes: outcome-<name>

outcome-tokens = Tokens issued
outcome-code = Authorization code issued
outcome-response = Request succeeded
outcome-refusal = Request refused
outcome-simulated = Error simulated at the request of the app
outcome-fault = Fault of the service
outcome-page-sign_in = Sign-in page shown
outcome-page-consent = Consent page shown
outcome-page-account = Account choice shown
outcome-page-stay_signed_in = “Stay signed in” page shown
outcome-page-finished = “You are signed in” page shown
outcome-flow-started = Sign-in started
outcome-flow-continued = Sign-in continued at its next page

## Warnings: warning-<kind>

warning-secret_expires = The client secret expires in { $value } days. Add a new one before that.
warning-key_expires = The key of the client assertion expires in { $value } days. Register a new one before that.
warning-code_nearly_expired = The authorization code was redeemed only { $value } seconds before it expired. Redeem codes as soon as they are received.
warning-code_not_bound = The app “{ $value }” sent neither code_challenge (PKCE) nor nonce, so a code of another browser can be injected into its sign-in. Switch one of them on in its library.
warning-token_inactive = The response was “active: false”. The comparison says why; the app that asked was not told.
warning-revocation_without_effect = The revocation had no effect: nothing active belongs to the token. The comparison says why; the app was not told.
warning-clock_skew = The clock of the app is off by { $value } seconds (+ ahead, - behind). Synchronize it with a time server.
warning-parameter_ignored = The parameter “{ $value }” is not used here and was ignored.
warning-scope_ignored = The scope “{ $value }” has no meaning in this tenant. It was left out, and the scope of the response says what was granted.
warning-scope_misspelled = The scope “{ $value }” has no meaning in this tenant and was left out. The nearest name is “{ $nearest }”. The scope of the response says what was granted.
warning-issuer_of_other_form = The issuer in the metadata has the other form of the tenant (id or name) than the address of this request. Clients that compare the two refuse the metadata. For them, use { $value }

## Change events: event-<kind>

event-tenant_created = Tenant { $subject } was created
event-tenant_suspended = Tenant { $subject } was suspended
event-tenant_resumed = Tenant { $subject } is no longer suspended
event-tokens_revoked = Tenant { $subject }: all earlier sessions and grants were revoked
event-tenant_changed = Tenant { $subject }: { $detail } changed
event-credentials_exported = Credentials of { $subject } were exported: { $detail }
event-client_created = App { $subject } was registered
event-client_enabled = App { $subject } was switched on
event-client_disabled = App { $subject } was switched off
event-client_removed = App { $subject } was removed
event-client_tokens_revoked = App { $subject }: all earlier tokens were revoked
event-client_changed = App { $subject }: { $detail } changed
event-secret_added = App { $subject }: secret { $detail } added
event-secret_removed = App { $subject }: secret { $detail } removed
event-client_key_added = App { $subject }: key { $detail } added
event-client_key_removed = App { $subject }: key { $detail } removed
event-redirect_uri_added = App { $subject }: redirect URI { $detail } added
event-redirect_uri_removed = App { $subject }: redirect URI { $detail } removed
event-grant_type_added = App { $subject }: grant type { $detail } allowed
event-grant_type_removed = App { $subject }: grant type { $detail } no longer allowed
event-permission_added = App { $subject }: permission { $detail } added
event-permission_removed = App { $subject }: permission { $detail } removed
event-resource_created = API { $subject } was registered
event-resource_enabled = API { $subject } was switched on
event-resource_disabled = API { $subject } was switched off
event-resource_tokens_revoked = API { $subject }: all earlier grants and tokens were revoked
event-resource_removed = API { $subject } was removed
event-resource_changed = API { $subject }: { $detail } changed
event-scope_added = API { $subject }: scope { $detail } added
event-scope_removed = API { $subject }: scope { $detail } removed
event-role_added = API { $subject }: role { $detail } added
event-role_removed = API { $subject }: role { $detail } removed
event-user_created = Account { $subject } was created
event-users_created = { $detail } more accounts were created
event-user_enabled = Account { $subject } was switched on
event-user_disabled = Account { $subject } was switched off
event-user_removed = Account { $subject } was removed
event-user_tokens_revoked = Account { $subject }: all earlier sign-ins were revoked
event-authenticator_app_added = Account { $subject }: authenticator app “{ $detail }” added
event-authenticator_app_removed = Account { $subject }: authenticator app “{ $detail }” removed
event-recovery_codes_created = Account { $subject }: new recovery codes created
event-recovery_code_used = Account { $subject }: a recovery code was used, { $detail } left
event-password_set = Account { $subject }: password set
event-administrator_added = Account { $subject } became an administrator
event-administrator_removed = Account { $subject } is no longer an administrator
event-user_role_added = Account { $subject }: role { $detail } added
event-user_role_removed = Account { $subject }: role { $detail } removed
event-username_changed = Account { $subject } was renamed (was { $detail })
event-consent_withdrawn = Account { $subject }: the consent to app { $detail } was withdrawn
event-grant_revoked = Account { $subject }: a grant of app { $detail } was revoked
event-session_ended = Account { $subject }: a session was ended
event-signing_key_created = Signing key { $subject } ({ $detail }) was created
event-signing_key_active = Signing key { $subject } ({ $detail }) became active
event-signing_key_revoked = Signing key { $subject } ({ $detail }) was revoked and left the key set
event-ledger_lost = The service lost its memory of used values: nothing that was issued before { $detail } is accepted
event-directory_restored = The directory was restored (generation { $detail }): all earlier sessions, grants and signing keys are void
event-clock_set_back = The clock of the server was set back by { $detail } s
event-clock_jumped_ahead = The clock of the server jumped ahead by { $detail } s
event-root_key_used = The service uses the root key { $detail }
event-root_key_resealed = The current root key encrypts { $detail } stored values that an earlier one had encrypted
event-version = Version { $detail } of the service started
event-sign_in_locked = Sign-ins as account { $subject } were refused after wrong passwords: { $detail } within an hour
event-code_replayed = App { $subject }: a code was sent again { $detail } times within an hour
event-assertion_replayed = App { $subject }: an assertion was sent again { $detail } times within an hour
event-refresh_token_replayed = App { $subject }: a replaced refresh token was sent { $detail } times within an hour
event-dpop_proof_replayed = App { $subject }: a DPoP proof was sent again { $detail } times within an hour
event-administrator_signed_in = Account { $subject } signed in to the administration { $detail } times within an hour
event-consent_given = App { $subject }: users consented { $detail } times within an hour

## Checks, in the order of the endpoints: check-<name>

check-form = The parameters are well-formed
check-client_named = The request names the app
check-client_known = The app is registered in this tenant
check-client_enabled = The app is switched on
check-client_secret = The client secret is correct
check-client_secret_current = The client secret has not expired
check-assertion_form = The client assertion is well-formed
check-assertion_type = The client assertion is of an accepted type
check-assertion_key = The client assertion names a registered key that has not expired
check-assertion_signature = The signature of the client assertion verifies
check-assertion_issuer = The client assertion was issued by the app itself
check-assertion_audience = The audience of the client assertion is this tenant
check-assertion_time = The client assertion is valid now, and not for too long
check-assertion_id = The client assertion has an id (jti)
check-client_authentication = The app is authenticated, or public
check-not_replayed = The assertion or proof has not been used before
check-dpop_form = The DPoP proof is well-formed
check-dpop_key = The DPoP proof contains an acceptable public key
check-dpop_signature = The signature of the DPoP proof verifies
check-dpop_target = The DPoP proof is for this method and URL
check-dpop_time = The DPoP proof is current
check-dpop_access_token = The DPoP proof is for the access token
check-dpop_nonce = The nonce of the DPoP proof was issued by this service and has not expired
check-grant_type = The grant type is supported
check-grant_type_allowed = The app may use the grant type
check-client_confidential = The app is confidential, as this request requires
check-code_known = The authorization code was issued by this tenant
check-code_client = The authorization code was issued to this app
check-code_unused = The authorization code has not been redeemed before
check-code_not_expired = The authorization code has not expired
check-refresh_token_known = The refresh token was issued by this tenant
check-refresh_token_client = The refresh token was issued to this app
check-grant_not_revoked = The grant has not been revoked
check-grant_not_expired = The grant has not expired
check-grant_not_idle = The grant was used recently enough
check-refresh_token_newest = The refresh token is the newest of its grant
check-redirect_uri = The redirect URI is the expected one
check-code_verifier = The code verifier matches the code challenge
check-user = The user's account exists and is switched on
check-consent = The user or an administrator has consented
check-resource = The resource exists and is switched on
check-roles = The app has a role at the resource
check-platform = The request comes from a browser, or from a server, as the redirect URI of the sign-in says
check-origin = The request comes from no page, or from one whose origin the app registered
check-scope = The scopes exist and the app has permission for them
check-scope_still_allowed = The app still has permission for the granted scopes
check-sender_constraint = The request proves possession of the bound key
check-signing_keys = There are signing keys for the tokens
check-authorization_allowed = The app may use the authorization endpoint
check-request_object = There is no request object
check-response_type = The response type is supported
check-response_mode = The response mode is supported and fits the response type
check-code_challenge = There is a code challenge with S256
check-nonce = The nonce is valid
check-prompt = The prompt is supported
check-max_age = The max_age is a number of seconds
check-id_token_hint = The ID token hint was issued by this tenant
check-claims = The claims parameter is well-formed
check-subject = The request names at most one user
check-account_hint = The request names the account in only one way
check-dpop_jkt = The thumbprint of the DPoP key is well-formed
check-token_presented = There is exactly one token, in the right place
check-token_signature = The signature of the token verifies
check-token_type = The token is of the right type
check-token_issuer = The token was issued by this tenant
check-token_not_expired = The token has not expired
check-token_grant_active = The grant behind the token is still active
check-token_scope = The token has the required scope
check-token_client = The token was issued to this app

typed-username-not-kept = not kept: it resembles no user name here, and may be a password. Type it into the search to find its requests.

## Who made a change

actor-command = admit { $name } on { $host }, user { $user }
actor-administrator = administrator { $username }
actor-user = { $username } (the user)
actor-service = the service itself
actor-unknown = unknown
