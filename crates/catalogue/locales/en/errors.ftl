# Every refusal: its description, .title and .remedy (one step per line, which begins with a role).

e16001 = The account that was chosen is no longer signed in with this browser.
    .title = The chosen account is no longer signed in
    .remedy = User: choose another account, or sign in again.

e16002 = The request asked for a sign-in without a page (prompt=none) and for the account of an earlier session (sid), but another account is signed in with this browser.
    .title = The signed-in account is not that of the session
    .remedy =
        Developer: start an interactive sign-in, or leave sid out to accept any signed-in account.
        User: sign in with the account that the app expects.

e50000 = The service failed. The request did not cause this.
    .title = The service failed
    .remedy =
        Operator: find the cause with 'admit explain TRACE_ID'.
        User: try again later. If the error persists, send the trace ID to the operator of the service.

e50003 = The tenant has no valid signing key at this time, so no token can be signed.
    .title = There is no valid signing key
    .remedy =
        Operator: compare root_key_file in the configuration with the root key that the data directory was created with; no other root key can decrypt the signing keys.
        Operator: check the clock of the machine, then generate keys with 'admit key rotate --now --config FILE'.

e50011 = The redirect URI '{ $redirect_uri }' is not registered for the app '{ $client }', so nothing is sent there.
    .title = The redirect URI is not registered
    .remedy =
        Developer: compare the redirect URI with the registered ones, character for character: scheme, upper and lower case, port, path, a slash at the end.
        Administrator: if the redirect URI belongs to the app, add it to the app's redirect_uris in the declaration and run 'admit apply'.

e50012 = The signature of the client assertion does not verify with the registered key of the app '{ $client }'.
    .title = The signature of the client assertion does not verify
    .remedy = Developer: sign with the private key of the registered public key, and do not change the assertion after signing.

e50027 = The claim '{ $claim }' of the client assertion does not have the required form or value.
    .title = A claim of the client assertion is invalid
    .remedy = Developer: correct the claim '{ $claim }' (RFC 7523, section 3).

e50033 = Other requests changed the same data again and again while this request was processed. The service stopped and changed nothing.
    .title = Too many conflicting changes at this moment
    .remedy =
        User: try again in a moment.
        Operator: if this happens often, look for a client that repeats the same request very fast.

e50048 = The client assertion was issued by '{ $issuer }' for the subject '{ $subject }'; both must be the client id.
    .title = Issuer and subject of the client assertion differ
    .remedy = Developer: set iss and sub of the assertion to the client id.

e50049 = The discovery request names an authorization endpoint on the host '{ $host }', which does not belong to this service.
    .title = The host does not belong to this service
    .remedy = Developer: send the URL of an authorization endpoint of this service, or configure the host as a known authority in the client library.

e50050 = The parameter '{ $parameter }' of the discovery request is missing or malformed.
    .title = The discovery request is malformed
    .remedy = Developer: send api-version=1.1 and authorization_endpoint with the complete URL of an authorization endpoint.

e50053 = There were too many sign-in attempts with a wrong password, so no further attempt is accepted for about { $minutes }.
    .title = Too many attempts with a wrong password
    .remedy =
        User: sign in with a browser in which you have signed in before. It does not wait for attempts made elsewhere.
        User: or wait, then try again with the right password.
        Administrator: if the user did not make these attempts, look up where they came from at /admin/requests.
        Administrator: ask the operator to end the wait with 'admit user unlock' if the user cannot wait.

e50055 = The password is right and has expired: passwords of this account are replaced after { $days } days.
    .title = Your password has expired
    .remedy =
        User: choose a new password below. You then go on to the app. Other browsers stay signed in.
        Administrator: 'password_lifetime' of the tenant sets the time. Without it, passwords do not expire.

e50057 = The account of the user is switched off or was deleted.
    .title = The account is switched off
    .remedy =
        User: ask an administrator to switch the account on.
        Administrator: if this user may use the app, set enabled = true for the user in the declaration and run 'admit apply'.

e50058 = The request asked for a sign-in without a page (prompt=none), but no account is signed in with this browser.
    .title = No account is signed in
    .remedy =
        Developer: this is the usual response when an app starts; start an interactive sign-in.
        User: sign in. If the browser blocks third-party cookies, a sign-in without a page is not possible.

e50072 = The user must set up a second factor to sign in to the app '{ $client }', and cancelled.
    .title = No second factor was set up
    .remedy =
        User: begin again, and set up an authenticator app.
        Administrator: if the user cannot set one up, set second_factor of the tenant or of the app in the declaration, and run 'admit apply'.

e50074 = The user was asked for a second factor to sign in to the app '{ $client }', and cancelled.
    .title = The second step was cancelled
    .remedy =
        User: begin again, and use your authenticator app, a passkey or a recovery code.
        Administrator: if the user has lost every second factor, run 'admit user access-pass' on the server and give them the pass.

e50076 = The user has to give a second factor, and the request shows no page: prompt=none, or a refresh token of a weaker sign-in.
    .title = A second factor is required
    .remedy =
        Developer: start an interactive sign-in without prompt=none, with the same claims and acr_values.
        Administrator: second_factor and auth_contexts of the tenant, and second_factor of the app, say in the declaration when it is required.

e50079 = The user has to set up a second factor first, and the request shows no page: prompt=none, or a refresh token of a weaker sign-in.
    .title = A second factor must be set up
    .remedy =
        Developer: start an interactive sign-in without prompt=none, with the same claims and acr_values. Its pages set the second factor up.
        Administrator: second_factor and auth_contexts of the tenant, and second_factor of the app, say in the declaration when it is required.

e50088 = There were too many attempts with a wrong code, so no further code of this kind is accepted for about { $minutes }.
    .title = Too many attempts with a wrong code
    .remedy =
        User: begin the sign-in again; each accepts five codes. If it is refused again, wait, or use a recovery code, which is counted apart.
        Administrator: if the user did not make these attempts, somebody else knows their password; set a new one.

e50089 = This sign-in was started more than ten minutes ago and has expired.
    .title = The sign-in has expired
    .remedy = User: begin again. A name that was typed is kept.

e50098 = The client assertion has no claim '{ $claim }'.
    .title = The client assertion lacks a claim
    .remedy = Developer: add the claim '{ $claim }' to the assertion (RFC 7523, section 3).

e50117 = The parameter claims is not a JSON object as defined in OpenID Connect Core, section 5.5.
    .title = The parameter claims is malformed
    .remedy = Developer: send a JSON object with the members id_token, userinfo or access_token, each an object, encoded once.

e50120 = The client assertion is signed with '{ $algorithm }'. Accepted with the registered key: { $accepted }.
    .title = The algorithm of the client assertion is not accepted
    .remedy = Developer: sign with an accepted algorithm and name it in the header's alg.

e50126 = The user name or the password is wrong.
    .title = Wrong user name or password
    .remedy =
        User: check the user name and the password, including upper and lower case, and try again.
        Administrator: if the user has forgotten the password, set a new one in the declaration and run 'admit apply'.

e50132 = The request asked for a sign-in without a page (prompt=none), but the session of this browser was revoked, for example by a password change.
    .title = The session of this browser was revoked
    .remedy =
        User: sign in again.
        Developer: start an interactive sign-in.

e50137 = The password is right, and an administrator set it for the first sign-in only.
    .title = Choose a password of your own
    .remedy =
        User: choose a new password below, which nobody else knows. You then go on to the app.
        Administrator: 'admit user password --temporary' and 'must_change_password' of a declared user set such a password.

e50147 = The request has no code_challenge. The app '{ $client }' must use PKCE (RFC 7636).
    .title = The code challenge is missing
    .remedy =
        Developer: send code_challenge and code_challenge_method=S256, and code_verifier when the code is redeemed. Most libraries do so with one option of the following list.
        Developer: Spring Security 6: OAuth2AuthorizationRequestCustomizers.withPkce() as the customizer of a DefaultOAuth2AuthorizationRequestResolver, or from 6.5 on ClientSettings with requireProofKey(true); version 7 does it by itself.
        Developer: Auth.js and NextAuth: checks: ['pkce', 'state'] of the provider.
        Developer: openid-client for Node.js: code_challenge and code_challenge_method in the authorization URL, and the verifier at the callback.
        Developer: passport-oauth2: pkce: true and state: true. passport-openidconnect 0.1 has no option for it; its nonce: true is the substitute.
        Developer: Authlib: client_kwargs of register() with code_challenge_method='S256'.
        Developer: requests-oauthlib 2: OAuth2Session(…, pkce='S256').
        Developer: mozilla-django-oidc: OIDC_USE_PKCE = True.
        Developer: golang.org/x/oauth2 (with go-oidc): oauth2.S256ChallengeOption(verifier) in AuthCodeURL and oauth2.VerifierOption(verifier) in Exchange.
        Developer: ASP.NET Core: ResponseType = 'code'; UsePkce is then on by default.
        Developer: oauth2-proxy: code_challenge_method = 'S256'.
        Developer: mod_auth_openidc: OIDCPKCEMethod S256.
        Administrator: if the library of an app with a secret or key has no such option, set pkce = 'optional' for the app in the declaration and run 'admit apply'. A stolen code is then protected by the credential of the app alone.

e50149 = The code challenge method '{ $method }' is not supported. Only S256 is supported; without a method, the default is 'plain'.
    .title = The code challenge method is not supported
    .remedy = Developer: send code_challenge_method=S256, with a capital S.

e50173 = The app presented a session, code or token that was issued at { $issued }, but everything issued to this user before { $revoked } was revoked, for example by a password change.
    .title = A new sign-in is needed
    .remedy =
        User: sign in again.
        Developer: delete the stored tokens of this user and start a new sign-in.

