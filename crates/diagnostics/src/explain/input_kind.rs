//! Detection of the kind of a pasted input by its syntax.

use jose::digest;
use model::TicketId;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::recognized_error::{RecognizedError, parameters, recognize};

/// The kind of a pasted input.
#[derive(Debug)]
pub(super) enum InputKind {
    /// An error number, or a text with an error number in it.
    Error(RecognizedError),
    /// A UUID: the trace id or correlation id of a request, or another id.
    RequestId(Uuid),
    /// A ticket id.
    TicketId(TicketId),
    /// A curl command line.
    Curl(String),
    /// A URL.
    Url(String),
    /// The encoded parameters of a request: a query or a body.
    Parameters(String),
    /// A JWS (three segments).
    Signed(String),
    /// A JWE (five segments).
    Encrypted(String),
    /// An authorization code or refresh token of this service.
    SealedToken(String),
    /// A JWK.
    Jwk(Map<String, Value>),
    /// A JWK set.
    JwkSet(String),
    /// A key or certificate in PEM.
    Pem(String),
    /// A response of a token endpoint.
    TokenResponse(Map<String, Value>),
    /// The response of a browser to the options of a passkey (WebAuthn), as JSON.
    PasskeyResponse(String),
    /// Client data (WebAuthn §5.8.1), as JSON.
    ClientData(Vec<u8>),
    /// An attestation object (WebAuthn §6.5.4), as CBOR.
    AttestationObject(Vec<u8>),
    /// The URI in the QR code of an authenticator app.
    OtpauthUri(String),
    /// 256 bits as base64url: the syntax of a client secret of this service.
    ClientSecret(String),
}

/// The parameter names that identify a text of `name=value` pairs as request parameters.
const PARAMETERS: [&str; 12] = [
    "client_assertion",
    "client_id",
    "client_secret",
    "code",
    "code_challenge",
    "error",
    "grant_type",
    "id_token",
    "refresh_token",
    "response_type",
    "scope",
    "token",
];

/// The beginning of an attestation object: a CBOR map of three members, `fmt` first.
const ATTESTATION_OBJECT: &[u8] = b"\xa3\x63fmt";

/// The prefixes that are copied together with a token.
const PREFIXES: [&str; 6] =
    ["authorization:", "bearer ", "dpop ", "dpop:", "access_token:", "id_token:"];

impl InputKind {
    /// Detects the kind of an input. Returns `None` for an unknown kind.
    pub(super) fn detect(input: &str) -> Option<Self> {
        let input = input.trim().trim_start_matches('\u{feff}').trim();
        if is_curl(input) {
            return Some(Self::Curl(input.to_owned()));
        }
        if input.contains("-----BEGIN ") {
            return Some(Self::Pem(input.to_owned()));
        }
        if let Some(kind) = detect_json(input) {
            return Some(kind);
        }
        detect_word(input).or_else(|| recognize(input).map(Self::Error))
    }
}

fn is_curl(input: &str) -> bool {
    let command = input.strip_prefix("$ ").unwrap_or(input);
    let name = command.split_whitespace().next().unwrap_or_default();
    matches!(name, "curl" | "curl.exe") && command.len() > name.len()
}

fn detect_json(input: &str) -> Option<InputKind> {
    let Ok(Value::Object(members)) = serde_json::from_str(input) else { return None };
    if members.contains_key("kty") {
        return Some(InputKind::Jwk(members));
    }
    if members.get("keys").is_some_and(Value::is_array) {
        return Some(InputKind::JwkSet(input.to_owned()));
    }
    if members.get("type").is_some_and(is_ceremony) {
        return Some(InputKind::ClientData(input.as_bytes().to_vec()));
    }
    if members.get("type").is_some_and(|kind| kind == "public-key") {
        return Some(InputKind::PasskeyResponse(input.to_owned()));
    }
    let holds = |name: &str| members.get(name).is_some_and(Value::is_string);
    (holds("access_token") || holds("id_token")).then_some(InputKind::TokenResponse(members))
}

