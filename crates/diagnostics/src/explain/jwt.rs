//! A signed token taken apart: which kind it is, what it says, and what it is held against.

mod assertion;
mod proof;
mod times;
mod token;

use jose::{Algorithm, Compact, CompactError, Padding, numeric_date};
use model::Timestamp;
use serde_json::{Map, Value};

use super::{
    Setting, Unsaid,
    report::{Check, Note, Report},
    safe,
};

/// The longest token that is looked at, in bytes.
const BYTES_MAX: usize = 64 * 1024;
/// Members of one object that are shown.
const MEMBERS_MAX: usize = 64;

/// A signed token as far as it can be read without any key.
pub(super) struct Token<'a> {
    text: &'a str,
    compact: Compact<'a>,
    claims: Map<String, Value>,
}

/// What a signed token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    IdToken,
    AccessToken,
    Assertion,
    Proof,
    LogoutToken,
    RequestObject,
    Other,
}

/// All that can be said about a signed token.
pub(super) async fn report(text: &str, setting: &Setting) -> Result<Report, Unsaid> {
    let token = match Token::read(text) {
        Ok(token) => token,
        Err(Unreadable::NoToken(note)) => return Err(Unsaid::Note(note)),
        Err(Unreadable::Flawed(error)) => return Ok(flawed(text, &error)),
    };
    let kind = Kind::of(&token);
    let mut report = Report::new(kind.word());
    describe(&mut report, &token);
    report.checks.push(form(&token));
    report.checks.push(algorithm(&token));
    match kind {
        Kind::IdToken | Kind::AccessToken | Kind::LogoutToken => {
            token::check(&mut report, &token, kind, setting).await?;
        }
        Kind::Assertion => assertion::check(&mut report, &token, setting).await?,
        Kind::Proof => proof::check(&mut report, &token, setting).await?,
        Kind::RequestObject | Kind::Other => {
            let unknown = Note::plain("decode-signature-of-others");
            report.checks.push(Check::unknown("signature", unknown));
            report.checks.extend(times::all(&token.claims, setting.now, times::Strictness::Loose));
            report.steps.push(Note::plain(match kind {
                Kind::RequestObject => "decode-step-request-object",
                _ => "decode-step-other-token",
            }));
        }
    }
    Ok(report)
}

enum Unreadable {
    NoToken(Note),
    Flawed(CompactError),
}

impl<'a> Token<'a> {
    fn read(text: &'a str) -> Result<Self, Unreadable> {
        let no_token =
            |error: &str| Unreadable::NoToken(Note::new("decode-no-token", [("error", error)]));
        let compact = match Compact::parse(text, BYTES_MAX, Padding::Tolerated) {
            Ok(compact) => compact,
            Err(
                error @ (CompactError::Jwk(_)
                | CompactError::Critical(_)
                | CompactError::Missing(_)
                | CompactError::Malformed(_)),
            ) => return Err(Unreadable::Flawed(error)),
            Err(error) => return Err(no_token(&error.to_string())),
        };
        let claims = jose::json::object(compact.unverified_payload())
            .map_err(|error| no_token(&format!("the payload is {error}")))?;
        Ok(Self { text, compact, claims })
    }

    fn typ(&self) -> String {
        let typ = self.compact.header().typ.clone().unwrap_or_default().to_ascii_lowercase();
        typ.strip_prefix("application/").map_or(typ.clone(), str::to_owned)
    }

    fn claim(&self, name: &str) -> Option<&str> {
        self.claims.get(name).and_then(Value::as_str)
    }

    fn has(&self, name: &str) -> bool {
        self.claims.contains_key(name)
    }
}

impl Kind {
    /// By the type that the header names, else by the claims that only one kind has.
    fn of(token: &Token<'_>) -> Self {
        match token.typ().as_str() {
            "dpop+jwt" => return Self::Proof,
            "at+jwt" => return Self::AccessToken,
            "client-authentication+jwt" => return Self::Assertion,
            "logout+jwt" => return Self::LogoutToken,
            "oauth-authz-req+jwt" => return Self::RequestObject,
            _ => {}
        }
        if token.has("htm") && token.has("htu") {
            Self::Proof
        } else if token.has("events") {
            Self::LogoutToken
        } else if token.has("response_type") {
            Self::RequestObject
        } else if ["scp", "roles", "azpacr", "gid"].iter().any(|claim| token.has(claim)) {
            Self::AccessToken
        } else if token.has("iss") && token.claim("iss") == token.claim("sub") {
            Self::Assertion
        } else if token.has("sub") && token.has("aud") {
            Self::IdToken
        } else {
            Self::Other
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::IdToken => "id_token",
            Self::AccessToken => "access_token",
            Self::Assertion => "client_assertion",
            Self::Proof => "dpop_proof",
            Self::LogoutToken => "logout_token",
            Self::RequestObject => "request_object",
            Self::Other => "signed_token",
        }
    }
}

/// A token whose header is an object, and one that nobody may take.
fn flawed(text: &str, error: &CompactError) -> Report {
    let mut report = Report::new("signed_token");
    report.token("token", text);
    let note = Note::new("decode-form-flawed", [("error", &error.to_string())]);
    report.checks.push(Check::failed("form", note));
    report.accepted = Some(false);
    report.steps.push(Note::plain("decode-step-make-anew"));
    report
}

fn describe(report: &mut Report, token: &Token<'_>) {
    let header = token.compact.header();
    report.token("token", token.text);
    report.value("alg", &header.alg);
    for (name, value) in [("typ", &header.typ), ("kid", &header.kid), ("cty", &header.cty)] {
        if let Some(value) = value {
            report.value(name, value);
        }
    }
    for name in ["x5t", "x5t#S256"] {
        if let Some(value) = header.member(name).and_then(Value::as_str) {
            report.value(name, value);
        }
    }
    if let Some(jwk) = &header.jwk {
        report.value("jwk (RFC 7638)", &jwk.thumbprint().to_string());
    }
    for (name, value) in token.claims.iter().take(MEMBERS_MAX) {
        report.value(name.clone(), &written(name, value));
    }
}

/// A claim as it is shown: a time also as people write it.
fn written(name: &str, value: &Value) -> String {
    let plain = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let is_time = matches!(name, "exp" | "iat" | "nbf" | "auth_time" | "updated_at");
    match numeric_date::microseconds(value) {
        Ok(at) if is_time => {
            format!("{plain} ({})", safe::moment(Timestamp::from_microseconds(at)))
        }
        _ => plain,
    }
}

fn form(token: &Token<'_>) -> Check {
    let bytes = token.compact.signature().len().to_string();
    if token.text.contains('=') {
        return Check::passed("form", Note::new("decode-form-padded", [("bytes", &bytes)]));
    }
    Check::passed("form", Note::new("decode-form", [("bytes", &bytes)]))
}

/// Unsigned tokens, and those signed with a shared secret, are never taken (RFC 8725 §3.1).
fn algorithm(token: &Token<'_>) -> Check {
    let alg = token.compact.header().alg.as_str();
    let accepted = Algorithm::ALL.map(Algorithm::as_str).join(", ");
    Check::that(
        alg.parse::<Algorithm>().is_ok(),
        "alg",
        (
            Note::new("decode-alg", [("alg", alg)]),
            Note::new("decode-alg-unknown", [("alg", alg), ("accepted", &accepted)]),
        ),
    )
}