e53003 = The app '{ $client }' cannot be used from the address { $address }. Its administrator allows certain networks only.
    .title = Access from this network is not allowed
    .remedy =
        User: connect to a network of your organisation, for example by its VPN, then sign in again.
        Developer: an app on a server refreshes tokens from the address of the server; ask an administrator whether that is allowed.
        Administrator: if this address belongs to you, add its network to allowed_networks of the app or of the tenant in the declaration, and run 'admit apply'.

e54005 = The authorization code was redeemed { $seconds } s ago. A code can be redeemed only once, so the tokens of the first redemption were revoked.
    .title = The authorization code was used before
    .remedy =
        Developer: redeem each code once; look for a page that is loaded twice, a retry, or two instances that handle the same response.
        Developer: start the sign-in again.

e65001 = Neither the user nor an administrator has consented to the access of the app '{ $client }' to '{ $scope }', or the consent was revoked.
    .title = Consent is missing
    .remedy =
        User: sign in to the app again and consent to the access.
        Administrator: to consent for all users of the tenant, set admin_consent = true for the app in the declaration and run 'admit apply'.

e65004 = The user did not consent to the access that the app '{ $client }' requested.
    .title = Consent was declined
    .remedy =
        User: to use the app, sign in again and consent.
        Developer: request less access, or explain in the app what the access is for.

e65005 = The app '{ $client }' has no permission for the API '{ $resource }'.
    .title = The app has no permission for this API
    .remedy =
        Administrator: if the app needs the API, add it to the app's permissions in the declaration and run 'admit apply'.
        Developer: otherwise request another API.

e70000 = The value of code is not an authorization code of this tenant, or it was changed or truncated on the way.
    .title = The authorization code is invalid
    .remedy =
        Developer: decode the code from the redirect URL once and send it unchanged.
        Developer: send the code to the token endpoint of the tenant that issued it.

e70003 = The grant type '{ $grant_type }' is not supported by this service.
    .title = The grant type is not supported
    .remedy = Developer: use a grant type that the discovery document lists in grant_types_supported.

e70005 = The response type '{ $response_type }' is not supported. Only 'code' is supported.
    .title = The response type is not supported
    .remedy = Developer: use the authorization code flow with PKCE: response_type=code.

e70007 = The response mode '{ $response_mode }' is not supported. Supported: query, fragment and form_post.
    .title = The response mode is not supported
    .remedy = Developer: send a supported response mode, or leave response_mode out.

e70008 = The authorization code expired at { $expired }. Codes are valid for about a minute.
    .title = The authorization code has expired
    .remedy = Developer: redeem the code as soon as it is received, and start the sign-in again for a new one.

e70011 = The scope '{ $scope }' is not a list of scope names separated by single spaces (RFC 6749, section 3.3).
    .title = The scope is malformed
    .remedy = Developer: separate scopes with a space, not with a comma or '+', and encode the complete value once.

e90002 = This service has no tenant '{ $tenant }'.
    .title = The tenant was not found
    .remedy = Developer: check the id or name of the tenant in the URL, and the host name of the URL.

e90005 = The request names an account both by sid and by login_hint, and the two may be different accounts.
    .title = The account is named in two ways
    .remedy = Developer: send sid for the account of an earlier session, or login_hint for a user name, but not both.

e90012 = The service did not finish the request within { $seconds } s and stopped it.
    .title = The request timed out
    .remedy =
        User: try again in a moment.
        Operator: check the load of the machine and the speed of its disk.

e90015 = The query string of the request is longer than the limit of { $limit } bytes.
    .title = The query string is too long
    .remedy = Developer: shorten the parameters, or send them in the body of a POST request where the endpoint allows it.

e90033 = The store of the service is not available at this moment.
    .title = The store is not available
    .remedy =
        User: try again in a moment.
        Operator: check the disk or the database of the service: it may be full, read-only or not reachable.

e90094 = The app '{ $client }' requests '{ $scope }', and only an administrator of the tenant can consent to it.
    .title = An administrator has to consent
    .remedy =
        User: ask your administrator to allow the app.
        Administrator: if the app may have this access, set admin_consent = true for the app in the declaration and run 'admit apply'.

e90102 = The redirect URI '{ $redirect_uri }' is not an absolute URI: it has no scheme such as 'https:', or contains characters that a URI must not contain.
    .title = The redirect URI is not an absolute URI
    .remedy = Developer: send the complete redirect URI as it is registered, such as 'https://app.example/callback', and encode it once.

e135010 = This account has no such passkey. It was removed from the account, or it belongs to another account.
    .title = The passkey is not registered
    .remedy =
        User: use another passkey, or sign in another way.
        User: if you removed the passkey from the account, delete it on the device, too.

e160021 = The request asked for a sign-in without a page (prompt=none), but the account that it names is not signed in with this browser.
    .title = The requested account is not signed in
    .remedy =
        Developer: start an interactive sign-in, or correct the hint.
        User: sign in with the account that the app expects.

e165000 = The form was not sent from a page of this service that was opened in this browser session, so nothing was done.
    .title = The origin of the form was not verified
    .remedy =
        User: go back to the page with the form. Reload the page and send the form again, with cookies allowed.
        User: if this happens again during a sign-in, go back to the app and sign in again in one tab.

e500011 = This tenant has no API '{ $resource }'.
    .title = The API is not registered in this tenant
    .remedy =
        Developer: compare the name with the identifier of the API, character for character; a slash at the end matters.
        Administrator: if the API belongs here, add it to the tenant's resources in the declaration and run 'admit apply'.

e500014 = The API '{ $resource }' is switched off in this tenant.
    .title = The API is switched off
    .remedy = Administrator: if the API may be used, set enabled = true for it in the declaration and run 'admit apply'.

e500112 = The token request has the redirect URI '{ $received }', but the code was sent to '{ $expected }'.
    .title = The redirect URI is not the one the code was sent to
    .remedy = Developer: send the same redirect_uri in both requests, character for character.

e500113 = The app '{ $client }' has no registered redirect URI, so no response can be sent to it.
    .title = The app has no redirect URI
    .remedy = Administrator: add the redirect URI of the app to its redirect_uris in the declaration and run 'admit apply', or do not use the app for sign-in.

e500121 = The code is not the present code of an authenticator app of this account.
    .title = The code is wrong
    .remedy =
        User: type the code that the app shows now for this account. It changes every 30 seconds.
        User: if the code stays wrong, set the clock of the phone to automatic, or use a recovery code.
        Administrator: if the user has lost the app and the recovery codes, run 'admit user access-pass' on the server and give them the pass.

e501481 = The SHA-256 of code_verifier is not the code_challenge of the authorization request.
    .title = The code verifier does not match the challenge
    .remedy =
        Developer: keep one verifier per sign-in, and redeem each code with its own verifier. Two tabs or two instances must not share one.
        Developer: compute the challenge as base64url, without padding, of the SHA-256 of the verifier's characters.

e501491 = code_challenge has { $length } characters; with the method S256 it must have 43.
    .title = The code challenge has the wrong length
    .remedy = Developer: send the SHA-256 of the verifier as base64url without padding.

e650053 = The API '{ $resource }' has no scope '{ $scope }'.
    .title = The API has no such scope
    .remedy =
        Developer: compare the name with the scopes of the API; names are case-sensitive.
        Administrator: if the scope should exist, add it both to the API's scopes and to the app's permissions in the declaration, then run 'admit apply'.

e650057 = The app '{ $client }' has no permission for the scope '{ $scope }'.
    .title = The app has no permission for this scope
    .remedy =
        Administrator: if the app needs the scope, add it to the app's permissions in the declaration and run 'admit apply'.
        Developer: otherwise leave the scope out.

e700005 = The authorization code was sent to another tenant than the one that issued it.
    .title = The authorization code was issued by another tenant
    .remedy = Developer: use the same tenant in the URLs of the authorization endpoint and the token endpoint.

e700016 = This tenant has no app with the client id '{ $client_id }'.
    .title = The app is not registered in this tenant
    .remedy =
        Developer: compare client_id with the registration of the app, and the tenant in the URL with the tenant of the app.
        Administrator: if the app belongs here, add it to the tenant's clients in the declaration and run 'admit apply'.

e700022 = The request contains scopes of '{ $first }' and of '{ $second }'. A token is valid for one API only.
    .title = The scopes belong to more than one API
    .remedy = Developer: request one API at a time. After the first, use the refresh token to get tokens for the others.

e700023 = The request needs a token for an API, but its scope names none, and the tenant has no default API.
    .title = The scope names no API
    .remedy = Developer: request a scope of the API, such as 'api://orders/read' or 'api://orders/.default', or name the API in the parameter resource.

e700024 = The client assertion is valid from { $valid_from } until { $valid_until }; the time at this service is { $now }.
    .title = The client assertion is not valid at this time
    .remedy = Developer: create a new assertion for each request, and synchronize the clock of the machine with a time server.

e700025 = The app '{ $client }' is registered as public, so it has no credential, but the request contains one.
    .title = A public app sent a credential
    .remedy =
        Developer: leave client_secret, client_assertion and the Authorization header out.
        Administrator: if the app runs on a server and can keep a secret, set public = false for it in the declaration, with a secret or a key, and run 'admit apply'.

e700027 = The client assertion was signed with the key or certificate '{ $thumbprint }', which is not registered for the app.
    .title = The key of the client assertion is not registered
    .remedy =
        Developer: sign with a registered key, and name it in the header by kid, x5t, x5t#S256 or x5c.
        Administrator: add the public key or certificate to the app's keys in the declaration and run 'admit apply'.