/// Detects the kind of one word, or of a token that is broken over several lines.
fn detect_word(input: &str) -> Option<InputKind> {
    let word = without_prefix(input);
    let dense: String = word.split_whitespace().collect();
    if is_jose(&dense) {
        return match dense.split('.').count() {
            5 => Some(InputKind::Encrypted(dense)),
            _ => Some(InputKind::Signed(dense)),
        };
    }
    if word.contains(char::is_whitespace) {
        return None;
    }
    if let Ok(id) = Uuid::try_parse(word) {
        return Some(InputKind::RequestId(id));
    }
    if let Ok(ticket) = word.parse() {
        return Some(InputKind::TicketId(ticket));
    }
    if word.starts_with("ac.") || word.starts_with("rt.") {
        return Some(InputKind::SealedToken(word.to_owned()));
    }
    if word.get(..10).is_some_and(|scheme| scheme.eq_ignore_ascii_case("otpauth://")) {
        return Some(InputKind::OtpauthUri(word.to_owned()));
    }
    if is_url(word) || word.starts_with('/') {
        // The error in a redirect URI says more than the URI itself.
        let error = recognize(word).map(InputKind::Error);
        let url = || is_url(word).then(|| InputKind::Url(word.to_owned()));
        return error.or_else(url);
    }
    if is_parameters(word) {
        return Some(InputKind::Parameters(word.trim_start_matches('?').to_owned()));
    }
    let decoded = digest::base64url_decode(word).ok()?;
    if word.len() == 43 {
        return Some(InputKind::ClientSecret(word.to_owned()));
    }
    detect_webauthn(decoded)
}

/// Detects the members of a WebAuthn response that are base64url.
fn detect_webauthn(decoded: Vec<u8>) -> Option<InputKind> {
    if let Ok(members) = serde_json::from_slice::<Map<String, Value>>(&decoded) {
        let is_client_data = members.get("type").is_some_and(is_ceremony);
        return is_client_data.then_some(InputKind::ClientData(decoded));
    }
    decoded.starts_with(ATTESTATION_OBJECT).then_some(InputKind::AttestationObject(decoded))
}

/// Returns whether a value is the `type` of client data.
fn is_ceremony(kind: &Value) -> bool {
    kind.as_str().is_some_and(|kind| kind.starts_with("webauthn."))
}

fn is_url(text: &str) -> bool {
    let letter = |one: char| one.is_ascii_alphanumeric() || "+-.".contains(one);
    text.split_once("://").is_some_and(|(scheme, _)| scheme.chars().all(letter))
}

fn without_prefix(input: &str) -> &str {
    let mut word = input.trim_matches(['"', '\'', '`', ',']).trim();
    for prefix in PREFIXES {
        let Some(start) = word.get(..prefix.len()) else { continue };
        if start.eq_ignore_ascii_case(prefix) {
            word = word.get(prefix.len()..).unwrap_or_default().trim();
        }
    }
    word
}

/// Returns whether a text looks like a JWS or JWE: base64url segments, the first of which begins a
/// JSON object. Any number of segments is accepted.
fn is_jose(text: &str) -> bool {
    let alphabet = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.=+/".contains(&byte);
    let mut parts = text.split('.');
    let header = parts.next().unwrap_or_default();
    text.contains('.') && text.bytes().all(alphabet) && header.starts_with("ey") && header.len() > 8
}

