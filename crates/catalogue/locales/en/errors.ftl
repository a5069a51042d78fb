# Every refusal: what happened; its .title; its .remedy, one step per line, who does it first.

e16001 = The account that was chosen is no longer signed in with this browser.
    .title = The chosen account is no longer signed in
    .remedy = User: choose another account, or sign in again.

e16002 = The request asked to go on without showing a page (prompt=none) with the account of an earlier session (sid), but another account is signed in with this browser.
    .title = Another account is signed in than that of the session
    .remedy =
        Developer: send the person through a visible sign-in, or leave sid out to go on with whoever is signed in.
        User: sign in with the account that the app expects.

e50000 = The service could not do its work, and nothing about the request is the reason.
    .title = The service failed
    .remedy =
        Operator: look the trace ID up with 'admit explain TRACE_ID'; it leads to the cause.
        User: try again later, and tell whoever runs the service the trace ID.

e50003 = The tenant has no signing key that is valid now, so no token can be signed.
    .title = There is no key to sign with
    .remedy =
        Operator: compare root_key_file of the configuration with the root key that the data directory was made with; another one opens no signing key.
        Operator: check the clock of the machine, then make keys with 'admit key rotate --now --config FILE'.

e50011 = The redirect URI '{ $redirect_uri }' is not registered for the app '{ $client }', so nothing is sent there.
    .title = The redirect URI is not registered
    .remedy =
        Developer: compare it with the registered ones, character for character: scheme, upper and lower case, port, path, a slash at the end.
        Administrator: if the redirect URI belongs to the app, add it to the app's redirect_uris in the declaration and run 'admit apply'.

e50012 = The signature of the client assertion does not verify with the key that is registered for the app '{ $client }'.
    .title = The signature of the client assertion does not verify
    .remedy = Developer: sign with the private key that belongs to the registered public key, and change nothing in the assertion afterwards.

e50027 = The claim '{ $claim }' of the client assertion does not have the form or the value it must have.
    .title = A claim of the client assertion is not acceptable
    .remedy = Developer: correct the claim '{ $claim }' (RFC 7523, section 3).

e50033 = The same data was changed by others again and again while this request was under way, so it was given up and nothing was changed.
    .title = The service could not finish this time
    .remedy =
        User: try again in a moment.
        Operator: if this happens often, look for one client that repeats the same request very fast.

e50048 = The client assertion was issued by '{ $issuer }' for the subject '{ $subject }'; both have to be the client id.
    .title = Issuer and subject of the client assertion differ
    .remedy = Developer: set iss and sub of the assertion to the client id.

e50049 = The authorization endpoint that was asked about is on the host '{ $host }', which this service does not know.
    .title = The host is not known here
    .remedy = Developer: ask about an address of this service, or list the host as a known authority in the client library.

e50050 = The parameter '{ $parameter }' of the discovery request is missing or cannot be read.
    .title = The discovery request cannot be read
    .remedy = Developer: send api-version=1.1 and authorization_endpoint with the full address of an authorization endpoint.

e50053 = There were too many attempts with a wrong password, so no more are taken for about { $minutes } min.
    .title = Too many wrong attempts
    .remedy =
        User: wait, then try again with the right password.
        Administrator: if these attempts were not the person's own, look at where they came from, at /admin/requests.

e50057 = The account for which the request was made is switched off or no longer exists.
    .title = The account is switched off
    .remedy = Administrator: if this person may use the app, set enabled = true for the user in the declaration and run 'admit apply'.

e50058 = The request asked to go on without showing a page (prompt=none), but nobody is signed in with this browser.
    .title = Nobody is signed in
    .remedy =
        Developer: this is the normal answer at the start of an app; send the person through a visible sign-in.
        User: sign in. If the browser blocks cookies inside other pages, silent sign-in cannot work there.

e50089 = This sign-in was begun too long ago and can no longer be finished.
    .title = The sign-in took too long
    .remedy = User: go back to the app and sign in again.

e50098 = The client assertion has no claim '{ $claim }'.
    .title = The client assertion lacks a claim
    .remedy = Developer: add the claim '{ $claim }' to the assertion (RFC 7523, section 3).

e50117 = The parameter claims is not a JSON object as OpenID Connect Core, section 5.5, describes it.
    .title = The parameter claims cannot be read
    .remedy = Developer: send a JSON object with the members id_token, userinfo or access_token, each an object, encoded once.

e50120 = The client assertion is signed with '{ $algorithm }'. Accepted with the registered key: { $accepted }.
    .title = The algorithm of the client assertion is not accepted
    .remedy = Developer: sign with an accepted algorithm and name it in the header's alg.

e50126 = No account fits this user name and this password.
    .title = The user name or the password is wrong
    .remedy =
        User: check both, also upper and lower case, and try again.
        Administrator: for a person who has forgotten the password, set a new one in the declaration and run 'admit apply'.

e50132 = The request asked to go on without showing a page (prompt=none), but the sign-in of this browser was ended from elsewhere, as happens when a password changes.
    .title = The sign-in of this browser was ended
    .remedy =
        User: sign in again.
        Developer: send the person through a visible sign-in.

e50147 = The request carries no code_challenge. Every app has to use PKCE here (RFC 7636).
    .title = The code challenge is missing
    .remedy = Developer: send code_challenge and code_challenge_method=S256; most libraries do so once PKCE is switched on.

e50149 = The code challenge method '{ $method }' is not supported. Only S256 is; a request that names no method means 'plain'.
    .title = The code challenge method is not supported
    .remedy = Developer: send code_challenge_method=S256, with a capital S.

e50173 = What the app presented was issued at { $issued }, but everything issued to this person before { $revoked } was revoked, as happens when a password changes.
    .title = A fresh sign-in is needed
    .remedy =
        User: sign in again.
        Developer: drop the tokens that are kept for this person and start a new sign-in.