e700054 = The app '{ $client }' requested an ID token from the authorization endpoint, but may only request a code there.
    .title = The app may not get an ID token directly
    .remedy = Developer: request response_type=code with the scope openid; the token endpoint then returns the ID token.

e700082 = The refresh token was last used at { $last_used }; the limit between two uses is { $limit }.
    .title = The refresh token was not used for too long
    .remedy =
        User: sign in to the app again.
        Administrator: if users should stay signed in longer, raise grant_idle_lifetime of the tenant in the declaration and run 'admit apply'.

e700084 = The refresh token belongs to a single-page app. The user signed in at { $issued }; such tokens expire after { $limit }, no matter how often they are renewed.
    .title = The refresh token of a single-page app has expired
    .remedy =
        Developer: send the browser to the authorization endpoint; with an active session, the user does not have to enter anything.
        User: sign in again if the service asks for it.

e900021 = The URL contains '{ $tenant }' in place of a tenant, which this service does not support.
    .title = The URL names no single tenant
    .remedy = Developer: use the URL of one tenant, with its id or name in the path.

e900023 = '{ $tenant }' is neither the id of a tenant (a GUID) nor a valid tenant name.
    .title = The tenant in the URL is malformed
    .remedy = Developer: put the id or the name of the tenant at the beginning of the path.

e900144 = The request needs the parameter '{ $parameter }', but it is missing or empty.
    .title = A parameter is missing
    .remedy = Developer: send '{ $parameter }' with a value, once, in the part of the request where this endpoint reads it.

e900561 = The request used the method { $method }. This endpoint accepts { $allowed }.
    .title = The endpoint does not accept this HTTP method
    .remedy = Developer: send the request with { $allowed }. A redirect on the way can turn a POST into a GET, so use the final URL.

e900971 = The request has no redirect_uri, which is required here for the app '{ $client }'.
    .title = The redirect URI is missing
    .remedy = Developer: send redirect_uri with one of the registered values.

e1002012 = The app requests a token for itself, but '{ $scope }' only has a meaning for a signed-in user.
    .title = The scope needs a signed-in user
    .remedy = Developer: request the API with '/.default', such as 'api://orders/.default', and not only openid, profile, email or offline_access, which are ignored beside an API.

e5002727 = The header typ of the client assertion is '{ $received }', which is not the type of a client assertion.
    .title = The client assertion is another kind of token
    .remedy = Developer: create an assertion for this request; do not send a token or a request object that was created for another purpose.

e7000112 = The app '{ $client }' is switched off in this tenant.
    .title = The app is switched off
    .remedy = Administrator: if the app may be used, set enabled = true for it in the declaration and run 'admit apply'.

e7000215 = The client secret in the request is not one of the secrets of the app '{ $client }'.
    .title = The client secret is wrong
    .remedy =
        Developer: send the secret's value, not its id; the value is shown only once, when the secret is created.
        Developer: if the value is lost, create a new secret. In an Authorization header the secret must be form-encoded before it is encoded as base64.

e7000216 = The app '{ $client }' requests a token for itself (client_credentials), but the request contains neither a client secret nor a client assertion.
    .title = The app requests a token for itself without a credential
    .remedy =
        Developer: send client_secret, or client_assertion and client_assertion_type, in the body; or the secret in an Authorization header.
        Developer: check that the secret in the configuration of the app is not empty; an empty value counts as missing.

e7000218 = The app '{ $client }' is confidential and must authenticate, but the request contains neither a client secret nor a client assertion.
    .title = The app did not authenticate
    .remedy =
        Developer: send the registered secret of the app, or an assertion signed with its registered key.
        Administrator: if the app runs on the devices of users and can keep no secret, set public = true for it in the declaration and run 'admit apply'.

e7000222 = The client secret that was sent for the app '{ $client }' is correct, but expired at { $expired }.
    .title = The client secret has expired
    .remedy = Developer: create a new secret, configure the app with it, then delete the old one.

e9000411 = The parameter '{ $parameter }' is in the request more than once. Each parameter may be sent only once (RFC 6749, section 3.1).
    .title = A parameter was sent more than once
    .remedy = Developer: send '{ $parameter }' exactly once, and not in the query and the body at the same time.

e9002313 = The parameters of the request cannot be decoded: they are not correctly percent-encoded UTF-8.
    .title = The form is not correctly encoded
    .remedy = Developer: encode every name and value as application/x-www-form-urlencoded, preferably with a library and not by joining strings.

e9002326 = The request came from a page at '{ $origin }', but the app '{ $client }' does not use the redirect URI of a single-page app, so no page may send it.
    .title = The redirect URI is not that of a single-page app
    .remedy =
        Administrator: if the app runs in the browser, put the redirect URI under single_page of the app's redirect_uris in the declaration and run 'admit apply'.
        Developer: if the app runs on a server, send the request from there and not from the browser, where a secret or a token of the server is readable by all visitors.

e9002327 = The redirect URI of the app '{ $client }' is registered for a single-page app, but the token request has no Origin header, so it does not come from a page in a browser.
    .title = A single-page app must redeem its codes in the browser
    .remedy =
        Developer: redeem the code from the page itself, with a cross-origin request.
        Administrator: if the app runs on a server or a device, put the redirect URI under web or native of the app's redirect_uris in the declaration and run 'admit apply'.

e88000001 = The body was sent as '{ $content_type }', but this endpoint reads only 'application/x-www-form-urlencoded'.
    .title = The body is not a form
    .remedy =
        Developer: send the parameters as a form, name=value pairs joined by '&', not as JSON.
        Developer: set the header Content-Type to application/x-www-form-urlencoded.

e88000002 = The request has more parameters than the limit of { $limit }.
    .title = There are too many parameters
    .remedy = Developer: send only the parameters that this endpoint knows.

e88000003 = The value of the parameter '{ $parameter }' is longer than the limit of { $limit } bytes.
    .title = A parameter is too long
    .remedy = Developer: shorten '{ $parameter }'. Keep large state in the app and send only a key to it.

e88000004 = The body of the request is larger than the limit of { $limit } bytes.
    .title = The body is too large
    .remedy = Developer: send a smaller body; no request to this endpoint needs a larger one.

e88000005 = There is no endpoint at the path '{ $path }'.
    .title = There is no such endpoint
    .remedy =
        Developer: take the URLs of the endpoints from the discovery document of the tenant.
        Developer: use the URLs of version 2.0; those of version 1.0, without '/v2.0', do not exist here.

e88000008 = The parameter '{ $parameter }' was sent in the query string. URLs are kept in histories and logs, so secrets are read only from the body or a header.
    .title = A secret was sent in the query string
    .remedy =
        Developer: send '{ $parameter }' in the body of a POST request.
        Developer: regard the value as disclosed and replace it.

e88000009 = The request contains more than one kind of client authentication. Only one may be used in a request (RFC 6749, section 2.3).
    .title = The app authenticated in more than one way
    .remedy = Developer: use one of the Authorization header, client_secret, and client_assertion, and leave the others out.

e88000010 = The request contains more than one Authorization header, so it is ambiguous.
    .title = There is more than one Authorization header
    .remedy = Developer: send a single Authorization header. A proxy on the way may add another one.

e88000011 = The request was sent to the host '{ $host }', but this service has another host name.
    .title = The host name is not that of this service
    .remedy =
        Developer: use the URL that the service publishes in its discovery document.
        Operator: if '{ $host }' is the right name, set it as origin in the configuration; if a reverse proxy is in front of the service, let it forward the Host header.

e88000012 = The body of the request did not arrive within { $seconds } s.
    .title = The request took too long to arrive
    .remedy = Developer: try again, and check the network between the app and this service.

e88000013 = The connection ended before the complete body of the request was received.
    .title = The request body is incomplete
    .remedy =
        Developer: send the request again.
        Developer: if it happens again, check Content-Length and the proxies between the app and this service.

e88000020 = The tenant '{ $tenant }' is suspended, so users cannot sign in and no tokens are issued.
    .title = The tenant is suspended
    .remedy =
        Administrator: ask the operator of this service for the reason.
        Operator: when the reason no longer applies, set suspended = false for the tenant in the declaration and run 'admit apply'.

e88000030 = The app '{ $client }' authenticated with { $received }, but is registered for { $expected }.
    .title = The app did not use its registered authentication method
    .remedy =
        Developer: authenticate with { $expected }.
        Administrator: otherwise change the app's secrets or keys in the declaration and run 'admit apply'.

e88000032 = The audience of the client assertion is '{ $received }'; accepted: { $accepted }.
    .title = The client assertion has the wrong audience
    .remedy = Developer: set aud to exactly one accepted value, including scheme, host, port and path.

e88000033 = The client assertion expires in { $seconds } s; the limit is { $limit } s.
    .title = The client assertion is valid for too long
    .remedy = Developer: let the assertion expire a few minutes after it is created.

e88000034 = The client assertion with the id '{ $jti }' was already used. Each one is accepted once.
    .title = The client assertion was used before
    .remedy = Developer: create a new assertion, with a new jti, for each request.

e88000035 = The value of client_assertion is not a signed JWT: three base64url parts, the first two of them JSON objects.
    .title = The client assertion is not a signed JWT
    .remedy = Developer: send the assertion in compact form, complete and without quotes around it.

e88000036 = client_assertion_type is '{ $received }'; only 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' is supported.
    .title = The type of the client assertion is not supported
    .remedy = Developer: send the supported value as client_assertion_type, together with a JWT in client_assertion.

e88000037 = The Authorization header does not contain a client id and a secret in the form of HTTP Basic authentication.
    .title = The Authorization header is malformed
    .remedy = Developer: form-encode client id and secret, join them with ':', encode the result as base64, and put 'Basic ' before it (RFC 6749, section 2.3.1).

