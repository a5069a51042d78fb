//! Explains whatever a person has at hand, on this machine alone: nothing is sent anywhere, no
//! name is resolved, and of the store, where they are named, nothing is changed.

mod attempt;
mod curl;
mod error;
mod handle;
mod jwe;
mod jwt;
mod key;
pub(crate) mod known;
mod number;
mod record;
pub(crate) mod render;
pub(crate) mod report;
pub(crate) mod request;
pub(crate) mod safe;
mod secret;
mod shape;
mod tokens;

pub(crate) use attempt::attempt;

use catalogue::Language;
use model::{Fault, Timestamp};
use protocol::pkce;
use serde_json::Value;

use crate::failure::Failure;
use known::Known;
use report::{Check, Note, Report};
use shape::Shape;

/// What a thing is held against.
pub(crate) struct Setting {
    /// The time.
    pub(crate) now: Timestamp,
    /// The language to speak.
    pub(crate) language: Language,
    /// The store, if they were named.
    pub(crate) known: Option<Known>,
    /// The tenant, if it was named.
    pub(crate) tenant: Option<String>,
    /// The method of the request that a proof is for.
    pub(crate) method: Option<String>,
    /// The URL of the request that a proof is for.
    pub(crate) url: Option<String>,
    /// The verifier of a challenge.
    pub(crate) verifier: Option<String>,
}

/// Something that can be said.
pub(crate) struct Said {
    /// For people.
    pub(crate) text: String,
    /// For programs.
    pub(crate) object: Value,
}

/// Why nothing can be said.
pub(crate) enum Unsaid {
    /// A sentence of the catalogue.
    Note(Note),
    /// A sentence.
    Sentence(String),
    /// The store cannot be read.
    Fault(Fault),
}

impl From<Fault> for Unsaid {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl Unsaid {
    /// What the command ends with.
    pub(crate) fn failure(self, language: Language) -> Failure {
        match self {
            Self::Note(note) => Failure::said(note.said(language)),
            Self::Sentence(sentence) => Failure::said(sentence),
            Self::Fault(fault) => fault.into(),
        }
    }
}

/// Explains a text by its shape.
pub(crate) async fn explain(input: &str, setting: &Setting) -> Result<Vec<Said>, Unsaid> {
    let unknown = || Unsaid::Note(Note::plain("decode-nothing"));
    match Shape::of(input).ok_or_else(unknown)? {
        Shape::Error(recognized) => number::explain(&recognized, setting).await,
        Shape::Request(id) => record::of_request(id, setting).await,
        Shape::Ticket(id) => record::of_ticket(id, setting).await,
        shape @ (Shape::Curl(_) | Shape::Url(_) | Shape::Parameters(_)) => {
            of_request(shape, setting).await
        }
        shape => {
            let report = report_of(shape, setting).await?;
            Ok(vec![Said::of(&report, setting)])
        }
    }
}

/// Whether nothing can be said of a text without the store.
pub(crate) fn needs_store(input: &str) -> bool {
    matches!(Shape::of(input), Some(Shape::Request(_) | Shape::Ticket(_)))
}

/// The report on everything that one report is enough for.
async fn report_of(shape: Shape, setting: &Setting) -> Result<Report, Unsaid> {
    match shape {
        Shape::Signed(token) => jwt::report(&token, setting).await,
        Shape::Encrypted(token) => jwe::report(&token),
        Shape::Handle(handle) => handle::report(&handle, setting).await,
        Shape::Jwk(members) => key::jwk(&members, setting).await,
        Shape::JwkSet(text) => key::jwk_set(&text, setting).await,
        Shape::Pem(text) => key::pem(&text, setting).await,
        Shape::Secret(text) => secret::report(&text, setting).await,
        Shape::Tokens(members) => tokens::report(&members, setting).await,
        _ => Err(Unsaid::Note(Note::plain("decode-nothing"))),
    }
}

/// A request: what it holds and carries, and, where the store are at hand, what they say to it.
async fn of_request(shape: Shape, setting: &Setting) -> Result<Vec<Said>, Unsaid> {
    let (pasted, notes) = request::of_shape(shape)?;
    let mut report = request::report(&pasted, setting);
    report.checks.splice(0..0, notes);
    for (place, shape) in request::carried(&pasted) {
        // What cannot be read within a request has been said of the request.
        if let Ok(part) = report_of(shape, setting).await {
            report.parts.push(part.at(place));
        }
    }
    let decided = match &setting.known {
        Some(known) => attempt::decide(&pasted, known, setting).await?,
        None => None,
    };
    if decided.is_some() {
        report.against = Some(Note::plain("decode-against-nothing-yet"));
        report.settle();
    }
    Ok(std::iter::once(Said::of(&report, setting)).chain(decided).collect())
}

impl Said {
    /// A report in both forms.
    fn of(report: &Report, setting: &Setting) -> Self {
        Self {
            text: render::for_people(report, setting.now, setting.language),
            object: render::for_programs(report, setting.now, setting.language),
        }
    }
}

/// Whether a verifier is the one of a challenge (RFC 7636 §4.6).
fn verifier(verifier: &str, challenge: &str) -> Check {
    if !pkce::is_verifier(verifier) {
        return Check::failed("code_verifier", Note::plain("decode-verifier-malformed"));
    }
    let made = pkce::challenge(verifier);
    let values = [("made", made.as_str()), ("challenge", challenge)];
    Check::that(
        pkce::matches(verifier, challenge),
        "code_verifier",
        (Note::new("decode-verifier", values), Note::new("decode-verifier-other", values)),
    )
}

/// Base64 with padding, as HTTP Basic has it.
fn base64(bytes: &[u8]) -> String {
    use ::base64::Engine;
    ::base64::engine::general_purpose::STANDARD.encode(bytes)
}
