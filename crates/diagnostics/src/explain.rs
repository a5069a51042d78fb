//! Explanations of pasted input: tokens, keys, requests, errors and ids.
//!
//! Nothing leaves the machine: no request is sent and no name is resolved. The store, if there is
//! one, is never written.

mod auth_contexts;
mod curl;
mod dry_run;
mod error_number;
mod input_kind;
mod jwe;
mod jwt;
mod key;
mod otpauth;
mod passkey;
mod recognized_error;
mod render;
mod report;
mod request;
mod request_record;
mod sanitize;
mod sealed_token;
mod secret;
mod store_lookup;
mod token_response;

pub use dry_run::try_request;
pub use report::Message;
pub use sanitize::sanitize;
pub use store_lookup::StoreLookup;

use catalogue::Language;
use model::{Fault, Timestamp};
use protocol::{parameters::Parameters, pkce};
use serde_json::Value;

use input_kind::InputKind;
use report::{Check, Report};

/// The options of an explanation.
pub struct ExplainContext {
    /// The time that the input is evaluated at.
    pub now: Timestamp,
    /// The language of the text.
    pub language: Language,
    /// The store to look things up in, if one was named.
    pub store_lookup: Option<StoreLookup>,
    /// The tenant, if one was named.
    pub tenant: Option<String>,
    /// The method of the request that a DPoP proof is for.
    pub method: Option<String>,
    /// The URL of the request that a DPoP proof is for.
    pub url: Option<String>,
    /// The `code_verifier` to compare with a `code_challenge`.
    pub verifier: Option<String>,
}

/// An explanation, as text and as JSON.
pub struct Rendered {
    /// The text for a terminal.
    pub text: String,
    /// The JSON object for programs.
    pub json: Value,
}

/// The reason why an input cannot be explained.
pub enum ExplainError {
    /// A message of the catalogue.
    Message(Message),
    /// A text without translation.
    Text(String),
    /// The store could not be read.
    Fault(Fault),
}

impl From<Fault> for ExplainError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl ExplainError {
    /// Returns the error as a text.
    pub fn text(&self, language: Language) -> String {
        match self {
            Self::Message(message) => message.text(language),
            Self::Text(text) => text.clone(),
            Self::Fault(fault) => fault.cause().to_owned(),
        }
    }
}

/// Explains an input by its kind. A request may have two explanations: its own, and a dry run.
///
/// # Errors
/// The kind is unknown, the input cannot be read, or the store failed.
pub async fn explain(input: &str, context: &ExplainContext) -> Result<Vec<Rendered>, ExplainError> {
    let unknown = || ExplainError::Message(Message::new("decode-nothing"));
    match InputKind::detect(input).ok_or_else(unknown)? {
        InputKind::Error(recognized) => error_number::explain(&recognized, context).await,
        InputKind::RequestId(id) => request_record::explain_id(id, context).await,
        InputKind::TicketId(id) => request_record::explain_ticket(id, context).await,
        kind @ (InputKind::Curl(_) | InputKind::Url(_) | InputKind::Parameters(_)) => {
            explain_request(kind, context).await
        }
        kind => {
            let report = report(kind, context).await?;
            Ok(vec![Rendered::from_report(&report, context)])
        }
    }
}

/// Returns whether the input can only be explained with a store.
pub fn needs_store(input: &str) -> bool {
    matches!(InputKind::detect(input), Some(InputKind::RequestId(_) | InputKind::TicketId(_)))
}

/// Returns the report about an input of a kind that has exactly one report.
async fn report(kind: InputKind, context: &ExplainContext) -> Result<Report, ExplainError> {
    match kind {
        InputKind::Signed(token) => jwt::report(&token, context).await,
        InputKind::Encrypted(token) => jwe::report(&token),
        InputKind::SealedToken(token) => sealed_token::report(&token, context).await,
        InputKind::Jwk(members) => key::report_jwk(&members, context).await,
        InputKind::JwkSet(text) => key::report_jwk_set(&text, context).await,
        InputKind::Pem(text) => key::report_pem(&text, context).await,
        InputKind::ClientSecret(text) => secret::report(&text, context).await,
        InputKind::PasskeyResponse(text) => passkey::report_response(&text, context).await,
        InputKind::ClientData(json) => Ok(passkey::report_client_data(&json, context)),
        InputKind::AttestationObject(bytes) => Ok(passkey::report_attestation(&bytes, context)),
        InputKind::OtpauthUri(uri) => otpauth::report(&uri),
        InputKind::TokenResponse(members) => token_response::report(&members, context).await,
        _ => Err(ExplainError::Message(Message::new("decode-nothing"))),
    }
}

/// Explains a request: its parameters, the tokens in it, and the result of a dry run if there is a
/// store.
async fn explain_request(
    kind: InputKind,
    context: &ExplainContext,
) -> Result<Vec<Rendered>, ExplainError> {
    let (pasted, shell_checks) = request::from_input(kind)?;
    let mut whole = request::report(&pasted, context);
    whole.checks.splice(0..0, shell_checks);
    for (name, kind) in request::embedded_tokens(&pasted) {
        // The report about the request already names a token that cannot be read.
        if let Ok(part) = report(kind, context).await {
            whole.parts.push(part.at(name));
        }
    }
    if let Ok(parameters) = Parameters::parse(pasted.parameters.as_bytes()) {
        let tenant = request::tenant(&pasted, context).await?;
        auth_contexts::check_request(&mut whole, &parameters, tenant.as_deref());
    }
    let decision = match &context.store_lookup {
        Some(lookup) => dry_run::decide(&pasted, lookup, context).await?,
        None => None,
    };
    if decision.is_some() {
        whole.checked_against = Some(Message::new("decode-against-nothing-yet"));
        whole.defer_to_rules();
    }
    Ok(std::iter::once(Rendered::from_report(&whole, context)).chain(decision).collect())
}

impl Rendered {
    fn from_report(report: &Report, context: &ExplainContext) -> Self {
        Self {
            text: render::as_text(report, context.now, context.language),
            json: render::as_json(report, context.now, context.language),
        }
    }
}

/// Checks that a `code_verifier` belongs to a `code_challenge` (RFC 7636 §4.6).
fn check_verifier(verifier: &str, challenge: &str) -> Check {
    if !pkce::is_verifier(verifier) {
        return Check::failed("code_verifier", Message::new("decode-verifier-malformed"));
    }
    let computed = pkce::challenge(verifier);
    let values = [("made", computed.as_str()), ("challenge", challenge)];
    Check::from_bool(
        pkce::matches(verifier, challenge),
        "code_verifier",
        (Message::with("decode-verifier", values), Message::with("decode-verifier-other", values)),
    )
}

/// Encodes bytes as base64 with padding, as HTTP Basic requires it (RFC 7617 §2).
fn base64(bytes: &[u8]) -> String {
    use ::base64::Engine;
    ::base64::engine::general_purpose::STANDARD.encode(bytes)
}
