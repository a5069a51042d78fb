//! Tells by its shape what was pasted, without asking anybody.

use jose::digest;
use model::TicketId;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::error::{Recognized, parameters, recognize};

/// What was pasted, as far as its shape tells.
#[derive(Debug)]
pub(crate) enum Shape {
    /// An error's number, or a text with one in it.
    Error(Recognized),
    /// The id of a request: ours or the caller's.
    Request(Uuid),
    /// A ticket's number.
    Ticket(TicketId),
    /// A curl command line.
    Curl(String),
    /// A URL, with or without parameters.
    Url(String),
    /// The parameters of a request, as a query or a body.
    Parameters(String),
    /// A signed token (three parts).
    Signed(String),
    /// An encrypted token (five parts).
    Encrypted(String),
    /// A code or refresh token of ours.
    Handle(String),
    /// A public key as JSON.
    Jwk(Map<String, Value>),
    /// A set of them.
    JwkSet(String),
    /// Keys or certificates in PEM.
    Pem(String),
    /// The answer of a token endpoint.
    Tokens(Map<String, Value>),
    /// 256 bits as base64url: the shape of a client secret of ours.
    Secret(String),
}

/// Names that tell a text of `name=value` pairs for the parameters of a request.
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

/// What stands in front of a token where it was copied from.
const PREFIXES: [&str; 6] =
    ["authorization:", "bearer ", "dpop ", "dpop:", "access_token:", "id_token:"];

impl Shape {
    /// The shape of a text; nothing where it has none that is known.
    pub(crate) fn of(input: &str) -> Option<Self> {
        let input = input.trim().trim_start_matches('\u{feff}').trim();
        if is_curl(input) {
            return Some(Self::Curl(input.to_owned()));
        }
        if input.contains("-----BEGIN ") {
            return Some(Self::Pem(input.to_owned()));
        }
        if let Some(shape) = json(input) {
            return Some(shape);
        }
        word(input).or_else(|| recognize(input).map(Self::Error))
    }
}

fn is_curl(input: &str) -> bool {
    let command = input.strip_prefix("$ ").unwrap_or(input);
    let name = command.split_whitespace().next().unwrap_or_default();
    matches!(name, "curl" | "curl.exe") && command.len() > name.len()
}

fn json(input: &str) -> Option<Shape> {
    let Ok(Value::Object(members)) = serde_json::from_str(input) else { return None };
    if members.contains_key("kty") {
        return Some(Shape::Jwk(members));
    }
    if members.get("keys").is_some_and(Value::is_array) {
        return Some(Shape::JwkSet(input.to_owned()));
    }
    let holds = |name: &str| members.get(name).is_some_and(Value::is_string);
    (holds("access_token") || holds("id_token")).then_some(Shape::Tokens(members))
}

/// The shape of one word, or of a token that was broken over several lines.
fn word(input: &str) -> Option<Shape> {
    let bare = without_prefix(input);
    let dense: String = bare.split_whitespace().collect();
    if is_jose(&dense) {
        return match dense.split('.').count() {
            5 => Some(Shape::Encrypted(dense)),
            _ => Some(Shape::Signed(dense)),
        };
    }
    if bare.contains(char::is_whitespace) {
        return None;
    }
    if let Ok(id) = Uuid::try_parse(bare) {
        return Some(Shape::Request(id));
    }
    if let Ok(ticket) = bare.parse() {
        return Some(Shape::Ticket(ticket));
    }
    if bare.starts_with("ac.") || bare.starts_with("rt.") {
        return Some(Shape::Handle(bare.to_owned()));
    }
    if is_url(bare) || bare.starts_with('/') {
        // An error that came back to an app says more than the address that it came to.
        let error = recognize(bare).map(Shape::Error);
        let url = || is_url(bare).then(|| Shape::Url(bare.to_owned()));
        return error.or_else(url);
    }
    if is_parameters(bare) {
        return Some(Shape::Parameters(bare.trim_start_matches('?').to_owned()));
    }
    let secret = bare.len() == 43 && digest::base64url_decode(bare).is_ok();
    secret.then(|| Shape::Secret(bare.to_owned()))
}

fn is_url(text: &str) -> bool {
    let letter = |one: char| one.is_ascii_alphanumeric() || "+-.".contains(one);
    text.split_once("://").is_some_and(|(scheme, _)| scheme.chars().all(letter))
}

fn without_prefix(input: &str) -> &str {
    let mut bare = input.trim_matches(['"', '\'', '`', ',']).trim();
    for prefix in PREFIXES {
        let Some(start) = bare.get(..prefix.len()) else { continue };
        if start.eq_ignore_ascii_case(prefix) {
            bare = bare.get(prefix.len()..).unwrap_or_default().trim();
        }
    }
    bare
}

/// Whether a text has the form of a token: parts of base64url whose first one begins a JSON
/// object, however many parts there are.
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
        match Shape::of(input) {
            None => "nothing",
            Some(Shape::Error(_)) => "error",
            Some(Shape::Request(_)) => "request",
            Some(Shape::Ticket(_)) => "ticket",
            Some(Shape::Curl(_)) => "curl",
            Some(Shape::Url(_)) => "url",
            Some(Shape::Parameters(_)) => "parameters",
            Some(Shape::Signed(_)) => "signed",
            Some(Shape::Encrypted(_)) => "encrypted",
            Some(Shape::Handle(_)) => "handle",
            Some(Shape::Jwk(_)) => "jwk",
            Some(Shape::JwkSet(_)) => "jwks",
            Some(Shape::Pem(_)) => "pem",
            Some(Shape::Tokens(_)) => "tokens",
            Some(Shape::Secret(_)) => "secret",
        }
    }

    #[test]
    fn what_people_paste_is_told_by_its_shape() {
        // One of each kind, some as they are copied: with a prefix, quoted, broken over lines.
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
            ("ac.AAAAAAAAAAAAAAAAAAAAAA.AAAA", "handle"),
            ("rt.AAAAAAAAAAAAAAAAAAAAAA.AAAA", "handle"),
            (r#"{"kty":"EC"}"#, "jwk"),
            (r#"{"keys":[]}"#, "jwks"),
            ("-----BEGIN CERTIFICATE-----", "pem"),
            (r#"{"token_type":"Bearer","access_token":"x"}"#, "tokens"),
            ("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "secret"),
        ] {
            assert_eq!(kind(input), expected, "{input}");
        }
    }

    #[test]
    fn what_has_no_known_shape_is_not_taken_for_anything() {
        // Words, host names, and numbers of dots that no token has.
        for input in ["", "curl", "why?", "www.example.com", "a.b.c", "{}", "[]", "/cb?x=1", "a=b"]
        {
            assert_eq!(kind(input), "nothing", "{input}");
        }
    }
}