e88000038 = The parameter client_id is '{ $received }', but the app that authenticated is '{ $authenticated }'.
    .title = The request names two apps
    .remedy = Developer: send the same client id in both places, or only in the authentication.

e88000039 = The Authorization header uses the scheme '{ $scheme }'. For client authentication only Basic is supported in this header.
    .title = The authentication scheme is not supported
    .remedy = Developer: use Basic, or leave the header out and authenticate with parameters in the body.

e88000040 = The app '{ $client }' is not allowed to use the grant type '{ $grant_type }'.
    .title = The app may not use this grant type
    .remedy =
        Developer: use a grant type that is registered for the app.
        Administrator: otherwise add '{ $grant_type }' to the app's grant_types in the declaration and run 'admit apply'.

e88000042 = The client assertion was signed with the registered key '{ $key }', which expired at { $expired }.
    .title = The key of the app has expired
    .remedy =
        Developer: register a new key or certificate for the app.
        Developer: sign client assertions with the new key.

e88000050 = The authorization code was issued to another app than the one that redeems it.
    .title = The authorization code was issued to another app
    .remedy = Developer: use the same client id at the authorization endpoint and at the token endpoint.

e88000051 = The authorization request had a redirect_uri, so the token request must have the same one, but has none.
    .title = The redirect URI is missing in the token request
    .remedy = Developer: send the redirect_uri of the authorization request also to the token endpoint.

e88000052 = The code was requested with a code_challenge, so code_verifier is required to redeem it, but it is missing or empty.
    .title = The code verifier is missing
    .remedy = Developer: send the code_verifier that the challenge was computed from. A library that knows only the challenge cannot send it.

e88000053 = code_verifier must have 43 to 128 characters: letters, digits, '-', '.', '_' and '~' only (RFC 7636, section 4.1).
    .title = The code verifier is malformed
    .remedy = Developer: generate the verifier from at least 32 random bytes, encoded as base64url without padding.

e88000054 = The token request has a code_verifier, but the code was requested without a code_challenge. The challenge may have been removed from the authorization request on its way.
    .title = A code verifier was sent, but the code has no challenge
    .remedy = Developer: send code_challenge and code_challenge_method=S256 in the authorization request, or leave code_verifier out.

e88000055 = The authorization code is bound to a DPoP key by dpop_jkt, but the token request has no proof of possession of that key.
    .title = The code is bound to another DPoP key
    .remedy = Developer: redeem the code with a DPoP proof signed with the key whose thumbprint was sent as dpop_jkt.

e88000056 = The request came from a page at '{ $origin }', which is not the origin of any redirect URI of the single-page app '{ $client }'.
    .title = The origin of the page is not registered
    .remedy = Administrator: if the app is served from that origin, add a redirect URI at '{ $origin }' under single_page of the app's redirect_uris in the declaration and run 'admit apply'.

e88000060 = The value of refresh_token is not a refresh token of this tenant, or it was changed or truncated on the way.
    .title = The refresh token is invalid
    .remedy =
        Developer: send the refresh token exactly as it was received; neither an access token nor an ID token can replace it.
        User: sign in again if the app cannot continue.

e88000061 = The token was issued by this service, but the sign-in behind it ended some time ago and its data was deleted.
    .title = The sign-in behind the token no longer exists
    .remedy =
        User: sign in to the app again.
        Developer: delete the stored tokens and start a new sign-in.

e88000062 = The refresh token was already used and replaced by a newer one. Because someone else may have it, all tokens of this sign-in were revoked.
    .title = A replaced refresh token was used again
    .remedy =
        Developer: store the refresh token of each response before the next request, and let only one process refresh at a time.
        User: sign in again. If this happens without a reason, the token may have been stolen: inform the administrator.

e88000063 = The authorization behind the token was revoked at { $revoked }.
    .title = The authorization was revoked
    .remedy =
        User: sign in to the app again.
        Developer: delete the stored tokens and start a new sign-in.

e88000064 = The authorization behind the refresh token expired at { $expired }. Every authorization expires after a fixed time.
    .title = The refresh token has expired
    .remedy = User: sign in to the app again.

e88000065 = The refresh token was issued to another app than the one that uses it.
    .title = The refresh token was issued to another app
    .remedy = Developer: keep the tokens of each client id apart.

e88000066 = The refresh token was sent to another tenant than the one that issued it.
    .title = The refresh token was issued by another tenant
    .remedy = Developer: send each refresh token to the tenant that issued it.

e88000067 = The request contains the scope '{ $scope }', which was not granted at sign-in.
    .title = The scope was not granted
    .remedy = Developer: request only scopes that were granted, or start a new sign-in for more.

e88000068 = The refresh token is bound to a DPoP key, but the proof in the request was signed with another key.
    .title = The refresh token is bound to another DPoP key
    .remedy =
        Developer: keep the DPoP key as long as the refresh token, and sign the proof of each refresh with it.
        User: sign in again if the app has lost the key.

e88000070 = The request asks for a token for '{ $resource }', which was not granted at sign-in.
    .title = The API was not granted
    .remedy = Developer: name only an API that was granted, or start a new sign-in for another one.

e88000080 = The request has more scopes than the limit of { $limit }.
    .title = There are too many scopes
    .remedy = Developer: request only the scopes that are needed now.

e88000081 = The app '{ $client }' has no role on the API '{ $resource }', so it cannot get a token for it.
    .title = The app has no role on the API
    .remedy = Administrator: add a role of the API to the app's permissions in the declaration and run 'admit apply'.

e88000082 = The parameter resource is '{ $resource }', which is not an absolute URI without a fragment (RFC 8707, section 2).
    .title = The parameter resource is not an absolute URI
    .remedy = Developer: send the API's identifier as registered, such as 'https://orders.example' or 'api://orders'.

e88000083 = The request contains the parameter resource more than once, but a token is valid for one API only.
    .title = More than one API was named
    .remedy = Developer: send resource once, and send one request per API.

e88000084 = The scope '{ $scope }' does not belong to the API '{ $resource }', which the parameter resource names.
    .title = Scope and resource name different APIs
    .remedy = Developer: request scopes of that API only, or leave resource out.

e88000089 = The request has code_challenge_method, but no code_challenge. The challenge may have been removed from the request on its way.
    .title = A code challenge method was sent without a challenge
    .remedy = Developer: send code_challenge too, or leave code_challenge_method out.

e88000090 = code_challenge contains a character that is not allowed in base64url: only letters, digits, '-' and '_' are.
    .title = The code challenge contains invalid characters
    .remedy = Developer: encode the SHA-256 of the verifier as base64url, not as plain base64 or hexadecimal.

e88000091 = The parameter prompt contains '{ $prompt }'. Supported: none, login, select_account, consent and create.
    .title = The value of prompt is not supported
    .remedy = Developer: send supported values, separated by spaces, or leave prompt out.

e88000092 = The parameter prompt is '{ $prompt }'. The value none forbids every page, so it cannot be combined with other values.
    .title = prompt=none cannot be combined
    .remedy = Developer: send prompt=none alone, or only the other values.

e88000093 = The parameter max_age is '{ $max_age }', which is not a whole number of seconds.
    .title = max_age is not a number of seconds
    .remedy = Developer: send digits only, such as 3600.

e88000094 = The user cancelled the sign-in to the app '{ $client }'.
    .title = The sign-in was cancelled
    .remedy = User: start again from the app to sign in.

e88000095 = The request asked for a sign-in without a page (prompt=none), but more than one account is signed in with this browser and the request names none of them.
    .title = The user must choose an account
    .remedy =
        Developer: name the account in login_hint or id_token_hint, or let the user choose in an interactive sign-in.
        User: choose an account when the app asks for one.

e88000096 = The request asked for a sign-in without a page (prompt=none), but the user signed in longer ago than max_age allows.
    .title = The sign-in is too old
    .remedy =
        Developer: start an interactive sign-in.
        User: sign in again.

e88000097 = The value of id_token_hint is not an ID token that this tenant issued.
    .title = id_token_hint is not an ID token of this tenant
    .remedy = Developer: send an ID token of this tenant, unchanged; it may have expired. An access token cannot replace it.

e88000098 = The request names a user by id_token_hint or by the claim sub, but another user is signed in.
    .title = The signed-in user is not the one that the app expects
    .remedy =
        User: sign out, or choose the account that the app expects.
        Developer: start an interactive sign-in.

e88000099 = The request makes the claim '{ $claim }' essential, with values that no sign-in of this service can satisfy.
    .title = The required kind of sign-in is not available
    .remedy = Developer: request a value that acr_values_supported in the discovery document lists, or do not make it essential.

e88000100 = The parameter request contains a request object, which this service does not support.
    .title = Request objects are not supported
    .remedy = Developer: send the parameters themselves.

e88000101 = The parameter request_uri refers to a request object, which this service does not support.
    .title = Request objects by reference are not supported
    .remedy = Developer: send the parameters themselves.

e88000102 = The parameter registration describes an app in the request, but this service only accepts apps that are registered beforehand.
    .title = Registration in the request is not supported
    .remedy = Developer: leave registration out and use the client id of a registered app.

e88000103 = The parameter dpop_jkt is not the SHA-256 thumbprint of a key: 43 characters of base64url (RFC 7638).
    .title = dpop_jkt is not a key thumbprint
    .remedy = Developer: send the thumbprint of the public key with which the code will be redeemed.

e88000110 = This sign-in has ended already: it was finished or cancelled. Its page was shown again by the back button of the browser, or from a tab that was open before.
    .title = This sign-in has ended
    .remedy = User: begin again, or go back to the app.