e54005 = The authorization code was redeemed { $seconds } s ago. A code can be redeemed once, so the tokens of the first redemption were revoked.
    .title = The authorization code was used before
    .remedy =
        Developer: redeem each code once; look for a page that is loaded twice, a retry, or two instances that handle the same answer.
        Developer: start the sign-in again.

e65001 = Neither the user nor an administrator has consented that the app '{ $client }' uses '{ $scope }', or the consent was withdrawn.
    .title = Consent is missing
    .remedy =
        User: sign in to the app again and consent to what it asks for.
        Administrator: or consent for everyone in the tenant: set consent_granted = true for the app in the declaration and run 'admit apply'.

e65004 = The person did not consent to what the app '{ $client }' asked for.
    .title = Consent was declined
    .remedy =
        User: to use the app, sign in again and consent.
        Developer: ask for less, or say in the app what the access is for.

e65005 = The API '{ $resource }' is not among those that the app '{ $client }' may use.
    .title = The app may not use this API
    .remedy =
        Administrator: if the app needs the API, add it to the app's permissions in the declaration and run 'admit apply'.
        Developer: or ask for another API.

e70000 = The value of code is not an authorization code that this tenant issued, or it was changed or cut on the way.
    .title = The authorization code is not one of ours
    .remedy =
        Developer: decode the code once from the address and send it exactly as it came.
        Developer: send it to the token endpoint of the tenant that issued it.

e70003 = The grant type '{ $grant_type }' is not supported by this service.
    .title = The grant type is not supported
    .remedy = Developer: use a grant type that the discovery document lists in grant_types_supported.

e70005 = The response type '{ $response_type }' is not supported. Supported is 'code'.
    .title = The response type is not supported
    .remedy = Developer: use the authorization code flow with PKCE: response_type=code.

e70007 = The response mode '{ $response_mode }' is not supported. Supported are query, fragment and form_post.
    .title = The response mode is not supported
    .remedy = Developer: send one of these, or leave response_mode out.

e70008 = The authorization code expired at { $expired }. Codes are valid for about a minute.
    .title = The authorization code has expired
    .remedy = Developer: redeem the code as soon as it arrives, and start the sign-in again for a new one.

e70011 = The scope '{ $scope }' is not a list of scope names separated by single spaces (RFC 6749, section 3.3).
    .title = The scope cannot be read
    .remedy = Developer: separate scopes with a space, not with a comma or '+', and encode the whole value once.

e90002 = There is no tenant '{ $tenant }' on this service.
    .title = The tenant was not found
    .remedy = Developer: check the tenant's id or name in the address, and that the address leads to the right service.

e90005 = The request names an account in two ways, by sid and by login_hint, and the two may mean different people.
    .title = The account is named in two ways
    .remedy = Developer: send sid for the account of an earlier session, or login_hint for a user name, but not both.

e90012 = The service did not finish the request within { $seconds } s and gave it up.
    .title = The work took too long
    .remedy =
        User: try again in a moment.
        Operator: look at the load of the machine and the speed of its disk.

e90015 = The query string of the request is longer than { $limit } bytes, which is the most that is read.
    .title = The address is too long
    .remedy = Developer: shorten the parameters, or send them in the body of a POST request where the endpoint allows it.

e90033 = The store in which the service keeps its data is not available at this moment, and nothing was changed.
    .title = The store is not available
    .remedy =
        User: try again in a moment.
        Operator: look at the disk or the database of the service: full, read-only, or not reachable.

e90094 = The app '{ $client }' asks for '{ $scope }', to which only an administrator of the tenant can consent.
    .title = An administrator has to consent
    .remedy =
        User: ask an administrator of your organization for the app.
        Administrator: if the app may have this access, set consent_granted = true for the app in the declaration and run 'admit apply'.

e90102 = The redirect URI '{ $redirect_uri }' is not a complete address: it has no scheme such as 'https:', or holds characters that no address can hold.
    .title = The redirect URI is not a complete address
    .remedy = Developer: send the whole address as it is registered, such as 'https://app.example/callback', and encode it once.

e160021 = The request asked to go on without showing a page (prompt=none), but the account it names is not signed in with this browser.
    .title = The hinted account is not signed in
    .remedy =
        Developer: send the person through a visible sign-in, or correct the hint.
        User: sign in with the account that the app expects.

e165000 = The form was sent from another page or another browser than the one this sign-in was begun with, so nothing was done.
    .title = The form does not belong to this sign-in
    .remedy = User: go back to the app and sign in again, in one tab and with cookies allowed.

e500011 = No API '{ $resource }' is registered in this tenant.
    .title = The API is not known in this tenant
    .remedy =
        Developer: compare the name with the API's identifier, character for character; a slash at the end matters.
        Administrator: if the API belongs here, add it to the tenant's resources in the declaration and run 'admit apply'.

e500014 = The API '{ $resource }' is switched off in this tenant.
    .title = The API is switched off
    .remedy = Administrator: if the API may be used, set enabled = true for it in the declaration and run 'admit apply'.

e500112 = The token request names the redirect URI '{ $received }', but the code was sent to '{ $expected }'.
    .title = The redirect URI is not the one the code was sent to
    .remedy = Developer: send the same redirect_uri in both requests, character for character.

e500113 = No redirect URI is registered for the app '{ $client }', so people cannot be sent back to it.
    .title = The app has no redirect URI
    .remedy = Administrator: add the app's address to its redirect_uris in the declaration and run 'admit apply', or do not let the app sign people in.

e501481 = The SHA-256 of code_verifier is not the code_challenge with which the code was requested.
    .title = The code verifier does not fit the challenge
    .remedy =
        Developer: keep one verifier per sign-in, and redeem with the one that belongs to this code. Two tabs or two instances must not share it.
        Developer: compute the challenge as base64url, without padding, of the SHA-256 of the verifier's characters.

e501491 = code_challenge is { $length } characters long; with the method S256 it has to be 43.
    .title = The code challenge has the wrong length
    .remedy = Developer: send the SHA-256 of the verifier as base64url without padding.

