//! From outcomes to answers: JSON for clients, pages for people, and the headers of both.

use std::time::Duration;

use axum::{
    body::Body,
    http::{
        HeaderName, HeaderValue, StatusCode,
        header::{
            ALLOW, CACHE_CONTROL, CONTENT_TYPE, PRAGMA, RETRY_AFTER, STRICT_TRANSPORT_SECURITY,
            WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
        },
    },
    response::Response,
};
use catalogue::{FixedBy, Language, Refusal, refusal};
use model::{Fault, FaultKind};
use pages::{ErrorPage, Frame, Purpose};
use protocol::Failure;
use serde::Serialize;

use crate::{exchange::Exchange, tickets};

const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store, no-cache");
const NO_CACHE: HeaderValue = HeaderValue::from_static("no-cache");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000; includeSubDomains");
/// Seconds after which a fault that passes is worth another try; a lock says its own minutes.
const RETRY_SECONDS: u64 = 5;
/// Work that takes longer is given up.
pub const WORK_MAX: Duration = Duration::from_secs(30);

/// The error body, in the order in which Microsoft's has its members (RFC 6749 §5.2).
#[derive(Serialize)]
struct ErrorBody<'a> {
    error: &'a str,
    error_description: String,
    error_codes: [u32; 1],
    timestamp: String,
    trace_id: String,
    correlation_id: String,
    error_uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    suberror: Option<&'a str>,
}

/// A JSON answer that nobody may keep.
pub fn json(body: &impl Serialize) -> Response {
    let mut response = match serde_json::to_vec(body) {
        Ok(body) => Response::new(Body::from(body)),
        Err(error) => return without_exchange(&Fault::new(FaultKind::Internal, &error)),
    };
    response = private(response);
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    response
}

/// A JSON answer that anyone may keep for so many seconds.
pub fn public_json(body: impl Into<Body>, seconds: u32) -> Response {
    let mut response = Response::new(body.into());
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, JSON);
    headers.insert(X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    headers.insert(STRICT_TRANSPORT_SECURITY, HSTS);
    if let Ok(value) = HeaderValue::from_str(&format!("public, max-age={seconds}")) {
        headers.insert(CACHE_CONTROL, value);
    }
    response
}

/// A failure as JSON. What the operator must know of a fault goes to the log here.
pub fn failure(exchange: &Exchange, failure: &Failure) -> Response {
    let refusal = as_refusal(exchange, failure);
    let entry = refusal.entry();
    let body = ErrorBody {
        error: entry.error,
        error_description: description(exchange, &refusal),
        error_codes: [refusal.number()],
        timestamp: exchange.timestamp(),
        trace_id: exchange.trace_id().to_string(),
        correlation_id: exchange.correlation_id().to_string(),
        error_uri: error_uri(exchange, &refusal),
        suberror: entry.suberror,
    };
    let mut response = json(&body);
    finish(&mut response, &refusal);
    exchange.note(|traces| traces.refusal = Some(refusal));
    response
}

/// A failure as a page, for people whose browser stands before us.
pub fn failure_page(exchange: &Exchange, failure: &Failure, language: Language) -> Response {
    failure_page_in(exchange, failure, language, (Frame::default(), None))
}

/// A failure as a page within a frame, with a link to where it is worth another try.
pub fn failure_page_in(
    exchange: &Exchange,
    failure: &Failure,
    language: Language,
    (frame, start_again): (Frame, Option<String>),
) -> Response {
    let refusal = as_refusal(exchange, failure);
    let page = ErrorPage {
        frame,
        trace_id: exchange.trace_id().to_string(),
        correlation_id: exchange.correlation_id().to_string(),
        timestamp: exchange.timestamp(),
        start_again,
        report: tickets::link(exchange, &refusal, language),
        refusal,
    };
    let mut response = html(page.render(language), Purpose::Journey, &[]);
    finish(&mut response, &page.refusal);
    exchange.note(|traces| traces.refusal = Some(page.refusal));
    response
}