fn is_parameters(text: &str) -> bool {
    let with_mark = format!("?{}", text.trim_start_matches('?'));
    parameters(&with_mark).iter().any(|(name, _)| PARAMETERS.contains(&name.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(input: &str) -> &'static str {
        match InputKind::detect(input) {
            None => "nothing",
            Some(InputKind::Error(_)) => "error",
            Some(InputKind::RequestId(_)) => "request",
            Some(InputKind::TicketId(_)) => "ticket",
            Some(InputKind::Curl(_)) => "curl",
            Some(InputKind::Url(_)) => "url",
            Some(InputKind::Parameters(_)) => "parameters",
            Some(InputKind::Signed(_)) => "signed",
            Some(InputKind::Encrypted(_)) => "encrypted",
            Some(InputKind::SealedToken(_)) => "sealed token",
            Some(InputKind::Jwk(_)) => "jwk",
            Some(InputKind::JwkSet(_)) => "jwks",
            Some(InputKind::Pem(_)) => "pem",
            Some(InputKind::TokenResponse(_)) => "token response",
            Some(InputKind::PasskeyResponse(_)) => "passkey response",
            Some(InputKind::ClientData(_)) => "client data",
            Some(InputKind::AttestationObject(_)) => "attestation object",
            Some(InputKind::OtpauthUri(_)) => "otpauth URI",
            Some(InputKind::ClientSecret(_)) => "secret",
        }
    }

    #[test]
    fn the_kind_of_an_input_is_detected_by_its_syntax() {
        // Detects one input of each kind, some with a prefix, in quotes or broken over lines.
        for (input, expected) in [
            ("50011", "error"),
            ("AADSTS50011", "error"),
            ("https://localhost:8443/error?code=50011", "error"),
            ("http://localhost/cb?error=x&error_description=AADSTS50011%3A+x", "error"),
            ("0ae14b10-0fd6-4c24-89d3-0d4e8a3e9d2f", "request"),
            ("T-0000-0000-0000-0001", "ticket"),
            ("curl https://localhost:8443/", "curl"),
            ("$ curl -d a=b https://localhost:8443/", "curl"),
            ("https://localhost:8443/demo/oauth2/v2.0/authorize?client_id=x", "url"),
            ("http://localhost/cb?code=abc&state=1", "url"),
            ("?client_id=x&response_type=code", "parameters"),
            ("grant_type=client_credentials&client_id=x", "parameters"),
            ("grant_type=client_credentials&client_id=x&scope=api://x/.default", "parameters"),
            ("eyJhbGciOiJFUzI1NiJ9.eyJhIjoxfQ.c2ln", "signed"),
            ("Authorization: Bearer eyJhbGciOiJFUzI1NiJ9.eyJhIjoxfQ.c2ln", "signed"),
            ("\"eyJhbGciOiJFUzI1NiJ9.eyJhIjoxfQ.c2ln\",", "signed"),
            ("eyJhbGciOiJFUzI1NiJ9.\n  eyJhIjoxfQ.\n  c2ln", "signed"),
            ("eyJhbGciOiJFUzI1NiJ9.eyJhIjoxfQ", "signed"),
            ("eyJhbGciOiJkaXIifQ..AAAA.AAAA.AAAA", "encrypted"),
            ("ac.AAAAAAAAAAAAAAAAAAAAAA.AAAA", "sealed token"),
            ("rt.AAAAAAAAAAAAAAAAAAAAAA.AAAA", "sealed token"),
            (r#"{"kty":"EC"}"#, "jwk"),
            (r#"{"keys":[]}"#, "jwks"),
            ("-----BEGIN CERTIFICATE-----", "pem"),
            (r#"{"token_type":"Bearer","access_token":"x"}"#, "token response"),
            (r#"{"type":"public-key","id":"AA"}"#, "passkey response"),
            (r#"{"type":"webauthn.get"}"#, "client data"),
            ("eyJ0eXBlIjoid2ViYXV0aG4uZ2V0In0", "client data"),
            ("o2NmbXRkbm9uZQ", "attestation object"),
            ("otpauth://totp/Admit:ana?secret=AAAA", "otpauth URI"),
            ("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "secret"),
        ] {
            assert_eq!(kind(input), expected, "{input}");
        }
    }

    #[test]
    fn an_unknown_kind_is_not_detected() {
        // Tries words, host names, and texts with a number of dots that no token has.
        for input in ["", "curl", "why?", "www.example.com", "a.b.c", "{}", "[]", "/cb?x=1", "a=b"]
        {
            assert_eq!(kind(input), "nothing", "{input}");
        }
    }
}