e650053 = The API '{ $resource }' has no scope '{ $scope }'.
    .title = The API has no such scope
    .remedy =
        Developer: compare the name with the scopes of the API; names are case-sensitive.
        Administrator: if the scope should exist, add it to the API's scopes in the declaration and run 'admit apply'.

e650057 = The scope '{ $scope }' is not among those that the app '{ $client }' may ask for.
    .title = The app may not ask for this scope
    .remedy =
        Administrator: if the app needs the scope, add it to the app's permissions in the declaration and run 'admit apply'.
        Developer: or leave the scope out.

e700005 = The authorization code was issued by another tenant than the one that is asked to redeem it.
    .title = The authorization code was issued by another tenant
    .remedy = Developer: use the same tenant in the addresses of the authorization endpoint and the token endpoint.

e700016 = No app with the client id '{ $client_id }' is registered in this tenant.
    .title = The app is not known in this tenant
    .remedy =
        Developer: compare client_id with the app's registration, and the tenant in the address with the one that holds it.
        Administrator: if the app belongs here, add it to the tenant's clients in the declaration and run 'admit apply'.

e700022 = The request asks for scopes of '{ $first }' and of '{ $second }'. A token is for one API.
    .title = The scopes belong to more than one API
    .remedy = Developer: ask for one API per request. After the first, a refresh token can get tokens for the others.

e700023 = The request needs a token for an API, but its scope names none, and the tenant has no API that is taken by default.
    .title = The scope names no API
    .remedy = Developer: ask for a scope of the API, such as 'api://orders/read' or 'api://orders/.default', or name the API in the parameter resource.

e700024 = The client assertion is valid from { $valid_from } until { $valid_until }, and it is { $now } here.
    .title = The client assertion is not valid at this time
    .remedy = Developer: make a new assertion for each request, and let the machine set its clock from the network.

e700025 = The app '{ $client }' is registered as public, so it has no credential, but the request carries one.
    .title = A public app sent a credential
    .remedy =
        Developer: leave client_secret, client_assertion and the Authorization header out.
        Administrator: if the app runs on a server and can keep a secret, set public = false for it in the declaration, with a secret or a key, and run 'admit apply'.

e700027 = The client assertion names the key or certificate '{ $thumbprint }', which is not registered for the app.
    .title = The key of the client assertion is not registered
    .remedy =
        Developer: sign with a key that is registered, and name it in the header by kid, x5t, x5t#S256 or x5c.
        Administrator: add the public key or certificate to the app's keys in the declaration and run 'admit apply'.

e700054 = The app '{ $client }' asked the authorization endpoint for an ID token, and it may only ask for a code there.
    .title = The app may not get an ID token directly
    .remedy = Developer: ask for response_type=code with the scope openid; the ID token then comes from the token endpoint.

e700082 = The refresh token was last used at { $last_used }, and the longest time allowed between two uses is { $limit }.
    .title = The refresh token was not used for too long
    .remedy =
        User: sign in to the app again.
        Administrator: if people should stay signed in longer, raise grant_idle_lifetime of the tenant in the declaration and run 'admit apply'.

e700084 = The refresh token belongs to a single-page app. The sign-in took place at { $issued }, and such tokens are valid for { $limit }, however often they are renewed.
    .title = The refresh token of a single-page app has expired
    .remedy =
        Developer: send the browser to the authorization endpoint; where a session is open, no one has to type anything.
        User: sign in again if asked.

e900021 = The address uses '{ $tenant }' in place of a tenant, and this service does not offer that.
    .title = The address names no single tenant
    .remedy = Developer: use the address of one tenant, with its id or name in the path.

e900023 = '{ $tenant }' is neither a tenant's id (a GUID) nor a name that a tenant can have.
    .title = The tenant in the address cannot be one
    .remedy = Developer: put the id or the name of the tenant at the beginning of the path.

e900144 = The request needs the parameter '{ $parameter }', and it is missing or empty.
    .title = A parameter is missing
    .remedy = Developer: send '{ $parameter }' with a value, once, in the part of the request where this endpoint reads it.

e900561 = The request used the method { $method }. This endpoint takes { $allowed }.
    .title = The endpoint takes another HTTP method
    .remedy = Developer: send the request with { $allowed }. A redirect on the way can turn a POST into a GET, so use the final address.

e900971 = The request names no redirect URI, and for the app '{ $client }' it is not clear where to go back to without one.
    .title = The redirect URI is missing
    .remedy = Developer: send redirect_uri with one of the registered values.

e1002012 = The app asks for a token of its own, and '{ $scope }' only has a meaning for a person who signed in.
    .title = The scope needs a person, and there is none
    .remedy = Developer: ask for the API and '/.default', such as 'api://orders/.default', and leave out openid, profile, email and offline_access.

e5002727 = The header of the client assertion says typ '{ $received }', which is not the type of a client assertion.
    .title = The client assertion is another kind of token
    .remedy = Developer: make an assertion for this request; a token or a request object that was made for something else cannot stand in for it.

e7000112 = The app '{ $client }' is switched off in this tenant.
    .title = The app is switched off
    .remedy = Administrator: if the app may be used, set enabled = true for it in the declaration and run 'admit apply'.

e7000215 = The secret that was sent for the app '{ $client }' is none of its secrets.
    .title = The client secret is wrong
    .remedy =
        Developer: send the secret's value, not its id; the value is shown only once, when the secret is made.
        Developer: if the value is lost, make a new secret. In an Authorization header the secret must be form-encoded before it is encoded as base64.

e7000216 = The app '{ $client }' asks for a token of its own (client_credentials), and the request carries no credential: neither a secret nor an assertion.
    .title = The app asks for itself without a credential
    .remedy =
        Developer: send client_secret, or client_assertion and client_assertion_type, in the body; or the secret in an Authorization header.
        Developer: check that the place where the app keeps its secret is not empty; an empty value counts as none.