e88000111 = The password is longer than the limit of { $limit } bytes.
    .title = The password is too long
    .remedy = User: check the text that was typed or pasted into the field, and try again.

e88000112 = The service is checking as many passwords as it can at once, so this password was not checked. It can be sent again in { $seconds } s.
    .title = Too many users are signing in at this moment
    .remedy =
        User: wait a moment, then sign in again.
        Operator: if this lasts, look for an attack at /admin/requests, or give the service more processor cores.

e88000113 = The browser did not send the cookie of this sign-in, also after a second start.
    .title = The cookie of this sign-in is missing
    .remedy = User: allow cookies for this site, then begin again.

e88000114 = Too many sign-ins with a long request, or with a request sent by POST, came from this network. The next one is accepted in about { $minutes }.
    .title = Too many long requests
    .remedy =
        User: wait, then begin again.
        Developer: send the authorization request by GET, and keep it under 4 KiB, so that it need not be stored.

e88000115 = Too many sign-ins from this network failed, so browsers that are new here must wait about { $minutes }.
    .title = Too many failed sign-ins
    .remedy =
        User: wait, then try again.
        Administrator: many users behind one IP address may share this limit; if the IP address belongs to a proxy, the operator of this service can add it to trusted_proxies.
        Administrator: look for 'password spraying suspected' in the log.

e88000116 = This sign-in was started too long ago, and its request is not stored any more.
    .title = The request of this sign-in has expired
    .remedy =
        User: go back to the app and sign in again.
        Developer: a request_uri of this service is for one sign-in, and lives for minutes. Start each sign-in with a new request.

e88000117 = The authorization request is longer than the limit of { $limit } bytes.
    .title = The authorization request is too long
    .remedy = Developer: send a shorter request. Keep a long state in the session of the app, and send its key.

e88000120 = The header DPoP does not contain a signed JWT: three base64url parts, the first two of them JSON objects.
    .title = The DPoP proof is not a signed JWT
    .remedy = Developer: send one JWT in compact form in the header DPoP (RFC 9449, section 4).

e88000121 = The request contains more than one DPoP header, but may contain only one proof.
    .title = There is more than one DPoP proof
    .remedy = Developer: send the header DPoP exactly once.

e88000122 = The header typ of the DPoP proof is '{ $received }'; it must be 'dpop+jwt'.
    .title = The DPoP proof is another kind of token
    .remedy = Developer: set typ to dpop+jwt in the header of the proof.

e88000123 = The DPoP proof was signed with '{ $algorithm }'. Accepted: { $accepted }.
    .title = The algorithm of the DPoP proof is not accepted
    .remedy = Developer: sign with an algorithm that dpop_signing_alg_values_supported in the discovery document lists.

e88000124 = The jwk in the header of the DPoP proof contains the private part of the key.
    .title = The DPoP proof contains its private key
    .remedy =
        Developer: put only the public members of the key into jwk.
        Developer: regard the key as disclosed and generate a new one.

e88000125 = The signature of the DPoP proof does not verify with the key in its header.
    .title = The signature of the DPoP proof does not verify
    .remedy = Developer: sign with the private key of the public key in jwk, and do not change the proof after signing.

e88000126 = The claim htm of the DPoP proof is '{ $received }', but the request used { $expected }.
    .title = The DPoP proof is for another method
    .remedy = Developer: create a proof for each request, with its HTTP method in htm.

e88000127 = The claim htu of the DPoP proof is '{ $received }', but the request was sent to '{ $expected }'.
    .title = The DPoP proof is for another URL
    .remedy = Developer: put the URL of the request into htu, without query and fragment, as it is in the discovery document.

e88000128 = The claim ath of the DPoP proof is missing, or is not the hash of the access token in the request.
    .title = The DPoP proof is for another access token
    .remedy = Developer: put the SHA-256 of the access token, as base64url without padding, into ath.

e88000129 = The DPoP proof was created at { $issued }; the time at this service is { $now }. The difference is too large.
    .title = The DPoP proof is not current
    .remedy = Developer: create a proof for each request, and synchronize the clock of the machine with a time server.

e88000130 = The DPoP proof with the id '{ $jti }' was already used. Each one is accepted once.
    .title = The DPoP proof was used before
    .remedy = Developer: create a proof for each request, with a new jti, also when a request is repeated.

e88000131 = The DPoP proof has no nonce. The header DPoP-Nonce of this response contains the nonce to use.
    .title = The DPoP proof needs a nonce
    .remedy = Developer: put the value of DPoP-Nonce into the claim nonce of a new proof and repeat the request (RFC 9449, section 8).

e88000132 = The nonce of the DPoP proof has expired or was not issued by this service. The header DPoP-Nonce of this response contains the nonce to use.
    .title = The nonce of the DPoP proof is no longer valid
    .remedy = Developer: always use the DPoP-Nonce of the newest response, and repeat the request with a new proof.

e88000133 = The access token is bound to a DPoP key, but the proof in the request was signed with another key.
    .title = The access token is bound to another DPoP key
    .remedy = Developer: sign the proof with the key that was used when the token was issued.

e88000134 = The access token is bound to a DPoP key, but it was sent with the scheme Bearer, without a proof.
    .title = A DPoP token was sent as a bearer token
    .remedy = Developer: send 'Authorization: DPoP' with the token, and a proof in the header DPoP.

e88000135 = The app or the token requires a DPoP proof, but the request has no DPoP header.
    .title = The DPoP proof is missing
    .remedy = Developer: send a proof in the header DPoP. A proxy on the way may have removed the header.

e88000136 = The DPoP proof has no usable claim '{ $claim }'.
    .title = The DPoP proof lacks a claim
    .remedy = Developer: add the claim '{ $claim }' to the proof (RFC 9449, section 4.2).

e88000137 = The header of the DPoP proof has no jwk, or one that is not a public key for the algorithm.
    .title = The DPoP proof has no usable key
    .remedy = Developer: put the public key as a JSON Web Key into jwk.

e88000138 = The access token is not bound to a key, but it was sent with the scheme DPoP.
    .title = A bearer token was sent as a DPoP token
    .remedy = Developer: send 'Authorization: Bearer' with this token, or obtain one with a DPoP proof.

e88000140 = The request has no access token.
    .title = The access token is missing
    .remedy = Developer: send 'Authorization: Bearer' followed by an access token of this tenant.

e88000141 = The value in the request is not an access token of this service: it is empty, truncated, or another kind of token.
    .title = The access token is malformed
    .remedy = Developer: send the access_token of the token response unchanged; neither an ID token nor a refresh token can replace it.

e88000142 = The signature of the access token does not verify with any key of this tenant.
    .title = The signature of the access token does not verify
    .remedy = Developer: send the token to the service that issued it, and get a new one if it is older than the current signing keys.

e88000143 = The access token expired at { $expired }.
    .title = The access token has expired
    .remedy = Developer: get a new access token, with the refresh token if there is one, shortly before the old one expires.

e88000144 = The access token was issued by '{ $received }'; only tokens of '{ $expected }' are accepted.
    .title = The access token has the wrong issuer
    .remedy = Developer: use a token of this tenant.

e88000146 = The access token, or the sign-in behind it, was revoked.
    .title = The access token was revoked
    .remedy =
        User: sign in to the app again.
        Developer: delete the stored tokens and start a new sign-in.

e88000147 = The request needs the scope '{ $scope }', which the access token does not have.
    .title = The access token does not have the scope
    .remedy = Developer: request '{ $scope }' at sign-in.

e88000148 = The access token was sent in the query string. URLs are kept in histories and logs, so a token is read only from the Authorization header or the body.
    .title = The access token was sent in the query string
    .remedy =
        Developer: send the token in the Authorization header.
        Developer: regard the token as disclosed, and revoke it.

e88000149 = The request contains an access token both in the Authorization header and in the body. Only one way may be used in a request (RFC 6750, section 2).
    .title = The access token was sent in more than one way
    .remedy = Developer: send the token in the Authorization header only.

e88000150 = The Authorization header uses the scheme '{ $scheme }'. Access tokens are sent with Bearer or DPoP.
    .title = The scheme of the Authorization header is not for access tokens
    .remedy = Developer: send 'Authorization: Bearer', or 'Authorization: DPoP' with a proof, followed by the token.

e88000160 = The app '{ $client }' is public and cannot authenticate. Only apps that authenticate may introspect tokens.
    .title = A public app may not introspect tokens
    .remedy = Administrator: set public = false for the app in the declaration, with a secret or a key, run 'admit apply', and let the API use its own credential.

e88000161 = The token is of the kind '{ $received }', which cannot be revoked.
    .title = This kind of token cannot be revoked
    .remedy =
        Developer: revoke the refresh token if there is one; the tokens that depend on it are revoked, too.
        Developer: otherwise delete the token. It expires after a short time.

e88000162 = The token was issued to another app than the one that tries to revoke it.
    .title = The token was issued to another app
    .remedy = Developer: revoke the token with the client id that it was issued to.

e88000200 = This app has no request with this id. The id may be wrong, the request may belong to another app, or its record was deleted.
    .title = No request of this app has this id
    .remedy =
        Developer: copy the trace ID or the correlation ID from the response, and use the credentials of the app that received it.
        Administrator: search for the id at /admin/requests, which shows the requests of all apps of the tenant.

e88000201 = The value '{ $received }' of '{ $parameter }' is not an id. An id has 32 hexadecimal digits, as in 0f8fad5b-d9cb-469f-a165-70867728950e.
    .title = The id is malformed
    .remedy = Developer: copy the id from the response: the trace ID is also in its header x-ms-request-id, the correlation ID in client-request-id.

