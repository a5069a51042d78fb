//! Targets whose parsers are public. Those of private parsers stand beside them, in the test
//! modules of `listener`, `admit` and in the tests of `service`.

use catalogue::Language;
use diagnostics::explain::{ExplainContext, explain};
use jose::jwe::CompactJwe;
use jose::{Algorithm, Certificate, CompactJws, Jwk, JwkSet, Padding, SigningKey, VerifyingKey};
use model::{Authenticators, Client, ClientId, Platform, RedirectUri, TenantId, Timestamp, UserId};
use protocol::parameters::Parameters;
use protocol::{redirect_uri, scope};
use signin::factor::passkey::{Assertion, AttestationTrust, Challenge, Registration, RelyingParty};

const JOSE: &[&str] = &[
    "\"alg\":\"none\"",
    "\"alg\":\"HS256\"",
    "\"alg\":\"RS256\"",
    "\"crit\":[\"b64\"]",
    "\"jwk\":{",
    "\"kid\":\"",
    "\"x5t#S256\":\"",
    "\"typ\":\"dpop+jwt\"",
    "eyJ",
    "..",
    ".",
    "=",
    "==",
    "\"exp\":1e309",
    "\"iat\":-1",
    "\\u0000",
    "\\ud800",
    "{\"a\":",
    "[[",
    "null",
];

/// Words of responses of passkeys. CBOR has no words, apart from lengths and keys.
const PASSKEY: &[&str] = &[
    "\"type\":\"webauthn.get\"",
    "\"crossOrigin\":true",
    "\"topOrigin\":\"",
    "\"userHandle\":\"",
    "\"rawId\":\"",
    "https://login.example.com",
    "authData",
    "attStmt",
    "packed",
    "\u{1}\u{2}\u{3}&",
    "\0\0\0\0",
    "{\"a\":",
    "null",
];

/// The COSE_Key of a passkey that has signed nothing.
const OTHER_KEY: &str = "pQECAyYgASFYIAKORupdv6sXcqhVqVyTzI3PK3Pf17Llv2lnMY21Qm9gIlggFl4TM7TXsTbI\
                         qoNkY27PZ2PKhJfJe6kfb296dlpLVpQ";

#[test]
fn fuzzed_jws_never_has_a_valid_signature() {
    // Parses and verifies mutated assertions and proofs; no mutation may have a valid signature.
    let (key, _) = SigningKey::generate(Algorithm::Es256).expect("a key");
    let verifying = || VerifyingKey::new(key.public_jwk()).expect("a key");
    fuzz::run_text("jws", JOSE, |input| {
        for padding in [Padding::Refused, Padding::Tolerated] {
            let Ok(jws) = CompactJws::parse(input, 8 * 1024, padding) else { continue };
            let _ = jose::json::object(jws.unverified_payload());
            let _ = jws.header().jwk.as_ref().map(Jwk::thumbprint);
            assert!(jws.verify(&verifying()).is_err(), "a signature by an unknown key is valid");
        }
    });
}

#[test]
fn fuzzed_jwe_never_panics() {
    // Parses mutated tokens.
    fuzz::run_text("jwe", JOSE, |input| {
        if let Ok(jwe) = CompactJwe::parse(input, 16 * 1024) {
            let _ = jwe.header();
        }
    });
}

#[test]
fn fuzzed_jwk_or_certificate_never_panics() {
    // Parses mutated keys, key sets and certificates. A key that is read has a thumbprint and a
    // form that is read again as the same key.
    let words = [
        "\"kty\":\"RSA\"",
        "\"kty\":\"EC\"",
        "\"crv\":\"P-256\"",
        "\"e\":\"AQAB\"",
        "\"d\":\"",
        "\"k\":\"",
        "\"x5c\":[\"",
        "-----BEGIN CERTIFICATE-----",
        "AAAA",
        "{\"keys\":[",
    ];
    fuzz::run("jwk", &words, |input| {
        let _ = Certificate::from_der(input);
        let text = String::from_utf8_lossy(input);
        let _ = Certificate::from_pem(&text);
        let _ = Jwk::from_pem(&text);
        let Ok(set) = JwkSet::from_json(input) else { return };
        let keys = set.by_kid("1").collect::<Vec<_>>();
        for key in keys {
            let json = serde_json::json!({ "keys": [key.to_json()] }).to_string();
            let again = JwkSet::from_json(json.as_bytes()).expect("the same key");
            assert!(again.by_thumbprint(key.thumbprint()).is_some());
        }
    });
}

#[test]
fn fuzzed_form_never_panics() {
    // Parses mutated forms and queries, and reads the parameters of the token endpoint.
    let words =
        ["grant_type=", "&code=", "&scope=", "%00", "%", "%zz", "+", "&&", "==", "resource="];
    fuzz::run("form", &words, |input| {
        let Ok(parameters) = Parameters::parse(input) else { return };
        for name in ["grant_type", "code", "scope", "client_id", "redirect_uri", "resource"] {
            let _ = (parameters.get(name), parameters.all(name).count(), parameters.require(name));
        }
    });
}

