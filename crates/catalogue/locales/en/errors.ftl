# Every refusal: what happened; its .title; its .remedy, one step per line, who does it first.

e50012 = The signature of the client assertion does not verify with the registered key of the app '{ $client }'.
    .title = The signature of the client assertion does not verify
    .remedy = Developer: sign with the private key that belongs to the registered public key, and change nothing in the assertion afterwards.

e50027 = The claim '{ $claim }' of the client assertion does not have the form or the value it must have.
    .title = A claim of the client assertion is not acceptable
    .remedy = Developer: correct the claim '{ $claim }' (RFC 7523, section 3).

e50048 = The client assertion was issued by '{ $issuer }' for the subject '{ $subject }'; both have to be the client id.
    .title = Issuer and subject of the client assertion differ
    .remedy = Developer: set iss and sub of the assertion to the client id.

e50057 = The account for which the request was made is switched off or no longer exists.
    .title = The account is switched off
    .remedy = Administrator: switch the account on again if this person may use the app.

e50098 = The client assertion has no claim '{ $claim }'.
    .title = The client assertion lacks a claim
    .remedy = Developer: add the claim '{ $claim }' to the assertion (RFC 7523, section 3).

e50120 = The client assertion is signed with '{ $algorithm }'. Accepted with the registered key: { $accepted }.
    .title = The algorithm of the client assertion is not accepted
    .remedy = Developer: sign with an accepted algorithm and name it in the header's alg.

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
        Administrator: or consent for everyone in the tenant.

e70000 = The value of code is not an authorization code that this tenant issued, or it was changed or cut on the way.
    .title = The authorization code is not one of ours
    .remedy =
        Developer: decode the code once from the address and send it exactly as it came.
        Developer: send it to the token endpoint of the tenant that issued it.

e70003 = The grant type '{ $grant_type }' is not supported by this service.
    .title = The grant type is not supported
    .remedy = Developer: use a grant type that the discovery document lists in grant_types_supported.

e70008 = The authorization code expired at { $expired }. Codes are valid for about a minute.
    .title = The authorization code has expired
    .remedy = Developer: redeem the code as soon as it arrives, and start the sign-in again for a new one.

e90002 = There is no tenant '{ $tenant }' on this service.
    .title = The tenant was not found
    .remedy = Developer: check the tenant's id or name in the address, and that the address leads to the right service.

e90015 = The query string of the request is longer than { $limit } bytes, which is the most that is read.
    .title = The address is too long
    .remedy = Developer: shorten the parameters, or send them in the body of a POST request where the endpoint allows it.

e90100 = The value of the parameter '{ $parameter }' is not one that this endpoint can use.
    .title = A parameter has a value that cannot be used
    .remedy = Developer: compare the value of '{ $parameter }' with the description of this endpoint and correct it.

e500112 = The token request names the redirect URI '{ $received }', but the code was sent to '{ $expected }'.
    .title = The redirect URI is not the one the code was sent to
    .remedy = Developer: send the same redirect_uri in both requests, character for character.

e501481 = The SHA-256 of code_verifier is not the code_challenge with which the code was requested.
    .title = The code verifier does not fit the challenge
    .remedy =
        Developer: keep one verifier per sign-in, and redeem with the one that belongs to this code. Two tabs or two instances must not share it.
        Developer: compute the challenge as base64url, without padding, of the SHA-256 of the verifier's characters.

e700005 = The authorization code was issued by another tenant than the one that is asked to redeem it.
    .title = The authorization code was issued by another tenant
    .remedy = Developer: use the same tenant in the addresses of the authorization endpoint and the token endpoint.

e700016 = No app with the client id '{ $client_id }' is registered in this tenant.
    .title = The app is not known in this tenant
    .remedy =
        Developer: compare client_id with the app's registration, and the tenant in the address with the one that holds it.
        Administrator: register the app in this tenant if it belongs here.

e700024 = The client assertion is valid from { $valid_from } until { $valid_until }, and it is { $now } here.
    .title = The client assertion is not valid at this time
    .remedy = Developer: make a new assertion for each request, and let the machine set its clock from the network.

e700025 = The app '{ $client }' is registered as public, so it has no credential, but the request carries one.
    .title = A public app sent a credential
    .remedy =
        Developer: leave client_secret, client_assertion and the Authorization header out.
        Administrator: if the app runs on a server and can keep a secret, register it as confidential.

e700027 = The client assertion names the key or certificate '{ $thumbprint }', which is not registered for the app.
    .title = The key of the client assertion is not registered
    .remedy =
        Developer: sign with a key that is registered, and name it in the header by kid, x5t, x5t#S256 or x5c.
        Administrator: register the public key or certificate for the app.

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

e5002727 = The header of the client assertion says typ '{ $received }', which is not the type of a client assertion.
    .title = The client assertion is another kind of token
    .remedy = Developer: make an assertion for this request; a token or a request object that was made for something else cannot stand in for it.

