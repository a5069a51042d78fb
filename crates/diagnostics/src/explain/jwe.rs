//! Report about an encrypted token (JWE).

use jose::digest;
use serde_json::Value;

use super::{
    ExplainError,
    report::{Check, Message, Report},
};

/// The maximum length of a token, in bytes.
const BYTES_MAX: usize = 64 * 1024;

/// Returns the report about the header of a JWE. Only the recipient can decrypt the rest.
pub(super) fn report(text: &str) -> Result<Report, ExplainError> {
    let no_token =
        |error: &str| ExplainError::Message(Message::with("decode-no-token", [("error", error)]));
    if text.len() > BYTES_MAX {
        return Err(no_token("too long"));
    }
    let parts: Vec<Result<Vec<u8>, _>> = text.split('.').map(digest::base64url_decode).collect();
    if let Some(index) = parts.iter().position(Result::is_err) {
        return Err(no_token(&format!("segment {} is not base64url", index + 1)));
    }
    let header = parts.into_iter().next().and_then(Result::ok).unwrap_or_default();
    let header = jose::json::object(&header).map_err(|error| no_token(&error.to_string()))?;
    let mut report = Report::new("encrypted_token");
    report.add_token("token", text);
    for name in ["alg", "enc", "kid", "typ", "cty", "zip"] {
        if let Some(value) = header.get(name).and_then(Value::as_str) {
            report.add_value(name, value);
        }
    }
    report.checks.push(Check::passed("form", Message::new("decode-jwe-form")));
    report.checks.push(Check::unknown("content", Message::new("decode-jwe-sealed")));
    report.steps.push(Message::new("decode-step-jwe"));
    Ok(report)
}
