//! Report about a signed token (JWS): its kind, its claims and its checks.

mod assertion;
mod proof;
mod times;
mod token;

use jose::{Algorithm, CompactError, CompactJws, Padding, numeric_date};
use model::Timestamp;
use serde_json::{Map, Value};

use super::{
    ExplainContext, ExplainError,
    report::{Check, Message, Report},
};

/// The maximum length of a token, in bytes.
const BYTES_MAX: usize = 64 * 1024;
/// The maximum number of claims that are shown.
const CLAIMS_MAX: usize = 64;

/// A signed token, decoded without verification.
pub(super) struct Token<'a> {
    text: &'a str,
    compact: CompactJws<'a>,
    claims: Map<String, Value>,
}

/// The kind of a signed token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    IdToken,
    AccessToken,
    Assertion,
    DpopProof,
    LogoutToken,
    RequestObject,
    Other,
}

/// Returns the report about a signed token.
pub(super) async fn report(text: &str, context: &ExplainContext) -> Result<Report, ExplainError> {
    let token = match Token::decode(text) {
        Ok(token) => token,
        Err(TokenError::NoToken(message)) => return Err(ExplainError::Message(message)),
        Err(TokenError::Malformed(error)) => return Ok(malformed_report(text, &error)),
    };
    let kind = Kind::detect(&token);
    let mut report = Report::new(kind.as_str());
    describe(&mut report, &token);
    report.checks.push(check_form(&token));
    report.checks.push(check_algorithm(&token));
    match kind {
        Kind::IdToken | Kind::AccessToken | Kind::LogoutToken => {
            token::check(&mut report, &token, kind, context).await?;
        }
        Kind::Assertion => assertion::check(&mut report, &token, context).await?,
        Kind::DpopProof => proof::check(&mut report, &token, context).await?,
        Kind::RequestObject | Kind::Other => {
            let unknown = Message::new("decode-signature-of-others");
            report.checks.push(Check::unknown("signature", unknown));
            report.checks.extend(times::check_all(
                &token.claims,
                context.now,
                times::ClockTolerance::Unchecked,
            ));
            report.steps.push(Message::new(match kind {
                Kind::RequestObject => "decode-step-request-object",
                _ => "decode-step-other-token",
            }));
        }
    }
    Ok(report)
}

enum TokenError {
    NoToken(Message),
    Malformed(CompactError),
}

impl<'a> Token<'a> {
    fn decode(text: &'a str) -> Result<Self, TokenError> {
        let no_token =
            |error: &str| TokenError::NoToken(Message::with("decode-no-token", [("error", error)]));
        let compact = match CompactJws::parse(text, BYTES_MAX, Padding::Tolerated) {
            Ok(compact) => compact,
            Err(
                error @ (CompactError::Jwk(_)
                | CompactError::Critical(_)
                | CompactError::Missing(_)
                | CompactError::Malformed(_)),
            ) => return Err(TokenError::Malformed(error)),
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
    /// Detects the kind by the header parameter `typ`, or by claims that only one kind has.
    fn detect(token: &Token<'_>) -> Self {
        match token.typ().as_str() {
            "dpop+jwt" => return Self::DpopProof,
            "at+jwt" => return Self::AccessToken,
            "client-authentication+jwt" => return Self::Assertion,
            "logout+jwt" => return Self::LogoutToken,
            "oauth-authz-req+jwt" => return Self::RequestObject,
            _ => {}
        }
        if token.has("htm") && token.has("htu") {
            Self::DpopProof
        } else if token.has("events") {
            Self::LogoutToken
        } else if token.has("response_type") {
            Self::RequestObject
        } else if token.has("iss") && token.claim("iss") == token.claim("sub") {
            Self::Assertion
        } else if ["scp", "roles", "azpacr", "gid", "client_id"].iter().any(|name| token.has(name))
        {
            Self::AccessToken
        } else if token.has("sub") && token.has("aud") {
            Self::IdToken
        } else {
            Self::Other
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::IdToken => "id_token",
            Self::AccessToken => "access_token",
            Self::Assertion => "client_assertion",
            Self::DpopProof => "dpop_proof",
            Self::LogoutToken => "logout_token",
            Self::RequestObject => "request_object",
            Self::Other => "signed_token",
        }
    }
}

/// Returns the report about a token with a header that no server accepts.
fn malformed_report(text: &str, error: &CompactError) -> Report {
    let mut report = Report::new("signed_token");
    report.add_token("token", text);
    let message = Message::with("decode-form-flawed", [("error", &error.to_string())]);
    report.checks.push(Check::failed("form", message));
    report.accepted = Some(false);
    report.steps.push(Message::new("decode-step-create-again"));
    report
}

fn describe(report: &mut Report, token: &Token<'_>) {
    let header = token.compact.header();
    report.add_token("token", token.text);
    report.add_value("alg", &header.alg);
    for (name, value) in [("typ", &header.typ), ("kid", &header.kid), ("cty", &header.cty)] {
        if let Some(value) = value {
            report.add_value(name, value);
        }
    }
    for name in ["x5t", "x5t#S256"] {
        if let Some(value) = header.member(name).and_then(Value::as_str) {
            report.add_value(name, value);
        }
    }
    if let Some(jwk) = &header.jwk {
        report.add_value("jwk (RFC 7638)", &jwk.thumbprint().to_string());
    }
    for (name, value) in token.claims.iter().take(CLAIMS_MAX) {
        report.add_value(name.clone(), &format_claim(name, value));
    }
}

/// Formats a claim. A time is shown as a number and as a date.
fn format_claim(name: &str, value: &Value) -> String {
    let plain = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let is_time = matches!(name, "exp" | "iat" | "nbf" | "auth_time" | "updated_at");
    match numeric_date::microseconds(value) {
        Ok(at) if is_time => {
            format!("{plain} ({})", model::format_utc(Timestamp::from_microseconds(at)))
        }
        _ => plain,
    }
}

fn check_form(token: &Token<'_>) -> Check {
    let bytes = token.compact.signature().len().to_string();
    if token.text.contains('=') {
        return Check::passed("form", Message::with("decode-form-padded", [("bytes", &bytes)]));
    }
    Check::passed("form", Message::with("decode-form", [("bytes", &bytes)]))
}

/// Checks `alg`. Unsigned tokens, and tokens with a symmetric algorithm, are never accepted
/// (RFC 8725 §3.1).
fn check_algorithm(token: &Token<'_>) -> Check {
    let alg = token.compact.header().alg.as_str();
    let accepted = Algorithm::ALL.map(Algorithm::as_str).join(", ");
    Check::from_bool(
        alg.parse::<Algorithm>().is_ok(),
        "alg",
        (
            Message::with("decode-alg", [("alg", alg)]),
            Message::with("decode-alg-unknown", [("alg", alg), ("accepted", &accepted)]),
        ),
    )
}