e7000218 = The app '{ $client }' is confidential and has to authenticate, but the request carries neither a secret nor an assertion.
    .title = The app did not prove who it is
    .remedy =
        Developer: send the secret or the assertion that is registered for the app.
        Administrator: if the app runs on people's devices and can keep no secret, set public = true for it in the declaration and run 'admit apply'.

e7000222 = The secret that was sent for the app '{ $client }' is right, but expired at { $expired }.
    .title = The client secret has expired
    .remedy = Developer: make a new secret, configure the app with it, then delete the old one.

e9000411 = The parameter '{ $parameter }' is in the request more than once. Each parameter may be sent only once (RFC 6749, section 3.1).
    .title = A parameter was sent more than once
    .remedy = Developer: send '{ $parameter }' exactly once, and not in the query and the body at the same time.

e9002313 = The parameters of the request cannot be decoded: they are not correctly percent-encoded UTF-8.
    .title = The form cannot be decoded
    .remedy = Developer: encode every name and value as application/x-www-form-urlencoded, preferably with a library and not by joining strings.

e9002326 = The token request came from a page at '{ $origin }', but the redirect URI of the app '{ $client }' is not registered as that of a single-page app.
    .title = A page in a browser redeemed the code of another kind of app
    .remedy =
        Administrator: if the app runs in the browser, put the redirect URI under single_page of the app's redirect_uris in the declaration and run 'admit apply'.
        Developer: if the app runs on a server, redeem the code there and not in the browser.

e9002327 = The redirect URI of the app '{ $client }' is registered as that of a single-page app, but the token request has no Origin header, so it does not come from a page in a browser.
    .title = A single-page app has to redeem its tokens in the browser
    .remedy =
        Developer: redeem the code from the page itself, with a cross-origin request.
        Administrator: if the app runs on a server or a device, put the redirect URI under web or native of the app's redirect_uris in the declaration and run 'admit apply'.

e88000001 = The body was sent as '{ $content_type }', but this endpoint reads only 'application/x-www-form-urlencoded'.
    .title = The body is not a form
    .remedy =
        Developer: send the parameters as a form, name=value pairs joined by '&', not as JSON.
        Developer: set the header Content-Type to application/x-www-form-urlencoded.

e88000002 = The request has more than { $limit } parameters, which is the most that is read.
    .title = There are too many parameters
    .remedy = Developer: send only the parameters that this endpoint knows.

e88000003 = The value of the parameter '{ $parameter }' is longer than { $limit } bytes, which is the most that is read.
    .title = A parameter is too long
    .remedy = Developer: shorten '{ $parameter }'. State that must survive the round trip can be kept by the app, with only a key to it in the request.

e88000004 = The body of the request is larger than { $limit } bytes, which is the most that is read.
    .title = The body is too large
    .remedy = Developer: send a smaller body; no request to this endpoint needs as much.

e88000005 = There is no endpoint at the path '{ $path }'.
    .title = There is no such endpoint
    .remedy =
        Developer: take the addresses of the endpoints from the discovery document of the tenant.
        Developer: use the addresses of version 2.0; those of version 1.0, without '/v2.0', are not served.

e88000008 = The parameter '{ $parameter }' was sent in the query string. Addresses are kept in histories and logs, so secrets are read only from the body or a header.
    .title = A secret was sent in the address
    .remedy =
        Developer: send '{ $parameter }' in the body of a POST request.
        Developer: regard the value as disclosed and replace it.

e88000009 = The request carries more than one kind of client authentication. Only one may be used in a request (RFC 6749, section 2.3).
    .title = The app authenticated in more than one way
    .remedy = Developer: use one of the Authorization header, client_secret, and client_assertion, and leave the others out.

e88000010 = The request carries more than one Authorization header, and it is not clear which one is meant.
    .title = There is more than one Authorization header
    .remedy = Developer: send a single Authorization header. A proxy on the way may add one of its own.

e88000011 = The request was sent to the host '{ $host }', and this service answers under another name.
    .title = This host is not served here
    .remedy =
        Developer: use the address that the service publishes in its discovery document.
        Operator: if '{ $host }' is the right name, set it as origin in the configuration; if a proxy stands in front, let it pass the Host header on.

e88000012 = The body of the request did not arrive within { $seconds } s.
    .title = The request took too long to arrive
    .remedy = Developer: try again, and look at the network between the app and this service.

e88000013 = The connection ended before the whole body of the request had come.
    .title = The request body is incomplete
    .remedy =
        Developer: send the request again.
        Developer: if it keeps happening, look at Content-Length and at proxies between the app and this service.

e88000020 = The tenant '{ $tenant }' is suspended, so nobody can sign in and no tokens are issued.
    .title = The tenant is suspended
    .remedy =
        Administrator: ask whoever runs this service why the tenant is suspended.
        Operator: when the reason is gone, set suspended = false for the tenant in the declaration and run 'admit apply'.

e88000030 = The app '{ $client }' authenticated with { $received }, but is registered for { $expected }.
    .title = The app authenticated with another method than the registered one
    .remedy =
        Developer: authenticate with { $expected }.
        Administrator: or change the app's secrets or keys in the declaration and run 'admit apply'.

e88000032 = The audience of the client assertion is '{ $received }'; accepted is { $accepted }.
    .title = The client assertion is meant for someone else
    .remedy = Developer: set aud to exactly one accepted value, including scheme, host, port and path.

e88000033 = The client assertion is valid for { $seconds } s more; the longest that is accepted is { $limit } s.
    .title = The client assertion is valid for too long
    .remedy = Developer: let the assertion expire a few minutes after it is made.

e88000034 = The client assertion with the id '{ $jti }' was used before. Each one is accepted once.
    .title = The client assertion was used before
    .remedy = Developer: make a new assertion, with a new jti, for each request.

e88000035 = The value of client_assertion cannot be read as a signed JWT: three base64url parts, the first two of them JSON objects.
    .title = The client assertion is not a signed JWT
    .remedy = Developer: send the assertion in compact form, complete and without quotes around it.