e88000202 = The app '{ $client }' is public and cannot authenticate, so its requests cannot be shown to a caller who only knows its client id.
    .title = A public app cannot look up its requests
    .remedy =
        Administrator: look up the request by its trace ID at /admin/requests.
        Developer: give the trace ID of the response to an administrator, or read the page of the error number.

e88000203 = The request contains neither an id to look up nor a request for a dry run.
    .title = There is nothing to explain
    .remedy = Developer: send trace_id or correlation_id to look up a request, or the parameters of a token request (with grant_type) or of an authorization request (with response_type) for a dry run.

e88000204 = Error simulation is not switched on for the app '{ $client }', so it cannot request an error by its number.
    .title = Error simulation is switched off for the app
    .remedy =
        Administrator: set 'error_simulation = true' for the app if it is for tests.
        Developer: leave out admit_simulate_error in all other apps.

e88000205 = This service does not allow error simulation.
    .title = Error simulation is switched off
    .remedy =
        Developer: simulate errors at a service for tests, such as one that 'admit dev' runs.
        Operator: set 'allow_error_simulation = true' in the configuration if this service is for tests.

e88000206 = The value '{ $received }' of admit_simulate_error is not an error number of this service.
    .title = The error to simulate does not exist
    .remedy = Developer: send the number alone, without letters, as it is in error_codes; /error lists all of them.

e88000207 = This app sent more than { $limit } dry runs within a minute. The next one is accepted in about { $minutes }.
    .title = Too many dry runs
    .remedy =
        Developer: wait, then try again; do not dry-run each request before sending it.
        Developer: if your app did not send them, another party has its credentials or one of its assertions; replace the credentials.

e88000208 = More than { $limit } requests were looked up within five minutes. The next look-up is accepted in about { $minutes }.
    .title = Too many look-ups
    .remedy =
        User: wait, then open the page again.
        Developer: wait, then try again; look up a trace ID once, and keep the answer.
        Developer: if your app did not send them, another party has its credentials; replace them.
        Administrator: wait, then search again.

e88000220 = You are signed in as '{ $username }', who is not an administrator of '{ $tenant }'. The administration pages are for administrators only.
    .title = This account is not an administrator
    .remedy =
        User: if another account of yours is an administrator, start again and choose it.
        Administrator: set 'administrator = true' for the user in the declaration and run 'admit apply'.

e88000221 = The sign-in to these pages was not found. It may have expired, or it was completed in another window.
    .title = The administration sign-in was not found
    .remedy = User: start again.

e88000222 = The administrator session ended before the form was sent: eight hours have passed, the sign-in session ended, or the account changed. Nothing was done.
    .title = The administrator session has ended
    .remedy = User: sign in again, then repeat the action.

e88000223 = The sign-in to the administration pages failed: '{ $error }'.
    .title = The administration sign-in failed
    .remedy = User: start again. If you cancelled the sign-in, you do not have to do anything.

e88000224 = There is no record of a request with the trace ID '{ $trace_id }'.
    .title = The request was not found
    .remedy =
        User: check the trace ID; it has 36 characters.
        User: records are deleted after some time, the oldest first. A request that named no tenant, or another one, is not shown here.
        Operator: run 'admit explain' with the trace ID, which searches all tenants.

e88000240 = The report link was not created by an error page of this service: it is missing, truncated or changed.
    .title = The report link is invalid
    .remedy = User: go back to the page that showed the error, and follow its link to report the problem.

e88000241 = The report link was created more than { $hours } ago and has expired.
    .title = The report link has expired
    .remedy = User: repeat what you wanted to do. If the error occurs again, report it from the new page.

e88000242 = The text has { $length } characters; the limit is { $limit }.
    .title = The text is too long
    .remedy = User: shorten the text to what matters most. The details of the request are attached automatically.

e88000243 = The value in the email field is not one email address.
    .title = The email address is invalid
    .remedy = User: enter one email address such as name@example.com, or leave the field empty.

e88000244 = Many problems were reported from your network in a short time, so the next report is accepted in about { $minutes }.
    .title = Too many reports from your network
    .remedy = User: wait, then send the report again. A problem that was already reported needs no second report.

e88000245 = Many problems were reported here in a short time, so the next report is accepted in about { $minutes }.
    .title = Too many reports
    .remedy = User: wait, then send the report again. If many users have the same problem, it is already known.

e88000246 = Many problems were reported to this service in a short time, so the next report is accepted in about { $minutes }.
    .title = Too many reports to this service
    .remedy = User: wait, then send the report again. If many users have the same problem, it is already known.

e88000247 = There are { $limit } open reports, which is the limit. The next report is accepted when some of them are closed, in { $minutes } or later.
    .title = Too many open reports
    .remedy =
        Administrator: answer and close tickets at /admin/tickets, or with 'admit ticket close'.
        User: send the details below to your administrator in another way.

e88000248 = The report could not be stored because the storage for reports is not available or full.
    .title = The report was not stored
    .remedy =
        User: your text is still in the form. Send it again in a few minutes.
        User: if that fails too, give the trace ID to your support; the problem can be found by it.
        Operator: find the cause in the log, and check that the data directory exists and has free space.

e88000249 = There is no ticket with this ID.
    .title = The ticket was not found
    .remedy = Administrator: check the ticket ID, or search for the ticket in the list. Tickets are deleted some time after they are closed.

e88000250 = This ticket has { $limit } entries, which is the limit.
    .title = The ticket is full
    .remedy = Administrator: continue outside the ticket, and mention the ticket ID there.

e88000251 = The answer has no text, so there is nothing to send to the reporter.
    .title = The answer is empty
    .remedy = Administrator: write a text for the reporter, or close the ticket without an answer.

e88000252 = Many answers were sent to this address, or by this tenant, in a short time, so the next one is accepted in about { $minutes }.
    .title = Too many answers
    .remedy = Administrator: wait, then send the answer again. Put what the reporter needs into one answer.

e88000260 = There is no discovery document at this address. It is at '{ $address }'.
    .title = The discovery document has another address
    .remedy =
        Developer: enter the issuer of the tenant in the library. It is the address of the document without '/.well-known/openid-configuration', and ends in '/v2.0'.
        Developer: if the address contains TENANT, put the name or the ID of the tenant there.

e88000270 = The service lost its memory of used and revoked values at { $since }, for example when a backup was restored. Codes and refresh tokens that were issued before are not accepted any more.
    .title = A new sign-in is needed
    .remedy =
        User: sign in again.
        Developer: delete the stored tokens of this user and start a new sign-in.
        Operator: see in the guide 'Back up and restore' what a new ledger costs.

e88000271 = The service lost its memory of used assertions at { $since }, for example when a backup was restored. An assertion that may have been created before is not accepted.
    .title = The assertion may be older than the memory of the service
    .remedy =
        Developer: create a new assertion for each request, with the claim 'iat'. It must be later than that time by more than one minute, because clocks differ.
        Developer: without 'iat', try again one hour after that time.

e88000310 = The code or refresh token is of { $issued }, a time that has not come: the clock of the service was ahead when it was issued. It is not accepted, because later revocations would not reach it.
    .title = A new sign-in is needed
    .remedy =
        User: sign in again.
        Developer: delete the stored tokens of this user and start a new sign-in.
        Operator: check that the clock of the service is synchronized (NTP).

e88000311 = The request names no host, several hosts or a malformed one. It must have exactly one header Host with the host name of this service, or the pseudo-header :authority in HTTP/2.
    .title = The request does not name one host
    .remedy =
        Developer: let the HTTP library set the header Host, and do not add another one.
        Operator: if a proxy is in front of the service, check that it passes on exactly one Host.

e88000312 = The body of the request has the content coding '{ $codings }'. This service decodes none.
    .title = The body is compressed
    .remedy = Developer: send the body without the header Content-Encoding, and uncompressed.

e88000313 = The request has trailers: header fields after its body. This service reads none.
    .title = The request has fields after its body
    .remedy = Developer: send all header fields before the body, and no trailers.

e88000314 = The user must press 'Continue' before the app '{ $client }' gets a code, because other programs could receive it at the same redirect URI. With prompt=none no page can be shown.
    .title = The user has to continue to the app
    .remedy =
        Developer: send the request again without prompt=none, in the browser of the user. Use refresh tokens to renew tokens without the user.
        Administrator: if the app has a private-use scheme, consider silent = true in its declaration; the reference says what that risks.

e88000315 = The database of the service has not answered for a second. Until it does, requests that need it are refused at once.
    .title = The database does not answer
    .remedy =
        User: try again in some seconds.
        Operator: check that the database server runs and can be reached from this node. A report is not needed: the log and the metrics show it.

e88000330 = The code was used already. Each code of the app is accepted once.
    .title = The code was used already
    .remedy = User: wait until the app shows the next code, and type that one.

e88000331 = The code belongs to this account, but is for another time: the clock of the app's device is { $seconds } seconds { $direction ->
        [behind] behind
       *[ahead] ahead
    }, or the code was typed too late.
    .title = The code is for another time
    .remedy =
        User: type the code that the app shows now.
        User: if that one is refused, too, set the clock of the device to automatic.

e88000332 = The recovery code is not one of the unused codes of this account.
    .title = The recovery code is wrong
    .remedy =
        User: compare it with your list. Each code works once; use one that is not crossed out. A new list replaces the old one.
        Administrator: if the user has lost the app and the recovery codes, run 'admit user access-pass' on the server and give them the pass.

e88000333 = The session of the account pages has ended, so nothing was changed.
    .title = You are signed out
    .remedy = User: open the account page again, sign in, and repeat the change.

e88000334 = The app '{ $client }' accepts passkeys only, and the account has none.
    .title = The app needs a passkey
    .remedy =
        User: add a passkey on your account page, then sign in to the app again.
        Developer: request the acr 'mfa' in place of 'phr', or a context of two factors in acrs, if any two factors suffice.