#[test]
fn fuzzed_scope_never_panics() {
    // Splits mutated scopes.
    let words = ["openid", "offline_access", "/.default", "api://orders/", " ", "  ", "\"", "\\"];
    fuzz::run_text("scope", &words, |input| {
        if let Ok(tokens) = scope::tokens(input) {
            assert!(tokens.iter().all(|token| !token.is_empty()));
        }
    });
}

#[test]
fn fuzzed_redirect_uri_matches_registered_bytes_only() {
    // Compares mutated URIs with a registered URI of a web app, which fits no other bytes.
    let registered = "https://app.example/callback?tenant=1";
    let uri = RedirectUri { uri: registered.to_owned(), platform: Platform::Web };
    let tenant = TenantId::new(uuid::Uuid::from_u128(1));
    let id = ClientId::new("app").expect("an id");
    let client = Client { redirect_uris: vec![uri], ..Client::new(tenant, id, "App") };
    let words = [
        "https://",
        "http://localhost",
        "@",
        "\\",
        "%2f",
        "/../",
        "#",
        "?code=",
        ":443",
        "javascript:",
        "//",
        "[::1]",
        "\t",
    ];
    fuzz::run_text("redirect-uri", &words, |input| {
        let found = redirect_uri::find(input, &client);
        assert_eq!(found.is_some(), input == registered);
        let _ = (redirect_uri::is_absolute(input), redirect_uri::flaw(input));
        let _ = redirect_uri::mismatch(input, &client);
    });
}

#[test]
fn fuzzed_passkey_response_has_no_valid_signature() {
    // Verifies mutated responses, and mutated parts of a correct one. The passkey of the user has
    // another key than the one that signed the corpus.
    let party = RelyingParty::new("https://login.example.com", "Admit").expect("a relying party");
    let challenge = Challenge::new([7; 32]);
    // A party that allows models, and trusts no root.
    let listing = party.clone().allowing(&[[0; 16], [3; 16]].map(uuid::Uuid::from_bytes));
    let trust = AttestationTrust { roots: &[], now: Timestamp::from_seconds(0) };
    let registration = |json: &str| {
        let registration = Registration::parse(json).ok()?;
        let listed = registration.verify(&listing, &challenge, trust);
        assert!(listed.is_err(), "an attestation without a root is valid");
        let new = registration.verify(&party, &challenge, trust).ok()?;
        Some(new.into_passkey(String::new(), Timestamp::from_seconds(0)))
    };
    let known: serde_json::Value =
        serde_json::from_slice(include_bytes!("../corpus/passkey/registration")).expect("JSON");
    let used: serde_json::Value =
        serde_json::from_slice(include_bytes!("../corpus/passkey/assertion")).expect("JSON");
    let other_key = jose::digest::base64url_decode(OTHER_KEY).expect("base64url");
    let mut passkey = registration(&known.to_string()).expect("a passkey");
    passkey.public_key = other_key;
    let (tenant, user) = (TenantId::from_bytes([1; 16]), UserId::from_bytes([2; 16]));
    let stored =
        |passkey| Authenticators { passkeys: vec![passkey], ..Authenticators::new(tenant, user) };
    let assertion = |json: &str, stored: &Authenticators| {
        let Ok(assertion) = Assertion::parse(json) else { return };
        let verified = assertion.verify(&party, &challenge, stored);
        assert!(verified.is_err(), "a signature by an unknown key is valid");
    };
    let with = |whole: &serde_json::Value, member: &str, part: &[u8]| {
        let mut changed = whole.clone();
        changed["response"][member] = jose::digest::base64url(part).into();
        changed.to_string()
    };
    let known_user = stored(passkey.clone());
    fuzz::run("passkey", PASSKEY, |input| {
        let text = String::from_utf8_lossy(input);
        let _ = registration(&text);
        assertion(&text, &known_user);
        for member in ["clientDataJSON", "attestationObject"] {
            let _ = registration(&with(&known, member, input));
        }
        for member in ["clientDataJSON", "authenticatorData", "signature"] {
            assertion(&with(&used, member, input), &known_user);
        }
        let of_key = stored(model::Passkey { public_key: input.to_vec(), ..passkey.clone() });
        assertion(&with(&used, "signature", b"\x30\x06\x02\x01\x01\x02\x01\x01"), &of_key);
    });
}

#[test]
fn fuzzed_paste_of_explain_never_panics() {
    // Explains mutated curl command lines, URLs, tokens, errors and keys.
    let context = ExplainContext {
        now: Timestamp::from_seconds(1_800_000_000),
        language: Language::from_tag("en").expect("English"),
        store_lookup: None,
        tenant: None,
        method: None,
        url: None,
        verifier: None,
    };
    let words = [
        "curl ",
        "--data ",
        "-d @",
        "-H 'Authorization: Basic ",
        "'",
        "\\\n",
        "$(",
        "AADSTS",
        "https://",
        "?error=",
        "&state=",
        "{\"error\":",
        "eyJ",
        "-----BEGIN ",
        "%0a",
        "--url-query",
    ];
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    fuzz::run_text("explain", &words, |input| {
        if let Ok(explanations) = runtime.block_on(explain(input, &context)) {
            assert!(explanations.iter().all(|it| !it.text.is_empty()));
        }
    });
}