e88000036 = client_assertion_type is '{ $received }'; supported is 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'.
    .title = The type of the client assertion is not supported
    .remedy = Developer: send that value as client_assertion_type, together with a JWT in client_assertion.

e88000037 = The Authorization header does not hold a client id and a secret in the form of HTTP Basic authentication.
    .title = The Authorization header cannot be read
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
        Administrator: or add '{ $grant_type }' to the app's grant_types in the declaration and run 'admit apply'.

e88000042 = The client assertion is signed with the registered key '{ $key }', which expired at { $expired }.
    .title = The app's key has expired
    .remedy =
        Developer: register a new key or certificate for the app.
        Developer: sign client assertions with the new key.

e88000050 = The authorization code was issued to another app than the one that redeems it.
    .title = The authorization code was issued to another app
    .remedy = Developer: use the same client id at the authorization endpoint and at the token endpoint.

e88000051 = The authorization request named a redirect URI, so the token request has to name the same one, and it does not.
    .title = The redirect URI is missing at redemption
    .remedy = Developer: send the redirect_uri of the authorization request also to the token endpoint.

e88000052 = The code was requested with a code_challenge, so code_verifier is needed to redeem it, and it is missing or empty.
    .title = The code verifier is missing
    .remedy = Developer: send the code_verifier from which the challenge was made. A library that was given only the challenge cannot do so.

e88000053 = code_verifier has to be 43 to 128 characters long, of letters, digits, '-', '.', '_' and '~' only (RFC 7636, section 4.1).
    .title = The code verifier does not have the right form
    .remedy = Developer: make the verifier of at least 32 random bytes, encoded as base64url without padding.

e88000055 = The authorization code is bound to one DPoP key by dpop_jkt, and the token request is not proven with that key.
    .title = The code is bound to another DPoP key
    .remedy = Developer: redeem the code with a DPoP proof made with the key whose thumbprint was sent as dpop_jkt.

e88000056 = The request came from a page at '{ $origin }', which is not the origin of any redirect URI of the single-page app '{ $client }'.
    .title = The page's origin is not registered
    .remedy = Administrator: if the app is served from there, add a redirect URI at '{ $origin }' to the app's redirect_uris in the declaration and run 'admit apply'.

e88000060 = The value of refresh_token is not a refresh token that this tenant issued, or it was changed or cut on the way.
    .title = The refresh token is not one of ours
    .remedy =
        Developer: send the refresh token exactly as it was received; neither an access token nor an ID token can take its place.
        User: sign in again if the app cannot go on.

e88000061 = The token was issued here, but the sign-in and the permission behind it are no longer kept; they ended some time ago.
    .title = What the token rests on no longer exists
    .remedy =
        User: sign in to the app again.
        Developer: drop the stored tokens and start a new sign-in.

e88000062 = The refresh token was used before and had been replaced by a newer one. Since someone else may hold it, every token of this sign-in was revoked.
    .title = A refresh token was used again after it was replaced
    .remedy =
        Developer: store the refresh token of each answer before the next request, and let one process at a time refresh.
        User: sign in again. If this happens without a reason, the token may have been stolen: tell the administrator.

e88000063 = The permission that the token rests on was withdrawn at { $revoked }.
    .title = The authorization was revoked
    .remedy =
        User: sign in to the app again.
        Developer: drop the stored tokens and start a new sign-in.

e88000064 = The authorization that the refresh token rests on ended at { $expired }, as every sign-in does after a fixed time.
    .title = The refresh token has expired
    .remedy = User: sign in to the app again.

e88000065 = The refresh token was issued to another app than the one that uses it.
    .title = The refresh token was issued to another app
    .remedy = Developer: keep the tokens of each client id apart.

e88000066 = The refresh token was issued by another tenant than the one that is asked to renew it.
    .title = The refresh token was issued by another tenant
    .remedy = Developer: send each refresh token to the tenant that issued it.

e88000067 = The request asks for '{ $scope }', which is not part of what was granted at sign-in.
    .title = More was asked for than was granted
    .remedy = Developer: ask only for scopes that were granted, or send the person through the authorization endpoint for more.

e88000068 = The refresh token is bound to a DPoP key, and the request is proven with another one.
    .title = The refresh token is bound to another DPoP key
    .remedy =
        Developer: keep the DPoP key as long as the refresh token, and prove each refresh with it.
        User: sign in again if the app has lost the key.

e88000070 = The request asks for a token for '{ $resource }', which is not part of what was granted at sign-in.
    .title = The API was not part of the sign-in
    .remedy = Developer: name only an API that was granted, or send the person through the authorization endpoint for another one.

e88000080 = The request asks for more than { $limit } scopes, which is the most that is read.
    .title = There are too many scopes
    .remedy = Developer: ask only for the scopes that are needed now.

e88000081 = The app '{ $client }' was given no role on the API '{ $resource }', so there is nothing to put into a token.
    .title = The app has no role on the API
    .remedy = Administrator: add a role of the API to the app's permissions in the declaration and run 'admit apply'.

e88000082 = The parameter resource is '{ $resource }', which is not an absolute URI without a fragment (RFC 8707, section 2).
    .title = The parameter resource is not an absolute URI
    .remedy = Developer: send the API's identifier as registered, such as 'https://orders.example' or 'api://orders'.

e88000083 = The request carries the parameter resource more than once, and a token is for one API.
    .title = More than one API was named
    .remedy = Developer: send resource once, and make one request per API.

e88000084 = The scope '{ $scope }' does not belong to the API '{ $resource }' that the parameter resource names.
    .title = Scope and resource name different APIs
    .remedy = Developer: ask for scopes of that API only, or leave resource out.

e88000090 = code_challenge holds a character that is not part of base64url: letters, digits, '-' and '_'.
    .title = The code challenge holds characters it cannot hold
    .remedy = Developer: encode the SHA-256 of the verifier as base64url, not as plain base64 or hexadecimal.

