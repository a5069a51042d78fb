//! The body of a request: its content type and coding, and what ends reading it.

use axum::http::{
    HeaderMap,
    header::{CONTENT_ENCODING, CONTENT_TYPE},
};
use catalogue::{Comparison, Difference, Refusal, refusal};
use http_body_util::LengthLimitError;
use listener::{BodyTimedOut, Limits, TrailersSent};
use protocol::{Error, parameters::BODY_BYTES_MAX};

use crate::http::header_values::{all_headers, single_header};

/// The only content type of parameters (RFC 6749 appendix B).
const FORM: &str = "application/x-www-form-urlencoded";

/// Checks the coding and the type of a body.
pub(super) fn check(headers: &HeaderMap, is_empty: bool) -> Result<(), Refusal> {
    check_content_coding(headers)?;
    check_content_type(headers, is_empty)
}

/// Refuses a body with a content coding, also `identity`, which RFC 9110 §8.4.1 reserves:
/// nothing here decodes, and a log or proxy that does would see another body.
fn check_content_coding(headers: &HeaderMap) -> Result<(), Refusal> {
    let codings = all_headers(headers, &CONTENT_ENCODING);
    if codings.is_empty() {
        return Ok(());
    }
    let codings = codings.join(", ");
    let comparison = Comparison::mismatch("Content-Encoding", "none", &codings);
    Err(refusal::content_coding_not_accepted(&codings).with(comparison))
}

/// Checks the content type of the body. An empty body may have any: its missing parameters are
/// refused later.
fn check_content_type(headers: &HeaderMap, is_empty: bool) -> Result<(), Refusal> {
    let sent = single_header(headers, &CONTENT_TYPE).unwrap_or_default();
    let content_type = sent.split(';').next().unwrap_or_default().trim();
    if is_empty || content_type.eq_ignore_ascii_case(FORM) {
        return Ok(());
    }
    let difference = match content_type.to_ascii_lowercase().as_str() {
        "application/json" => Some("json_for_form"),
        "multipart/form-data" => Some("multipart_for_form"),
        "" | "text/plain" => Some("text_for_form"),
        _ => None,
    };
    let content_type = if content_type.is_empty() { "none" } else { content_type };
    let comparison = Comparison::mismatch("Content-Type", FORM, content_type);
    Err(refusal::unsupported_content_type(content_type)
        .with(comparison.with_difference(difference.map(Difference::new))))
}

/// Converts an error of reading the body into a refusal.
pub(super) fn refuse(error: &(dyn std::error::Error + 'static)) -> Error {
    let mut source = Some(error);
    while let Some(error) = source {
        if error.is::<LengthLimitError>() {
            return refusal::body_too_large(BODY_BYTES_MAX).into();
        }
        if error.is::<TrailersSent>() {
            return refusal::trailers_not_accepted().into();
        }
        if error.is::<BodyTimedOut>() {
            return refusal::request_too_slow(Limits::default().body.as_secs()).into();
        }
        source = error.source();
    }
    refusal::body_incomplete().into()
}