/// A page with its headers.
pub fn html(page: String, purpose: Purpose, redirect_uris: &[&str]) -> Response {
    let mut response = Response::new(Body::from(page));
    for (name, value) in pages::headers(purpose, redirect_uris) {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    response.headers_mut().insert(STRICT_TRANSPORT_SECURITY, HSTS);
    response
}

/// The sentence of a refusal with the ids to find it by, in the alphabet of RFC 6749 §5.2.
pub fn description(exchange: &Exchange, refusal: &Refusal) -> String {
    format!(
        "{} Trace ID: {} Correlation ID: {} Timestamp: {}",
        refusal.wire_sentence(),
        exchange.trace_id(),
        exchange.correlation_id(),
        exchange.timestamp(),
    )
}

/// Where a refusal is explained in the reader's language.
pub fn error_uri(exchange: &Exchange, refusal: &Refusal) -> String {
    let page = format!("{}/error?code={}", exchange.service().settings.origin, refusal.number());
    // Of a failure of ours, that page is where it can be reported.
    let ours = refusal.entry().fixed_by == FixedBy::Operator;
    match ours.then(|| tickets::sealed(exchange, refusal)).flatten() {
        Some(about) => format!("{page}&about={about}"),
        None => page,
    }
}

/// The refusal that a failure is to the caller, with no secret of the request in it. Of a fault
/// only the operator learns the cause.
pub fn as_refusal(exchange: &Exchange, failure: &Failure) -> Refusal {
    match failure {
        Failure::Refused(refusal) => exchange.sayable(refusal.clone()),
        Failure::Fault(fault) => {
            tracing::error!(
                trace_id = %exchange.trace_id(),
                kind = ?fault.kind(),
                cause = fault.cause(),
                "fault"
            );
            let cause = format!("{:?}: {}", fault.kind(), fault.cause());
            exchange.note(|traces| traces.cause = Some(cause));
            of_fault(fault)
        }
    }
}

/// A fault outside of any exchange: no ids, but still the right number and form.
pub fn without_exchange(fault: &Fault) -> Response {
    tracing::error!(kind = ?fault.kind(), cause = fault.cause(), "fault");
    let refusal = of_fault(fault);
    let body = format!(
        r#"{{"error":"{}","error_description":"{}","error_codes":[{}]}}"#,
        refusal.entry().error,
        refusal.wire_sentence(),
        refusal.number()
    );
    let mut response = private(Response::new(Body::from(body)));
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    finish(&mut response, &refusal);
    response
}

/// Adds a challenge (RFC 9110 §11.6.1) to an answer.
pub fn challenge(response: &mut Response, challenge: &str) {
    if let Ok(value) = HeaderValue::from_str(challenge) {
        response.headers_mut().append(WWW_AUTHENTICATE, value);
    }
}

fn of_fault(fault: &Fault) -> Refusal {
    match fault.kind() {
        FaultKind::StoreUnavailable => refusal::store_unavailable(),
        FaultKind::KeyMissing => refusal::signing_key_missing(),
        FaultKind::Contended => refusal::transient_failure(),
        FaultKind::Timeout => refusal::work_timed_out(WORK_MAX.as_secs()),
        FaultKind::StoreBroken | FaultKind::Internal => refusal::service_failed(),
    }
}

/// Status, `Retry-After` and `Allow` of a refusal.
pub fn finish(response: &mut Response, refusal: &Refusal) {
    let status = StatusCode::from_u16(refusal.entry().status);
    *response.status_mut() = status.unwrap_or(StatusCode::BAD_REQUEST);
    let argument = |name| refusal.arguments().iter().find(|(known, _)| *known == name);
    if matches!(response.status(), StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS)
    {
        let minutes = argument("minutes").and_then(|(_, value)| value.parse::<u64>().ok());
        let seconds = minutes.map_or(RETRY_SECONDS, |minutes| minutes.saturating_mul(60));
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    if let Some((_, allowed)) = argument("allowed").filter(|_| response.status().as_u16() == 405)
        && let Ok(value) = HeaderValue::from_str(allowed)
    {
        response.headers_mut().insert(ALLOW, value);
    }
}

/// An answer that nobody may keep.
pub fn private(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, NO_STORE);
    headers.insert(PRAGMA, NO_CACHE);
    headers.insert(X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    headers.insert(STRICT_TRANSPORT_SECURITY, HSTS);
    response
}