e88000091 = The parameter prompt holds '{ $prompt }'. Supported are none, login, select_account and consent.
    .title = The value of prompt is not supported
    .remedy = Developer: send supported values, separated by spaces, or leave prompt out.

e88000092 = The parameter prompt is '{ $prompt }'. The value none forbids every page, so no other value can stand beside it.
    .title = prompt=none cannot be combined
    .remedy = Developer: send prompt=none alone, or only the other values.

e88000093 = The parameter max_age is '{ $max_age }', which is not a whole number of seconds.
    .title = max_age is not a number of seconds
    .remedy = Developer: send digits only, such as 3600.

e88000094 = The person cancelled the sign-in to the app '{ $client }'.
    .title = The sign-in was cancelled
    .remedy = User: start again from the app to sign in.

e88000095 = The request asked to go on without showing a page (prompt=none), but more than one account is signed in with this browser and the request does not say which one is meant.
    .title = An account has to be chosen
    .remedy =
        Developer: name the account in login_hint or id_token_hint, or let the person choose on a visible page.
        User: choose an account when the app asks for one.

e88000096 = The request asked to go on without showing a page (prompt=none), but the person signed in longer ago than max_age allows.
    .title = The sign-in is too long ago
    .remedy =
        Developer: send the person through a visible sign-in.
        User: sign in again.

e88000097 = The value of id_token_hint is not an ID token that this tenant issued.
    .title = id_token_hint is not an ID token of this tenant
    .remedy = Developer: send an ID token that came from this tenant, unchanged; it may have expired. An access token cannot take its place.

e88000098 = The request names a person by id_token_hint or by the claim sub, and another person is signed in.
    .title = Another person is signed in than the app expects
    .remedy =
        User: sign out, or choose the account that the app expects.
        Developer: send the person through a visible sign-in.

e88000099 = The request makes the claim '{ $claim }' essential, with values that no sign-in here can give.
    .title = A way of signing in that the app insists on is not available
    .remedy = Developer: ask for a value that acr_values_supported in the discovery document lists, or do not make it essential.

e88000100 = The parameter request holds a request object, and this service does not read request objects.
    .title = Request objects are not supported
    .remedy = Developer: send the parameters themselves.

e88000101 = The parameter request_uri refers to a request object, and this service does not fetch request objects.
    .title = Request objects by reference are not supported
    .remedy = Developer: send the parameters themselves.

e88000102 = The parameter registration describes an app within the request, and this service knows only apps that are registered beforehand.
    .title = Registration within a request is not supported
    .remedy = Developer: leave registration out and use the client id of a registered app.

e88000103 = The parameter dpop_jkt is not the SHA-256 thumbprint of a key: 43 characters of base64url (RFC 7638).
    .title = dpop_jkt is not a key thumbprint
    .remedy = Developer: send the thumbprint of the public key with which the code will be redeemed.

e88000110 = This sign-in was finished before, so it cannot be finished again. That happens after the browser's back button or a page that is loaded twice.
    .title = This sign-in is already finished
    .remedy = User: go back to the app; if it does not know you, sign in again from there.

e88000111 = The password is longer than { $limit } bytes, which is the most that is read.
    .title = The password is too long
    .remedy = User: check what was typed or pasted into the field, and try again.

e88000112 = More people are signing in than passwords can be checked at once, and this one was not checked. It can be tried again in { $seconds } s.
    .title = Too many people are signing in at this moment
    .remedy =
        User: wait a moment, then sign in again.
        Operator: if this lasts, look for an attack at /admin/requests, or give the service more processor cores.

e88000113 = The browser did not send the cookie in which this sign-in is kept.
    .title = The browser does not know of this sign-in
    .remedy = User: go back to the app and sign in again in this browser. Allow cookies for this site if they are blocked.

e88000115 = There were too many failed sign-ins, from this network or on many accounts at once, so browsers that are not known here have to wait about { $minutes } min.
    .title = Too many failed sign-ins
    .remedy =
        User: wait, then try again.
        Administrator: many people behind one address may share this limit; if it is a proxy, whoever runs this service can list it in behind_proxies.
        Administrator: look into the log for 'password spraying suspected'.

e88000120 = The header DPoP does not hold a signed JWT: three base64url parts, the first two of them JSON objects.
    .title = The DPoP proof is not a signed JWT
    .remedy = Developer: send one JWT in compact form in the header DPoP (RFC 9449, section 4).

e88000121 = The request carries more than one DPoP header, and only one proof is read.
    .title = There is more than one DPoP proof
    .remedy = Developer: send the header DPoP exactly once.

e88000122 = The header of the DPoP proof says typ '{ $received }'; it has to be 'dpop+jwt'.
    .title = The DPoP proof is another kind of token
    .remedy = Developer: set typ to dpop+jwt in the header of the proof.

e88000123 = The DPoP proof is signed with '{ $algorithm }'. Accepted: { $accepted }.
    .title = The algorithm of the DPoP proof is not accepted
    .remedy = Developer: sign with an algorithm that dpop_signing_alg_values_supported in the discovery document lists.

e88000124 = The jwk in the header of the DPoP proof holds the private part of the key.
    .title = The DPoP proof gives its private key away
    .remedy =
        Developer: put only the public members of the key into jwk.
        Developer: regard the key as disclosed and make a new one.

e88000125 = The signature of the DPoP proof does not verify with the key in its header.
    .title = The signature of the DPoP proof does not verify
    .remedy = Developer: sign with the private key whose public part stands in jwk, and change nothing in the proof afterwards.

e88000126 = The claim htm of the DPoP proof is '{ $received }', but the request used { $expected }.
    .title = The DPoP proof is for another method
    .remedy = Developer: make a proof for each request, with its HTTP method in htm.

e88000127 = The claim htu of the DPoP proof is '{ $received }', but the request went to '{ $expected }'.
    .title = The DPoP proof is for another address
    .remedy = Developer: put the address of the request into htu, without query and fragment, as the discovery document gives it.

