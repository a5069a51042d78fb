//! An encrypted token: what its header says, and who alone can open it.

use jose::digest;
use serde_json::Value;

use super::{
    Unsaid,
    report::{Check, Note, Report},
};

/// The longest token that is looked at, in bytes.
const BYTES_MAX: usize = 64 * 1024;

/// All that can be said about a token that only the owner of a key can open.
pub(super) fn report(text: &str) -> Result<Report, Unsaid> {
    let no_token = |error: &str| Unsaid::Note(Note::new("decode-no-token", [("error", error)]));
    if text.len() > BYTES_MAX {
        return Err(no_token("too long"));
    }
    let parts: Vec<Result<Vec<u8>, _>> = text.split('.').map(digest::base64url_decode).collect();
    if let Some(place) = parts.iter().position(Result::is_err) {
        return Err(no_token(&format!("segment {} is not base64url", place + 1)));
    }
    let header = parts.into_iter().next().and_then(Result::ok).unwrap_or_default();
    let header = jose::json::object(&header).map_err(|error| no_token(&error.to_string()))?;
    let mut report = Report::new("encrypted_token");
    report.token("token", text);
    for name in ["alg", "enc", "kid", "typ", "cty", "zip"] {
        if let Some(value) = header.get(name).and_then(Value::as_str) {
            report.value(name, value);
        }
    }
    report.checks.push(Check::passed("form", Note::plain("decode-jwe-form")));
    report.checks.push(Check::unknown("content", Note::plain("decode-jwe-sealed")));
    report.steps.push(Note::plain("decode-step-jwe"));
    Ok(report)
}
