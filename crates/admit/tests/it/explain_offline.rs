//! `admit explain` without a store: valid and broken inputs of each kind.

use jose::{Algorithm, SigningKey};
use serde_json::{Value, json};

use crate::fixtures::{CommandOutput, TestDir};

/// 2026-11-22T18:00:00Z.
const NOW: i64 = 1_795_370_400;
const AT: &str = "2026-11-22T18:00:00Z";
const TENANT: &str = "0199c0de-0000-7000-8000-000000000001";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// An input and its expected explanation.
struct Case {
    name: &'static str,
    input: String,
    more: Vec<&'static str>,
    kind: &'static str,
    /// The expected checks, as `outcome check`.
    checks: &'static [&'static str],
}

fn case(
    name: &'static str,
    input: impl Into<String>,
    kind: &'static str,
    checks: &'static [&'static str],
) -> Case {
    Case { name, input: input.into(), more: Vec::new(), kind, checks }
}

impl Case {
    fn with(mut self, more: &[&'static str]) -> Self {
        self.more.extend(more);
        self
    }
}

fn key() -> SigningKey {
    SigningKey::generate(Algorithm::Es256).expect("a key").0.with_kid("k1")
}

fn signed(key: &SigningKey, header: &Value, claims: &Value) -> String {
    key.sign(header, claims.to_string().as_bytes()).expect("signed")
}

/// Adds or replaces claims.
fn add(all: &mut Value, more: Value) {
    let Value::Object(more) = more else { panic!("claims") };
    all.as_object_mut().expect("claims").extend(more);
}

fn id_token(claims: Value) -> String {
    let mut all = json!({
        "iss": format!("https://id.test/{TENANT}/v2.0"), "sub": "person", "aud": "client",
        "exp": NOW + 60, "iat": NOW - 60, "nonce": "n", "sid": "s"
    });
    add(&mut all, claims);
    signed(&key(), &json!({ "typ": "JWT" }), &all)
}

fn access_token(exp: i64) -> String {
    let claims = json!({
        "iss": format!("https://id.test/{TENANT}/v2.0"), "sub": "c", "aud": "api://orders",
        "exp": exp, "iat": NOW - 60, "client_id": "c", "scp": "orders.read"
    });
    signed(&key(), &json!({ "typ": "at+jwt" }), &claims)
}

fn assertion(claims: Value) -> String {
    let mut all = json!({
        "iss": "c", "sub": "c", "aud": format!("https://id.test/{TENANT}/oauth2/v2.0/token"),
        "exp": NOW + 60, "iat": NOW, "jti": "1"
    });
    add(&mut all, claims);
    signed(&key(), &json!({}), &all)
}

fn proof(claims: Value) -> String {
    let key = key();
    let mut all = json!({
        "htm": "POST", "htu": "https://id.test/demo/oauth2/v2.0/token", "iat": NOW, "jti": "1",
        "nonce": "n"
    });
    add(&mut all, claims);
    let jwk = jose::Jwk::new(key.public_jwk().key.clone()).to_json();
    signed(&key, &json!({ "typ": "dpop+jwt", "jwk": jwk }), &all)
}

fn unsigned(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| jose::digest::base64url(value.to_string());
    format!("{}.{}.", part(header), part(claims))
}

fn sealed_token(kind: &str) -> String {
    let tenant = jose::digest::base64url([1; 16]);
    format!("{kind}.{tenant}.{}", jose::digest::base64url([1; 60]))
}

fn certificate() -> (String, String) {
    let params = rcgen::CertificateParams::new(vec!["c.test".to_owned()]).expect("parameters");
    let key = rcgen::KeyPair::generate().expect("a key");
    (params.self_signed(&key).expect("a certificate").pem(), key.serialize_pem())
}

fn tokens() -> Vec<Case> {
    let mut changed = id_token(json!({}));
    let signature_at = changed.rfind('.').expect("a signature") + 1;
    changed.replace_range(signature_at..=signature_at, "-");
    vec![
        case("an ID token", id_token(json!({})), "id_token", &["passed exp", "unknown signature"]),
        case(
            "an expired ID token",
            id_token(json!({"exp": NOW - 12})),
            "id_token",
            &["failed exp"],
        ),
        case(
            "an ID token without exp",
            id_token(json!({"exp": null})),
            "id_token",
            &["failed exp"],
        ),
        case(
            "an ID token with a malformed exp",
            id_token(json!({"exp": "soon"})),
            "id_token",
            &["failed exp"],
        ),
        case(
            "an ID token from the future",
            id_token(json!({"iat": NOW + 90})),
            "id_token",
            &["unknown iat"],
        ),
        case("an ID token with a changed signature", changed, "id_token", &["unknown signature"]),
        case("an access token", access_token(NOW + 1), "access_token", &["passed exp"]),
        case(
            "an access token that expires now",
            access_token(NOW),
            "access_token",
            &["failed exp"],
        ),
        case(
            "an Authorization header",
            format!("Authorization: Bearer {}", access_token(NOW + 1)),
            "access_token",
            &["passed exp"],
        ),
    ]
}

fn malformed_tokens() -> Vec<Case> {
    vec![
        case(
            "an unsigned token",
            unsigned(&json!({"alg": "none"}), &json!({"sub": "x", "aud": "y", "exp": NOW + 1})),
            "id_token",
            &["failed alg", "passed exp"],
        ),
        case(
            "a token with a symmetric algorithm",
            unsigned(&json!({"alg": "HS256"}), &json!({"sub": "x", "aud": "y"})),
            "id_token",
            &["failed alg"],
        ),
        case(
            "a header with a critical extension",
            unsigned(&json!({"alg": "ES256", "crit": ["b64"]}), &json!({})),
            "signed_token",
            &["failed form"],
        ),
        case(
            "a header with a private key",
            unsigned(
                &json!({"alg": "ES256", "typ": "dpop+jwt", "jwk": {"kty": "EC", "d": "x"}}),
                &json!({}),
            ),
            "signed_token",
            &["failed form"],
        ),
    ]
}

fn assertions() -> Vec<Case> {
    vec![
        case(
            "an assertion",
            assertion(json!({})),
            "client_assertion",
            &["passed jti", "passed iss"],
        ),
        case(
            "an assertion within the clock skew",
            assertion(json!({"exp": NOW - 59})),
            "client_assertion",
            &["passed exp"],
        ),
        case(
            "an assertion beyond the clock skew",
            assertion(json!({"exp": NOW - 60})),
            "client_assertion",
            &["failed exp"],
        ),
        case(
            "an assertion that is not valid yet",
            assertion(json!({"nbf": NOW + 61})),
            "client_assertion",
            &["failed nbf"],
        ),
        case(
            "an assertion with several audiences",
            assertion(json!({"aud": ["a", "b"]})),
            "client_assertion",
            &["failed aud"],
        ),
        case(
            "an assertion without jti",
            assertion(json!({"jti": ""})),
            "client_assertion",
            &["failed jti"],
        ),
        case(
            "a logout token",
            id_token(json!({"events": {}})),
            "logout_token",
            &["unknown signature"],
        ),
        case(
            "a request object",
            id_token(json!({"response_type": "code"})),
            "request_object",
            &["unknown signature"],
        ),
        case(
            "an encrypted token",
            "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..AAAA.AAAA.AAAA",
            "encrypted_token",
            &["passed form", "unknown content"],
        ),
    ]
}

fn proofs() -> Vec<Case> {
    let target = ["--method", "POST", "--url", "https://ID.test:443/demo/oauth2/v2.0/token?x=1"];
    vec![
        case("a DPoP proof", proof(json!({})), "dpop_proof", &["passed signature", "unknown htu"]),
        case(
            "a DPoP proof for its request",
            proof(json!({})),
            "dpop_proof",
            &["passed htm", "passed htu"],
        )
        .with(&target),
        case(
            "a DPoP proof for another method",
            proof(json!({"htm": "GET"})),
            "dpop_proof",
            &["failed htm"],
        )
        .with(&target),
        case(
            "a DPoP proof for another URL",
            proof(json!({"htu": "https://a/"})),
            "dpop_proof",
            &["failed htu"],
        )
        .with(&target),
        case("an old DPoP proof", proof(json!({"iat": NOW - 301})), "dpop_proof", &["failed iat"]),
        case(
            "a DPoP proof without nonce",
            proof(json!({"nonce": null})),
            "dpop_proof",
            &["failed nonce"],
        ),
        case(
            "a DPoP proof without jti",
            proof(json!({"jti": null})),
            "dpop_proof",
            &["failed jti"],
        ),
    ]
}

fn sealed_tokens_and_keys() -> Vec<Case> {
    let (certificate, private) = certificate();
    let jwk = key().public_jwk().to_json();
    let mut with_private = jwk.clone();
    with_private["d"] = json!("c2VjcmV0");
    vec![
        case("a code", sealed_token("ac"), "code", &["unknown seal"]),
        case("a refresh token", sealed_token("rt"), "refresh_token", &["unknown seal"]),
        case("a key", jwk.to_string(), "jwk", &["passed form", "unknown registered"]),
        case("a private key", with_private.to_string(), "jwk", &["failed form"]),
        case("a symmetric key", r#"{"kty":"oct","k":"c2VjcmV0"}"#, "jwk", &["failed form"]),
        case("a JWK set", json!({"keys": [jwk]}).to_string(), "jwks", &["passed form"]),
        case("a malformed JWK set", json!({"keys": [1]}).to_string(), "jwks", &["failed form"]),
        case("a certificate", certificate, "certificate", &["passed signatures"]),
        case("a private key in PEM", private, "public_key", &["failed form"]),
        case("a secret", jose::digest::base64url([9; 32]), "secret", &["unknown registered"]),
        case("a challenge", CHALLENGE, "secret", &["passed code_verifier"])
            .with(&["--verifier", VERIFIER]),
    ]
}

/// The responses of a software authenticator: a registration and two assertions.
fn passkey_responses() -> Vec<Value> {
    let recorded = include_str!("../../../signin/tests/passkeys/recorded.json");
    serde_json::from_str(recorded).expect("a list of responses")
}

/// Client data of the page of a sign-in, with more members.
fn client_data(more: Value) -> String {
    let mut all = json!({
        "type": "webauthn.get", "challenge": CHALLENGE, "origin": "https://id.test",
        "crossOrigin": false
    });
    add(&mut all, more);
    all.to_string()
}

fn passkeys() -> Vec<Case> {
    let [new, used, ..] = &passkey_responses()[..] else { panic!("two responses") };
    let mut swapped = used.clone();
    swapped["response"]["clientDataJSON"] = new["response"]["clientDataJSON"].clone();
    let attestation = new["response"]["attestationObject"].as_str().expect("a text");
    vec![
        case(
            "a registration",
            new.to_string(),
            "passkey_registration",
            &["passed type", "unknown origin", "passed UV", "passed alg", "passed rpIdHash"],
        ),
        case(
            "an assertion",
            used.to_string(),
            "passkey_assertion",
            &["passed type", "unknown challenge", "passed rpIdHash", "unknown signature"],
        ),
        case(
            "an assertion with client data of a registration",
            swapped.to_string(),
            "passkey_assertion",
            &["failed type"],
        ),
        case(
            "a response without members",
            r#"{"type":"public-key","id":"AA","rawId":"AA","response":{}}"#,
            "passkey_response",
            &["failed form"],
        ),
        case(
            "client data of a page in a frame",
            client_data(json!({"topOrigin": "https://evil.test"})),
            "client_data",
            &["passed type", "failed crossOrigin"],
        ),
        case(
            "client data as base64url",
            jose::digest::base64url(client_data(json!({}))),
            "client_data",
            &["passed type", "passed crossOrigin"],
        ),
        case(
            "an attestation object",
            attestation,
            "attestation_object",
            &["passed UP", "passed UV", "passed alg", "unknown rpIdHash"],
        ),
        case(
            "a truncated attestation object",
            &attestation[..200],
            "attestation_object",
            &["failed form"],
        ),
    ]
}

fn otpauth_uris() -> Vec<Case> {
    let secret = "secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    vec![
        case(
            "the URI of an authenticator app",
            format!("otpauth://totp/Admit:ana%40demo.example?{secret}&issuer=Admit"),
            "otpauth_uri",
            &["passed type", "passed secret", "passed digits", "passed issuer"],
        ),
        case(
            "the URI of codes of a counter, with other parameters",
            "otpauth://hotp/ana?secret=AAAA&algorithm=SHA256&digits=8&counter=1",
            "otpauth_uri",
            &["failed type", "failed secret", "failed algorithm", "failed digits", "failed issuer"],
        ),
        case(
            "a URI with a malformed secret",
            "otpauth://totp/Admit:ana?secret=A1",
            "otpauth_uri",
            &["failed secret"],
        ),
    ]
}

fn requests() -> Vec<Case> {
    let authorize = format!(
        "https://id.test/demo/oauth2/v2.0/authorize?client_id=c&response_type=code&\
         redirect_uri=https%3A%2F%2Fapp.test%2Fcb&scope=openid&code_challenge={CHALLENGE}"
    );
    vec![
        case(
            "an authorization request",
            format!("{authorize}&code_challenge_method=S256"),
            "authorize_request",
            &["passed redirect_uri", "passed code_challenge", "passed code_verifier"],
        )
        .with(&["--verifier", VERIFIER]),
        case(
            "an authorization request with plain PKCE",
            authorize.clone(),
            "authorize_request",
            &["failed code_challenge_method"],
        ),
        case(
            "an authorization request with invalid parameters",
            "client_id=c&response_type=token&redirect_uri=http%3A%2F%2Fapp.test%2F",
            "authorize_request",
            &["failed response_type", "failed redirect_uri", "failed code_challenge"],
        ),
        case(
            "a successful authorization response",
            "https://app.test/cb?code=abc&state=1",
            "authorization_response",
            &[],
        ),
        case(
            "a body",
            "grant_type=client_credentials&client_id=c&client_secret=shh-shh",
            "token_request",
            &["passed grant_type", "passed client_id"],
        ),
        case(
            "a body with an unknown grant type",
            "grant_type=password&client_id=c&username=u&password=shh-shh",
            "token_request",
            &["failed grant_type"],
        ),
        case(
            "a body with a repeated parameter",
            "grant_type=client_credentials&client_id=c&client_id=c",
            "token_request",
            &["failed form"],
        ),
    ]
}

fn requests_with_claims() -> Vec<Case> {
    let authorize = format!(
        "https://id.test/demo/oauth2/v2.0/authorize?client_id=c&response_type=code&\
         redirect_uri=https%3A%2F%2Fapp.test%2Fcb&scope=openid&code_challenge={CHALLENGE}"
    );
    vec![
        case(
            "an authorization request with a context and without a tenant",
            format!(
                "{authorize}&claims=%7B%22access_token%22%3A%7B%22acrs%22%3A%7B%22value%22%3A\
                 %22c1%22%7D%7D%7D"
            ),
            "authorize_request",
            &["unknown acrs"],
        ),
        case(
            "an authorization request with malformed claims",
            format!("{authorize}&claims=%7B"),
            "authorize_request",
            &["failed claims"],
        ),
    ]
}

fn commands() -> Vec<Case> {
    let token = "https://id.test/demo/oauth2/v2.0/token";
    vec![
        case(
            "curl",
            format!("curl {token} -u c:shh-shh -d grant_type=client_credentials"),
            "token_request",
            &["passed method", "passed Content-Type", "passed client_id"],
        ),
        case(
            "curl with GET",
            format!("curl -G {token} -d grant_type=client_credentials -d client_id=c"),
            "token_request",
            &["failed method", "failed Content-Type"],
        ),
        case(
            "curl with JSON",
            format!(r#"curl {token} --json '{{"grant_type":"client_credentials"}}'"#),
            "token_request",
            &["failed Content-Type"],
        ),
        case(
            "curl with a variable",
            format!("curl {token} -d \"client_secret=$SECRET\" -d grant_type=refresh_token"),
            "token_request",
            &["unknown shell", "failed refresh_token"],
        ),
        case(
            "a token response",
            json!({"token_type": "Bearer", "access_token": access_token(NOW + 1)}).to_string(),
            "token_response",
            &[],
        ),
    ]
}

fn explain(dir: &TestDir, input: &str, more: &[&str]) -> CommandOutput {
    dir.run_with(&[&["explain", "-", "--at", AT][..], more].concat(), input)
}

#[test]
fn an_access_token_is_explained_with_the_libraries_that_refuse_it() {
    // Explains an access token with each `typ`, one for UserInfo, and an ID token. Only tokens for
    // an API name libraries.
    let dir = TestDir::new();
    let steps = |typ: &str, audience: &str, client: &str| {
        let claims = json!({
            "iss": format!("https://id.test/{TENANT}/v2.0"), "sub": "c", "aud": audience,
            "exp": NOW + 60, "iat": NOW - 60, client: "c",
        });
        let token = signed(&key(), &json!({ "typ": typ }), &claims);
        explain(&dir, &token, &[]).success()
    };
    let at_jwt = steps("at+jwt", "api://orders", "client_id");
    assert!(
        at_jwt.contains("token_typ = \"JWT\"") && at_jwt.contains("Spring Security"),
        "{at_jwt}"
    );
    assert!(at_jwt.contains("token_alg = \"RS256\""), "{at_jwt}");
    let jwt = steps("JWT", "api://orders", "client_id");
    assert!(jwt.contains("require at+jwt") && !jwt.contains("Spring Security"), "{jwt}");
    let userinfo = format!("https://id.test/{TENANT}/oidc/userinfo");
    for other in [steps("at+jwt", &userinfo, "client_id"), steps("JWT", "c", "nonce")] {
        assert!(!other.contains("token_alg") && !other.contains("token_typ"), "{other}");
    }
}

#[test]
fn every_kind_of_input_is_detected_and_checked() {
    // Explains each case as JSON in both languages, and compares its kind and checks.
    let dir = TestDir::new();
    let all: Vec<Case> = [
        tokens(),
        malformed_tokens(),
        assertions(),
        proofs(),
        sealed_tokens_and_keys(),
        passkeys(),
        otpauth_uris(),
        requests(),
        requests_with_claims(),
        commands(),
    ]
    .into_iter()
    .flatten()
    .collect();
    assert!(all.len() >= 40, "{}", all.len());
    for case in &all {
        for language in ["en", "id"] {
            let more = [&["--json", "--language", language][..], &case.more].concat();
            let output = explain(&dir, &case.input, &more).success();
            let object: Value = serde_json::from_str(&output).expect("JSON");
            assert_eq!(object["kind"], case.kind, "{}: {output}", case.name);
            let results: Vec<String> = object["checks"]
                .as_array()
                .expect("checks")
                .iter()
                .map(|check| format!("{} {}", text(&check["outcome"]), text(&check["check"])))
                .collect();
            for check in case.checks {
                assert!(
                    results.iter().any(|one| one == check),
                    "{}: {check}: {results:?}",
                    case.name
                );
            }
            assert!(!output.contains("decode-"), "{}: a text is missing: {output}", case.name);
        }
        let page = explain(&dir, &case.input, &case.more).success();
        assert!(!page.contains("decode-"), "{}: a text is missing: {page}", case.name);
        assert!(!page.contains("shh-shh"), "{}: {page}", case.name);
    }
}

#[test]
fn a_wrong_content_type_ends_the_checks_of_a_token_request() {
    // Explains a JSON request to the token endpoint: it has its number, and no check of parameters.
    let dir = TestDir::new();
    let command = r#"curl https://id.test/demo/oauth2/v2.0/token --json '{"grant_type":"x"}'"#;
    let output = explain(&dir, command, &["--json"]).success();
    let object: Value = serde_json::from_str(&output).expect("JSON");
    assert_eq!(object["refusal"]["number"], 88_000_001, "{object:#}");
    let checks = object["checks"].as_array().expect("checks");
    assert_eq!(checks.last().map(|check| &check["check"]), Some(&json!("Content-Type")));
    assert!(checks.iter().all(|check| check["check"] != "form"), "{object:#}");
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

#[test]
fn secrets_and_tokens_are_not_printed() {
    // Explains each kind of secret, and searches the output for it and for the signature of tokens.
    let dir = TestDir::new();
    let cases = [
        tokens(),
        malformed_tokens(),
        assertions(),
        proofs(),
        sealed_tokens_and_keys(),
        passkeys(),
        otpauth_uris(),
    ];
    for case in cases.into_iter().flatten() {
        let page = explain(&dir, &case.input, &case.more).success();
        let secret = case.input.trim().rsplit(['.', ' ']).next().unwrap_or_default();
        if secret.len() > 20 && case.kind != "certificate" && !case.input.starts_with('{') {
            assert!(!page.contains(secret), "{}: {page}", case.name);
        }
        assert!(!page.contains("c2VjcmV0"), "{}: {page}", case.name);
        assert!(!page.contains("GEZDGNBV"), "{}: {page}", case.name);
    }
    let basic = "curl https://id.test/demo/oauth2/v2.0/token -u c:shh-shh -d grant_type=x";
    let page = explain(&dir, basic, &[]).success();
    assert!(!page.contains("shh-shh") && !page.contains("Yzpza"), "{page}");
}

#[test]
fn unexplainable_input_ends_with_one_message_and_status_1() {
    // Explains other texts, malformed tokens, commands that name files, and ids without a store.
    let dir = TestDir::new();
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for (input, expected) in [
        ("why?", "contains no error number"),
        ("www.example.com", "admit cannot explain this input"),
        ("49999", "49999 is not an error number of this service"),
        ("eyJhbGciOiJFUzI1NiJ9.eyJh", "has 2 segments"),
        ("eyJhbGciOiJFUzI1NiJ9.eyJh.c2ln", "has the form of a token, but is malformed"),
        ("eyJhbGciOiJFUzI1NiJ9.%%.c2ln", "admit cannot explain this input"),
        ("eyJh.b.c.d.e.f", "admit cannot explain this input"),
        ("eyJub3QtanNvbg.e30.c2ln", "the header is"),
        ("eyJub3QtanNvbg.e30.c2ln.AAAA.AAAA", "malformed"),
        ("ac.not-a-code", "but is malformed"),
        ("rt.AAAA.AAAA", "but is malformed"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "PEM text"),
        ("-----BEGIN CERTIFICATE REQUEST-----", "certificate signing request"),
        ("0ae14b10-0fd6-4c24-89d3-0d4e8a3e9d2f", "pass --config FILE or --data DIR"),
        ("T-0000-0000-0000-0001", "pass --config FILE or --data DIR"),
        ("curl https://id.test/x -d @body.txt", "reads no file that a pasted command names"),
        ("curl https://id.test/x --data-urlencode code@/etc/passwd", "(code@/etc/passwd)"),
        ("curl 'https://id.test/x", "quotation mark"),
        ("curl -d a=b", "names no URL"),
        (&deep, "admit cannot explain this input"),
    ] {
        let output = explain(&dir, input, &[]).failure();
        assert!(output.contains(expected), "{expected}: {output}");
        assert_eq!(output.lines().count(), 1, "{output}");
    }
    let output = dir.run(&["explain", "why?", "--language", "id"]).failure();
    assert!(output.contains("admit tidak dapat menjelaskan masukan ini"), "{output}");
    let output = dir.run(&["explain", "50011", "--at", "yesterday"]).failure();
    assert!(output.contains("--at is not a time"), "{output}");
}

#[test]
fn control_characters_of_the_input_are_not_printed() {
    // Explains inputs with escape sequences and direction marks in every shown value.
    let dir = TestDir::new();
    let evil = "\u{1b}]0;x\u{7}\u{9b}2J\u{202e}";
    let claims = json!({ "sub": evil, "aud": evil, "iss": evil, evil: evil });
    let header = json!({ "alg": evil, "kid": evil, "typ": evil });
    let query = "client_id=%1b%5b2J&response_type=%9b%1b%5bm&redirect_uri=%e2%80%ae&scope=%1b";
    for input in [
        unsigned(&header, &claims),
        format!("https://id.test/demo/oauth2/v2.0/authorize?{query}"),
        format!("curl https://id.test/\u{1b}[2J/token -d grant_type={evil} -H 'X: {evil}'"),
        format!("{{\"kty\":\"{evil}\"}}").replace('\u{1b}', "\\u001b").replace('\u{7}', "\\u0007"),
        format!("{{\"access_token\":\"x\",\"{}\":\"{}\"}}", "\\u001b[2J", "\\u001b[2J"),
        "AADSTS50011: \u{1b}[31m Trace ID: x".to_owned(),
    ] {
        for json in [&[][..], &["--json"]] {
            let output = explain(&dir, &input, json).success();
            let bad = |one: &char| (one.is_control() && *one != '\n') || *one == '\u{202e}';
            assert_eq!(output.chars().find(bad), None, "{input:?}: {output:?}");
        }
    }
}

#[test]
fn large_inputs_are_explained_or_refused() {
    // Explains a token of a megabyte, a hundred thousand parameters, two thousand words and 500
    // claims.
    let dir = TestDir::new();
    let large = format!("eyJhbGciOiJFUzI1NiJ9.{}.c2ln", "A".repeat(1_000_000));
    let output = explain(&dir, &large, &[]).failure();
    assert!(output.contains("longer than 65536 bytes"), "{output}");
    let many = format!("grant_type=x&{}", "a=b&".repeat(100_000));
    let output = explain(&dir, &many, &["--json"]).success();
    assert!(output.contains("failed"), "{output}");
    let words = format!("curl https://a.test {}", "-s ".repeat(2_000));
    assert!(explain(&dir, &words, &[]).failure().contains("more than 1000 words"));
    let claims = (0..500).map(|n| (format!("c{n}"), json!("x".repeat(50)))).collect::<Value>();
    let page = explain(&dir, &unsigned(&json!({"alg": "ES256"}), &claims), &[]).success();
    assert!(page.lines().count() < 100, "{page}");
}

#[test]
fn the_signature_check_agrees_with_jose() {
    // Explains DPoP proofs with one changed character in the signature, and compares the check with
    // the verification by jose.
    let dir = TestDir::new();
    let proof = proof(json!({}));
    let (signed, signature) = proof.rsplit_once('.').expect("a signature");
    for position in 0..24 {
        let mut changed = signature.to_owned();
        let at = position * 3;
        let other = if changed.as_bytes()[at] == b'A' { "B" } else { "A" };
        changed.replace_range(at..=at, other);
        let text = format!("{signed}.{changed}");
        let compact =
            jose::CompactJws::parse(&text, 10_000, jose::Padding::Refused).expect("a JWS");
        let jwk = compact.header().jwk.clone().expect("a key");
        let is_valid = compact.verify(&jose::VerifyingKey::new(&jwk).expect("a key")).is_ok();
        let output = explain(&dir, &text, &["--json"]).success();
        let object: Value = serde_json::from_str(&output).expect("JSON");
        let checks = object["checks"].as_array().expect("checks");
        let check = checks.iter().find(|check| check["check"] == "signature").expect("a check");
        assert_eq!(check["outcome"] == "passed", is_valid, "{output}");
        assert_eq!(object["accepted"], json!(false), "{output}");
        assert_eq!(object["refusal"]["number"], json!(88_000_125), "{output}");
    }
}

#[test]
fn explain_uses_no_network() {
    // Compares the output with the one in a network namespace without interfaces, and searches the
    // sources for sockets, HTTP clients, files and processes.
    let dir = TestDir::new();
    for input in ["50011", "https://127.0.0.1:9/demo/oauth2/v2.0/authorize?client_id=c"] {
        let here = dir.run(&["explain", input, "--at", AT]).success();
        let mut command = std::process::Command::new("unshare");
        command.args(["--user", "--map-root-user", "--net", env!("CARGO_BIN_EXE_admit")]);
        let alone = command.args(["explain", input, "--at", AT]).output().expect("unshare runs");
        assert_eq!(String::from_utf8_lossy(&alone.stdout), here);
    }
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = vec![source.join("src/commands/explain.rs")];
    let mut folders = vec![source.join("../diagnostics/src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    assert!(files.len() > 15, "{files:?}");
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a file");
        for name in [
            "std::net",
            "tokio::net",
            "TcpStream",
            "UdpSocket",
            "process::Command",
            "outbound::fetch",
            "outbound::mail",
            "enable_io",
            "enable_all",
            "File::open",
            "fs::",
        ] {
            assert!(!text.contains(name), "{}: {name}", file.display());
        }
    }
}

#[test]
fn secrets_of_a_request_are_not_printed() {
    // Explains requests with secrets under similar and unknown names and in URLs, and searches the
    // output.
    let dir = TestDir::new();
    let parameters = "passwd=one-Secret&client_secrets=two-Secret&x-api_key=three-Secret\
        &whatever=four-Secret&redirect_uri=https://me:five-Secret@app.test/cb&client_id=web";
    for input in [
        format!("https://id.test/demo/oauth2/v2.0/authorize?response_type=code&{parameters}"),
        format!("curl -d '{parameters}' https://me:six-Secret@id.test/demo/oauth2/v2.0/token"),
    ] {
        for more in [&[][..], &["--json"]] {
            let ran = explain(&dir, &input, more);
            let output = format!("{}{}", ran.out, ran.err);
            assert!(!output.contains("-Secret"), "{output}");
            assert!(output.contains("whatever") && output.contains("app.test/cb"), "{output}");
        }
    }
}