e88000128 = The claim ath of the DPoP proof is missing, or is not the hash of the access token that came with it.
    .title = The DPoP proof is for another access token
    .remedy = Developer: put the SHA-256 of the access token, as base64url without padding, into ath.

e88000129 = The DPoP proof was made at { $issued }, and it is { $now } here. That is too far apart.
    .title = The DPoP proof is not of this moment
    .remedy = Developer: make a proof for each request, and let the machine set its clock from the network.

e88000130 = The DPoP proof with the id '{ $jti }' was used before. Each one is accepted once.
    .title = The DPoP proof was used before
    .remedy = Developer: make a proof for each request, with a new jti, also when a request is repeated.

e88000131 = The DPoP proof has no nonce. The header DPoP-Nonce of this answer holds the one to use.
    .title = The DPoP proof needs a nonce
    .remedy = Developer: put the value of DPoP-Nonce into the claim nonce of a new proof and repeat the request (RFC 9449, section 8).

e88000132 = The nonce of the DPoP proof is too old or was not given out here. The header DPoP-Nonce of this answer holds the one to use.
    .title = The nonce of the DPoP proof is no longer valid
    .remedy = Developer: always use the newest DPoP-Nonce that was received, and repeat the request with a new proof.

e88000133 = The access token is bound to one DPoP key, and the request is proven with another one.
    .title = The access token is bound to another DPoP key
    .remedy = Developer: prove the request with the key that was used when the token was obtained.

e88000134 = The access token is bound to a DPoP key, but it was sent with the scheme Bearer, without a proof.
    .title = A DPoP token was sent as a bearer token
    .remedy = Developer: send 'Authorization: DPoP' with the token, and a proof in the header DPoP.

e88000135 = The request has to be proven with a DPoP key, because the app or the token is bound to one, but it carries no DPoP header.
    .title = The DPoP proof is missing
    .remedy = Developer: send a proof in the header DPoP. A proxy on the way may have removed the header.

e88000136 = The DPoP proof has no usable claim '{ $claim }'.
    .title = The DPoP proof lacks a claim
    .remedy = Developer: add the claim '{ $claim }' to the proof (RFC 9449, section 4.2).

e88000137 = The header of the DPoP proof has no jwk, or one that is not a public key that fits the algorithm.
    .title = The DPoP proof holds no usable key
    .remedy = Developer: put the public key as a JSON Web Key into jwk.

e88000138 = The access token is not bound to a key, but it was sent with the scheme DPoP.
    .title = A bearer token was sent as a DPoP token
    .remedy = Developer: send 'Authorization: Bearer' with this token, or obtain one with a DPoP proof.

e88000140 = The request carries no access token.
    .title = The access token is missing
    .remedy = Developer: send 'Authorization: Bearer' followed by an access token of this tenant.

e88000141 = What was sent is not an access token of this service: it is empty, cut, or another kind of token.
    .title = The access token cannot be read
    .remedy = Developer: send the access_token of the token response unchanged; neither an ID token nor a refresh token can take its place.

e88000142 = The signature of the access token does not verify with any key of this tenant.
    .title = The signature of the access token does not verify
    .remedy = Developer: send the token to the service that issued it, and obtain a new one if it is from before a change of keys.

e88000143 = The access token expired at { $expired }.
    .title = The access token has expired
    .remedy = Developer: obtain a new one, with the refresh token if there is one, shortly before the old one expires.

e88000144 = The access token was issued by '{ $received }'; here only those of '{ $expected }' are accepted.
    .title = The access token was issued by someone else
    .remedy = Developer: use a token of this tenant.

e88000146 = The access token, or the sign-in it rests on, was revoked.
    .title = The access token was revoked
    .remedy =
        User: sign in to the app again.
        Developer: drop the stored tokens and start a new sign-in.

e88000147 = The request needs the scope '{ $scope }', which the access token does not have.
    .title = The access token does not allow this
    .remedy = Developer: ask for '{ $scope }' when the person signs in.

e88000148 = The access token was sent in the query string. Addresses are kept in histories and logs, so a token is read only from the Authorization header or the body.
    .title = The access token was sent in the address
    .remedy =
        Developer: send the token in the Authorization header.
        Developer: regard the token as disclosed, and revoke it.

e88000149 = The request carries an access token both in the Authorization header and in the body. Only one way may be used in a request (RFC 6750, section 2).
    .title = The access token was sent in more than one way
    .remedy = Developer: send the token in the Authorization header only.

e88000150 = The Authorization header uses the scheme '{ $scheme }'. Access tokens are sent with Bearer or DPoP.
    .title = The authentication scheme is not for access tokens
    .remedy = Developer: send 'Authorization: Bearer', or 'Authorization: DPoP' with a proof, followed by the token.

e88000160 = The app '{ $client }' is public, so anyone could speak in its name; only apps that prove who they are may look into tokens.
    .title = A public app may not look into tokens
    .remedy = Administrator: set public = false for the app in the declaration, with a secret or a key, run 'admit apply', and let the API use its own credential.

e88000161 = The token is of the kind '{ $received }', which cannot be revoked here.
    .title = This kind of token cannot be revoked
    .remedy =
        Developer: revoke the refresh token where there is one; the tokens that rest on it end with it.
        Developer: otherwise forget the token. It ends by itself after a short time.

e88000162 = The token was issued to another app than the one that wants to revoke it.
    .title = The token was issued to another app
    .remedy = Developer: revoke the token with the client id that it was issued to.

e88000200 = There is no request of this app under this id. Either there never was one, or it was another app's, or it is older than what is kept.
    .title = Nothing of this app under this id
    .remedy =
        Developer: copy the trace ID or the correlation ID from the answer itself, and ask with the credentials of the app that got it.
        Administrator: look for the id among the requests of the tenant; more can be seen there than what belongs to one app.