e7000112 = The app '{ $client }' is switched off in this tenant.
    .title = The app is switched off
    .remedy = Administrator: switch the app on again if it may be used.

e7000215 = The secret that was sent for the app '{ $client }' is none of its secrets.
    .title = The client secret is wrong
    .remedy =
        Developer: send the secret's value, not its id; the value is shown only once, when the secret is made.
        Developer: if the value is lost, make a new secret. In an Authorization header the secret must be form-encoded before it is encoded as base64.

e7000218 = The app '{ $client }' is confidential and has to authenticate, but the request carries neither a secret nor an assertion.
    .title = The app did not prove who it is
    .remedy =
        Developer: send the secret or the assertion that is registered for the app.
        Administrator: if the app runs on people's devices and can keep no secret, register it as a public app.

e7000222 = The secret that was sent for the app '{ $client }' is right, but expired at { $expired }.
    .title = The client secret has expired
    .remedy = Developer: make a new secret, configure the app with it, then delete the old one.

e9000411 = The parameter '{ $parameter }' is in the request more than once. Each parameter may be sent only once (RFC 6749, section 3.1).
    .title = A parameter was sent more than once
    .remedy = Developer: send '{ $parameter }' exactly once, and not in the query and the body at the same time.

e9002313 = The parameters of the request cannot be decoded: they are not correctly percent-encoded UTF-8.
    .title = The form cannot be decoded
    .remedy = Developer: encode every name and value as application/x-www-form-urlencoded, preferably with a library and not by joining strings.

e9002325 = The token request came from a page in a browser, and the code was requested without a code_challenge.
    .title = Redeeming from a page in a browser needs PKCE
    .remedy = Developer: use the authorization code flow with PKCE (code_challenge_method=S256).

e9002326 = The token request came from a page at '{ $origin }', but the redirect URI of the app '{ $client }' is not registered as that of a single-page app.
    .title = A page in a browser redeemed the code of another kind of app
    .remedy =
        Administrator: register the redirect URI under the platform 'single-page app' if the app runs in the browser.
        Developer: if the app runs on a server, redeem the code there and not in the browser.

e9002327 = The redirect URI of the app '{ $client }' is registered as that of a single-page app, but the token request has no Origin header, so it does not come from a page in a browser.
    .title = A single-page app has to redeem its tokens in the browser
    .remedy =
        Developer: redeem the code from the page itself, with a cross-origin request.
        Administrator: if the app runs on a server or a device, register the redirect URI under that platform.

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

e88000006 = Too many requests came from the same place in a short time. The next one is taken in { $seconds } s.
    .title = Too many requests
    .remedy =
        Developer: wait as long as the header Retry-After says, then try again, each time waiting longer.
        Developer: keep tokens until shortly before they expire, and do not ask for a new one per call.

e88000007 = The service has more work than it can do at this moment, and did not begin this request. It can be repeated in { $seconds } s.
    .title = The service is busy
    .remedy =
        User: wait a moment, then try again.
        Operator: look at the load of this machine and at the limits in the configuration.

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
        Operator: if '{ $host }' is the right name, set it as the public origin; if a proxy stands in front, let it pass the Host header on.

e88000012 = The body of the request did not arrive within { $seconds } s.
    .title = The request took too long to arrive
    .remedy = Developer: try again, and look at the network between the app and this service.

e88000020 = The tenant '{ $tenant }' is suspended, so nobody can sign in and no tokens are issued.
    .title = The tenant is suspended
    .remedy =
        Administrator: ask whoever runs this service why the tenant is suspended.
        Operator: resume the tenant when the reason is gone.

e88000030 = The app '{ $client }' authenticated with { $received }, but is registered for { $expected }.
    .title = The app authenticated with another method than the registered one
    .remedy =
        Developer: authenticate with { $expected }.
        Administrator: or change the method in the app's registration.

e88000031 = The request comes from the app '{ $client }', but its client assertion speaks for '{ $subject }'.
    .title = The client assertion belongs to another app
    .remedy = Developer: use the same client id in client_id and in the assertion's iss and sub.

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
        Administrator: or add '{ $grant_type }' to the app's registration.

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

e88000054 = The token request carries a code_verifier, but the code was requested without a code_challenge. Someone may have removed it on the way.
    .title = A code verifier was sent, but the code has no challenge
    .remedy = Developer: send code_challenge and code_challenge_method=S256 in the authorization request.

e88000055 = The authorization code is bound to one DPoP key by dpop_jkt, and the token request is not proven with that key.
    .title = The code is bound to another DPoP key
    .remedy = Developer: redeem the code with a DPoP proof made with the key whose thumbprint was sent as dpop_jkt.

e88000056 = The request came from a page at '{ $origin }', which is not the origin of any redirect URI of the single-page app '{ $client }'.
    .title = The page's origin is not registered
    .remedy = Administrator: register a redirect URI at '{ $origin }' if the app is served from there.