e88000340 = The passkey was used for { $received ->
        [unknown] another address
       *[other] '{ $received }'
    }, and the passkeys of this service are for '{ $expected }'.
    .title = The passkey is for another address
    .remedy =
        User: open the app again and sign in from there. If a link in a message led to the other address, do not use it, and report it to your administrator.
        Operator: if the service can be reached at another address, redirect it to 'origin' of the configuration.

e88000341 = The passkey was used on a page in a frame of another site, where passkeys are refused.
    .title = The page is in a frame of another site
    .remedy =
        User: open the page of the app in a tab of its own and sign in there.
        Developer: open the sign-in page in the whole tab or in a window, not in a frame.

e88000342 = The passkey belongs to an account of another tenant of this service.
    .title = The passkey is of another tenant
    .remedy = User: choose the passkey of the account with which you sign in here, or sign in with the user name and the password.

e88000343 = The response of the passkey belongs to an earlier page: each page accepts one use of a passkey, and only one that it asked for.
    .title = The passkey was used for an earlier page
    .remedy =
        User: load the page again and use the passkey once more.
        User: if a second tab of this sign-in is open, close it.

e88000344 = The device did not confirm { $check ->
        [presence] that a user is present
       *[verification] by PIN, fingerprint or face that it knows the user
    }, which this service requires of a passkey.
    .title = The device did not check the user
    .remedy =
        User: set up a PIN or a screen lock on the device or the security key, and try again.
        User: or use a passkey of another device, or another way to sign in.

e88000345 = The passkey counts its uses, and this use has the number { $count }, although { $last_count } was used before. A copy of the passkey may exist.
    .title = The passkey may have been copied
    .remedy =
        User: sign in another way, remove this passkey from the account, and add a new one.
        Administrator: if the user did not copy the device or restore it from a backup, treat the passkey as stolen.

e88000346 = The key of the new passkey has the algorithm { $algorithm } (a number of the registry of COSE). Only -7 (ES256), -8 (Ed25519) and -257 (RS256) are accepted.
    .title = The algorithm of the passkey is not supported
    .remedy = User: create the passkey on another device or in another password manager.

e88000347 = The response of the passkey is not as WebAuthn requires: '{ $member }' is missing, malformed or contradicts another part.
    .title = The response of the passkey is malformed
    .remedy =
        User: update the browser and the password manager, and try again.
        User: if it happens again, switch off extensions of the browser that manage passkeys, or use another device.

e88000348 = The signature of the passkey does not verify with the key that was stored when the passkey was added.
    .title = The signature of the passkey is wrong
    .remedy =
        User: try again with another passkey or another way to sign in.
        User: if this passkey is refused again, remove it from the account and add a new one.

e88000349 = The response of the passkey is longer than the limit of { $limit } bytes.
    .title = The response of the passkey is too long
    .remedy = User: use a passkey of another device or password manager, or another way to sign in.

e88000350 = The post_logout_redirect_uri '{ $uri }' is not registered for the app '{ $client }', so the browser is not sent there after signing out.
    .title = The URI after signing out is not registered
    .remedy =
        User: sign out on the page that the button opens.
        Developer: compare the URI with the registered ones, character for character: scheme, upper and lower case, port, path, query, a slash at the end.
        Administrator: if the URI belongs to the app, add it to the app's post_logout_redirect_uris in the declaration and run 'admit apply'.

e88000351 = The request to sign out has the client_id '{ $client_id }', but its id_token_hint was issued to '{ $audience }'.
    .title = The app of the ID token is another one
    .remedy =
        User: sign out on the page that the button opens.
        Developer: send the ID token that this app received at the sign-in of the user, and the client_id of the same app or none.

e88000360 = The new password has { $length } characters, and at least { $minimum } are needed.
    .title = The new password is too short
    .remedy = User: choose a longer one, such as four words that have nothing to do with each other.

e88000361 = The new password is one of the most common passwords, or differs little from one. Attackers try these first.
    .title = The new password is too common
    .remedy = User: choose one that others do not use, such as four words that have nothing to do with each other.

e88000362 = The new password consists mostly of names that belong to the account: of the user, their e-mail address or the tenant. Attackers try these first.
    .title = The new password consists of names of the account
    .remedy = User: choose one without these names, such as four words that have nothing to do with each other.

e88000363 = The new password would be guessed with fewer than a hundred million attempts. Rows of keys, repetitions, years, dates and single words are tried early, and so are digits and symbols in place of letters.
    .title = The new password is too easy to guess
    .remedy = User: add one or two words that have nothing to do with the others. Symbols, digits and capital letters are not needed.

e88000364 = The new password has a control character, such as a tab or a line break, which not every keyboard can type.
    .title = The new password has a control character
    .remedy = User: leave the character out. If the password was pasted, copy it without the line break at its end.

e88000370 = Too many emails to reset a password were requested: for this user name, from this network or in all. Nothing says whether the user name exists. Another email can be requested in about { $minutes }.
    .title = Too many emails were requested
    .remedy =
        User: look into the folder for unwanted email, and use the newest email. If there is none, wait, then request another one.
        Administrator: the record of each request says why no email was sent; 'admit explain TRACE_ID' shows it.

e88000371 = The code is not the one of the newest email that was requested on this page. Each code has eight digits and belongs to one request.
    .title = The code of the email is wrong
    .remedy =
        User: type the code of the newest email. An earlier one does not count on this page once another email was requested here.
        Administrator: the record of the request for the email says whether one was sent.

e88000372 = The code and the link of the email were valid for ten minutes, and have expired.
    .title = The code or link has expired
    .remedy = User: begin the sign-in again, choose “Forgot password?”, and request another email.

e88000373 = The code or link of the email was used before. Each works once.
    .title = The code or link was used before
    .remedy = User: if you did not set the new password, request another email and set one yourself. If you did, sign in with it.

e88000374 = The link of the email works only in the browser in which the email was requested. This is another browser, so it shows only where the request came from.
    .title = The link was opened in another browser
    .remedy = User: if you requested the email, open the link in that browser, or type the code of the email there. If you did not, delete the email, and give its code to nobody.

e88000375 = The link of the email is incomplete or was changed, so that it says nothing.
    .title = The link is incomplete
    .remedy = User: open the link by a click in the email, or copy all of it into the address bar. Typing the code of the email works as well.

e88000376 = There were too many attempts with a wrong code of an email, so no further one is accepted for about { $minutes }. The password still works meanwhile.
    .title = Too many attempts with a wrong code of an email
    .remedy =
        User: request another email; each accepts five codes. If it is refused again, wait, or sign in with the password.
        Administrator: if the user did not make these attempts, somebody tries to reset their password.

e88000377 = The two fields have different passwords, so no password was set.
    .title = The passwords differ
    .remedy = User: type the new password again, the same in both fields.

e88000378 = The password of the account was changed after the code of the email was given, here or elsewhere, so no other one was set.
    .title = The password was changed meanwhile
    .remedy =
        User: if you changed it, sign in with the new password. If you did not, request another email and set a new one.
        Administrator: the changes of the tenant show who set the password.

e88000379 = No user name was typed.
    .title = The user name is missing
    .remedy = User: type the name that you sign in with, often your email address.

e88000380 = More than { $limit } new passwords were set within a short time. The password that was set last is in effect. Another one can be set in about { $minutes }.
    .title = Too many new passwords
    .remedy =
        User: sign in with the password that was set last, or wait, then set another one.
        User: if you did not set them, sign out everywhere, and reset the password.

e88000390 = The request requires the authentication context '{ $contexts }' (acrs in claims), which the tenant does not have. It has: { $known }.
    .title = Unknown authentication context
    .remedy =
        Developer: require one of the contexts that the tenant has, in the claims challenge of the API or in the parameter claims.
        Administrator: declare the context in auth_contexts of the tenant, and run 'admit apply'.

e88000391 = The app requests a token for itself, and its parameter claims requires the authentication context '{ $contexts }'. A context says how strongly a user signed in, and this token has no user.
    .title = An authentication context needs a user
    .remedy = Developer: leave acrs out of claims for client_credentials. In the API, require authentication contexts of tokens for users only: these have no claim idtyp.

e88000400 = The temporary access pass is the right one, and it expired at { $expired }.
    .title = The temporary access pass has expired
    .remedy =
        User: ask your administrator for a new pass. If you have set up a password, a passkey or an app meanwhile, sign in with that.
        Administrator: run 'admit user access-pass' on the server, and give the user the new pass. '--valid 8h' makes it last longer.

e88000401 = The temporary access pass is the right one, and it was used at { $last_used }. It worked once only.
    .title = The temporary access pass was used before
    .remedy =
        User: sign in with the password, passkey or app that you have set up. Otherwise ask your administrator for a new pass. If it was not you who used the pass, tell them at once.
        Administrator: run 'admit user access-pass' on the server, and give the user the new pass. Without '--once', it works until it expires. If the user did not use the first one, run 'admit user sessions end'.

e88000402 = The temporary access pass is not the one of this account. A new pass replaces the earlier one.
    .title = The temporary access pass is wrong
    .remedy =
        User: compare the pass with the one that your administrator gave you. It has 16 letters and digits.
        Administrator: if the pass is lost, run 'admit user access-pass' on the server for a new one.

e88000403 = The temporary access pass is the right one, and it was revoked: all earlier sign-ins of the account, or of the whole tenant, were ended after the pass was created.
    .title = The temporary access pass was revoked
    .remedy =
        User: sign in with the password, passkey or app that you have set up. Otherwise ask your administrator for a new pass.
        Administrator: run 'admit user access-pass' on the server, and give the user the new pass.