e88000201 = The value '{ $received }' of '{ $parameter }' is not an id. An id has 32 hexadecimal digits, as in 0f8fad5b-d9cb-469f-a165-70867728950e.
    .title = The id cannot be read
    .remedy = Developer: copy the id from the answer: the trace ID is also in its header x-ms-request-id, the correlation ID in client-request-id.

e88000202 = The app '{ $client }' is public and has no credentials to prove itself with, so its requests cannot be shown to whoever names it.
    .title = A public app cannot look up its requests
    .remedy =
        Administrator: look up the request in the administration of the tenant, by its trace ID.
        Developer: give the trace ID of the answer to an administrator, or read the page of the error number.

e88000203 = The request names no request to look up, and holds none to try out.
    .title = There is nothing to explain
    .remedy = Developer: send trace_id or correlation_id to look up a request, or the parameters of a token request (with grant_type) or of an authorization request (with response_type) to try one out.

e88000204 = The app '{ $client }' is not marked for rehearsal, so it cannot ask for an error by its number.
    .title = The app is not marked for rehearsal
    .remedy =
        Administrator: set 'rehearsal = true' for the app if it is there for tests.
        Developer: leave out admit_rehearse everywhere else.

e88000205 = This service does not let apps rehearse errors.
    .title = Errors are not rehearsed here
    .remedy =
        Developer: rehearse errors at a service for tests, such as one that 'admit dev' runs.
        Operator: set 'allow_rehearsal = true' in the configuration if this service is there for tests.

e88000206 = The value '{ $received }' of admit_rehearse is not the number of an error that this service knows.
    .title = There is no such error to rehearse
    .remedy = Developer: send the number alone, without letters, as it stands in error_codes; /error lists all of them.

e88000207 = This app tried out more than { $limit } requests within a minute. The next one is taken in about { $minutes } min.
    .title = Too many requests were tried out
    .remedy =
        Developer: wait, then try the request again; do not try out each request before it is sent.
        Developer: if your app sent none of them, somebody else holds its credentials or one of its assertions; replace the credentials.

e88000220 = You are signed in as '{ $username }', who is not an administrator of '{ $tenant }'. The administration pages are for administrators only.
    .title = This account is not an administrator
    .remedy =
        User: if you have an account that is an administrator, start again and choose it.
        Administrator: declare 'administrator = true' for the user, and run 'admit apply'.

e88000221 = This address ends a sign-in to the administration pages, and this browser has not begun one, or not this one, or began it more than 15 minutes ago.
    .title = There is no such sign-in to the administration pages
    .remedy = User: start again.

e88000222 = The form was sent after the sign-in to the administration pages was over: the eight hours have passed, the session was ended, or the account changed. Nothing was done.
    .title = You are not signed in any more
    .remedy = User: start again, then do once more what you wanted to do.

e88000223 = The sign-in to the administration pages ended without a result: '{ $error }'.
    .title = The sign-in was not completed
    .remedy = User: start again. If you turned back yourself, there is nothing else to do.

e88000224 = No request with the trace ID '{ $trace_id }' is remembered for your organization.
    .title = No such request is remembered
    .remedy =
        User: check the trace ID; all 36 characters count.
        User: requests are forgotten after some time, the oldest first. A request that named no organization, or another one, is not shown here.
        Operator: run 'admit explain' with the trace ID, which looks at every organization.

e88000240 = The link to this report is not one that an error page of this service made: it is missing, cut or changed.
    .title = This report belongs to no error
    .remedy = User: go back to the page that showed the error, and follow its link to report the problem.

e88000241 = The link to this report was made more than { $hours } hours ago, and is no longer taken.
    .title = The link to report this problem has expired
    .remedy = User: try again what you wanted to do. If the error comes back, report it from its new page.

e88000242 = The text has { $length } characters, and may have at most { $limit }.
    .title = The text is too long
    .remedy = User: shorten the text to what matters most. The details of the request are attached by themselves.

e88000243 = What was entered as an address to be answered at is not one email address.
    .title = The email address cannot be used
    .remedy = User: enter one address such as name@example.com, or leave the field empty.

e88000244 = Many problems were reported from your network in a short time, so the next report is taken in about { $minutes } min.
    .title = Too many reports from your network
    .remedy = User: wait, then send the report again. A problem that was reported before needs no second report.

e88000245 = Many problems were reported to this organization in a short time, so the next report is taken in about { $minutes } min.
    .title = Too many reports to this organization
    .remedy = User: wait, then send the report again. If many people meet the same problem, it is known already.

e88000246 = Many problems were reported to this service in a short time, so the next report is taken in about { $minutes } min.
    .title = Too many reports
    .remedy = User: wait, then send the report again. If many people meet the same problem, it is known already.

e88000247 = This organization has { $limit } reports that are still open, which is as many as are kept. The next one is taken when some of them are closed; try again in { $minutes } min or later.
    .title = Too many reports are open
    .remedy =
        Administrator: answer and close tickets at /admin/tickets, or with 'admit ticket close'.
        User: send the details below to the administrator of your organization in another way.

e88000248 = The report could not be written down, because the place where reports are kept is away or full.
    .title = The report was not kept
    .remedy =
        User: what you wrote is still in the form. Send it again in a few minutes.
        User: if that fails too, give the trace ID to whoever helps you; the problem can be found by it.
        Operator: look at the log for the cause, and make sure that the data directory is there and has room.

e88000249 = There is no ticket with this number, or it is not one of your organization.
    .title = There is no such ticket
    .remedy = Administrator: check the number, or look for the ticket in the list. Tickets are removed some time after they were closed.

e88000250 = This ticket has { $limit } entries, which is as many as one ticket may have.
    .title = The ticket is full
    .remedy = Administrator: go on in another place, and name the number of this ticket there.

e88000251 = An answer without a text would tell the reporter nothing.
    .title = The answer is empty
    .remedy = Administrator: write what the reporter is to know, or close the ticket without an answer.