e88000410 = The account of the user expired at { $expired }.
    .title = The account has expired
    .remedy =
        User: ask an administrator if the account should be used longer.
        Administrator: if this user may still use the app, set another time in expires for the user in the declaration and run 'admit apply', or run 'admit user expire'.

e88000437 = A name on the profile page has 1 to { $limit } characters in one line. It has no control characters and no characters that change the order of others. Names other than the display name may be empty.
    .title = The name cannot be used
    .remedy =
        User: type the marked name again, without line breaks and hidden characters. Text that was copied from elsewhere may contain some.

e88000438 = '{ $value }' is none of the choices for the language or the time zone.
    .title = The choice is not known
    .remedy =
        User: choose a language of the list. A time zone has the name of a region and a city, such as Asia/Jakarta.

e88000439 = The text is not a single email address of at most { $limit } bytes.
    .title = The email address cannot be used
    .remedy = User: type one complete address, such as name@example.org, without spaces and without a name before it.

e88000440 = More than { $limit } emails with a code for an address were requested within a short time. Another one can be requested in about { $minutes }. The address of before stays until then.
    .title = Too many emails with a code for an address
    .remedy =
        User: use the code of the newest email, or wait, then request another one.
        Administrator: the limits are in docs/reference/limits.md.

e88000441 = The code for the email address is no longer valid. It was requested more than ten minutes ago, in another sign-in, or before the address or the password was changed. The address of before stays.
    .title = The code for the address has expired
    .remedy = User: open “Email address” on the account page, and request another email.

e88000442 = The code for the email address was used before. Each works once.
    .title = The code for the address was used before
    .remedy = User: the account page shows the address that is in effect. If it is not the one that you want, request another email.

e88000443 = There were too many attempts with a wrong code for an email address, so this code is not accepted any more, for about { $minutes }. The address of before stays.
    .title = Too many attempts with a wrong code for the address
    .remedy = User: request another email; each accepts five codes.

e88000444 = Users of this tenant cannot change their email address here: the tenant does not let them, or the service sends no email.
    .title = The address cannot be changed here
    .remedy =
        User: ask your administrator to change the address.
        Administrator: change it with email in the declaration, or add email to profile_changes of the tenant, and [mail] to the configuration.

e88000445 = Users of this tenant cannot delete their account themselves.
    .title = The account cannot be deleted here
    .remedy =
        User: ask your administrator to delete the account.
        Administrator: delete it with 'admit user delete', or set account_deletion to 'user' for the tenant.

e88000446 = The user name that was typed is not that of the account, so nothing was deleted.
    .title = The user name is another one
    .remedy = User: type your user name as the page shows it, or cancel.

e88000447 = The account is the last one that may administer the tenant, so it was not deleted.
    .title = The last administrator stays
    .remedy =
        User: make another user an administrator first, then delete the account.
        Administrator: 'admit user add NAME --administrator' adds one.

e88000450 = The request has prompt=create, but only administrators add users to this tenant.
    .title = Nobody can sign up here
    .remedy =
        Developer: send prompt=create only if prompt_values_supported of the metadata contains create.
        Administrator: set the option sign_up of the tenant to 'open' or 'invited' if people should create accounts.

e88000451 = An account here is created with an invitation only. Invitations are given by: { $contact }.
    .title = An invitation is needed
    .remedy =
        User: ask for an invitation, then open the link of its email. If you have an account, sign in.
        Developer: send prompt=create only if prompt_values_supported of the metadata contains create.
        Administrator: invite with 'admit user invite', or set the option sign_up of the tenant to 'open'.

e88000452 = What was typed is not one email address.
    .title = The email address is not valid
    .remedy = User: type one email address such as name@example.com, without a name or spaces.

e88000453 = Addresses of the domain { $domain } cannot create an account here. Those of these domains can: { $domains }.
    .title = The domain of the address is not accepted
    .remedy =
        User: use an address of an accepted domain, or ask for an invitation.
        Administrator: add the domain to the option sign_up_domains of the tenant, or invite the user with 'admit user invite'.

e88000454 = Addresses of the domain { $domain } cannot create an account here, because the domain is blocked.
    .title = The domain of the address is blocked
    .remedy =
        User: use an address of another provider, or ask for an invitation.
        Administrator: remove the domain from the option sign_up_blocked_domains of the tenant, or invite the user with 'admit user invite'.

e88000455 = The field { $attribute } is empty, or is not one line of at most { $limit } characters.
    .title = A field is missing or too long
    .remedy = User: fill in every field with a short text in one line.

e88000456 = The terms of use were not accepted, so the account cannot be used yet.
    .title = The terms of use were not accepted
    .remedy = User: read the terms of use, then check the box if you accept them. Without them, cancel.

e88000457 = Too many emails to create an account were requested: for this address, from this network or in all. Nothing says whether the address has an account. Another email can be requested in about { $minutes }.
    .title = Too many emails for a new account
    .remedy =
        User: look into the folder for unwanted email, and use the newest email. If there is none, wait, then request another one.
        Administrator: the record of each request says why no email was sent; 'admit explain TRACE_ID' shows it.

e88000458 = The code of the email was used before, in this sign-up. Each works once.
    .title = The code of the sign-up was used already
    .remedy = User: go on in the window in which you typed the code, or request another email.

e88000459 = An account with this email address exists already, so no second one was created. It was created meanwhile, here or elsewhere.
    .title = The account exists already
    .remedy = User: sign in with the address. If you do not know the password, choose “Forgot password?”.

e88000461 = The link of the invitation is incomplete or was changed, so that it names no invitation.
    .title = The link of the invitation is not valid
    .remedy =
        User: open the link by a click in the email, or copy all of it into the address bar. If that does not help, ask for a new invitation.
        Administrator: 'admit user invite' gives a new link.

e88000462 = The invitation was valid until { $expired }, and has expired.
    .title = The invitation has expired
    .remedy =
        User: ask for a new invitation.
        Administrator: 'admit user invite' gives a new link; its option --valid says for how long.

e88000463 = The invitation was used before. Each works once, and the account exists.
    .title = The invitation was used already
    .remedy = User: sign in with the address of the invitation. If you do not know the password, choose “Forgot password?”. If it was not you who used it, tell your administrator at once.

e88000464 = The invitation was revoked, or replaced by a newer one.
    .title = The invitation was revoked
    .remedy =
        User: use the newest email with an invitation, or ask for another one.
        Administrator: 'admit user invite' gives a new link.

e88000465 = The user has not accepted version { $version } of the terms of use yet, and the request of the app '{ $client }' forbids every page (prompt=none).
    .title = The user has to accept the terms of use
    .remedy = Developer: send the request again without prompt=none, so that the user sees the terms.

e88000466 = The request has prompt=create, and the tenant lets people sign up, but this installation sends no email that could prove their address.
    .title = Nobody can sign up without email
    .remedy = Operator: add `[mail]` to the configuration, then restart.

e88000467 = The invitation cannot be used, because sign-up was closed since.
    .title = Invitations are not accepted any more
    .remedy =
        User: ask the person who invited you for an account.
        Administrator: set the option sign_up of the tenant to 'invited', or add the user yourself.

e88000480 = The new password is in a list of passwords that attackers got from other services. They try these first, with every user name.
    .title = The new password was found in a data breach
    .remedy =
        User: choose one that you have used nowhere, such as four words that have nothing to do with each other.
        User: if you use the refused one elsewhere, change it there too.

e88000481 = The passkey came without an attestation by the manufacturer of its authenticator. Accepted are only security keys and devices whose model is proven in this way.
    .title = The model of the passkey is not proven
    .remedy =
        User: if the browser asks whether this site may see the make and model, allow it, and add the passkey again.
        User: use a security key that your administrator gave you or named. Passkeys of password managers have no attestation.
        Administrator: 'passkey_authenticators' of the tenant lists the allowed models. Without it, every passkey is accepted.

e88000482 = The attestation of the passkey has the format '{ $format }', which is not supported. Supported is 'packed' with certificates, the format of security keys.
    .title = The format of the attestation is not supported
    .remedy =
        User: add a passkey on a security key in place of this device.
        Administrator: allow models that attest in the format 'packed', in 'passkey_authenticators' of the tenant. TPMs and phones use other formats.

e88000483 = The passkey is of the model '{ $model }' (AAGUID), which the tenant does not allow. It allows { $count ->
        [1] one model
       *[other] { $count } models
    } of authenticators.
    .title = The model of the passkey is not accepted
    .remedy =
        User: use a security key or device of an accepted model. Your administrator knows which these are.
        Administrator: to accept this model, add its AAGUID to 'passkey_authenticators' of the tenant, and its root to 'passkey_attestation_roots_file'.

e88000484 = The attestation of the passkey does not prove its model: its certificate, its signature or its issuer is not one that the tenant trusts.
    .title = The attestation of the passkey is not trusted
    .remedy =
        User: try again, and use another security key if this one is refused again.
        Administrator: the record of the request says what is wrong. If the root of the manufacturer is missing, add it to 'passkey_attestation_roots_file' of the tenant.

e88000485 = The passkey is of the model '{ $model }' (AAGUID). The tenant now allows passkeys of certain models only, each proven by an attestation when it is added. This one is not.
    .title = The passkey is no longer accepted
    .remedy =
        User: sign in another way, then remove this passkey on your account page and add one on an accepted security key.
        Administrator: 'admit user reset-second-factor' lets a user without another second factor set one up. To accept every passkey again, unset 'passkey_authenticators' of the tenant.

e88000486 = The new password is the one that it would replace.
    .title = The new password is the same as before
    .remedy = User: choose another one.
