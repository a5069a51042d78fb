//! Builds responses: JSON and error bodies for clients, pages for users, redirects, and their
//! headers.

use std::{fmt::Write, time::Duration};

use axum::{
    body::Body,
    http::{
        HeaderValue, StatusCode,
        header::{ALLOW, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE},
    },
    response::Response,
};
use catalogue::{Language, Refusal, refusal};
use model::{Fault, FaultKind, Tenant};
use pages::{ErrorPage, Layout, PageKind};
use protocol::Error;
use serde::Serialize;

use crate::http::{
    development_page::PendingPage,
    json_object::JsonObject,
    new_response,
    new_response::Content,
    page_layout, report_token,
    request_context::{CORRELATION_HEADER, RequestContext, TRACE_HEADER},
};

/// `Retry-After` of a temporary fault. A rate limit or lockout sends its own minutes.
const RETRY_SECONDS: u64 = 5;
/// The length of most JSON bodies: a token response without a refresh token, or an error.
const JSON_BYTES_EXPECTED: usize = 1_024;
/// Timeout of a handler.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// Returns a JSON response that must not be cached.
pub fn json(body: &impl Serialize) -> Response {
    let mut json = Vec::with_capacity(JSON_BYTES_EXPECTED);
    match serde_json::to_writer(&mut json, body) {
        Ok(()) => new_response::new(Content::Json, json),
        Err(error) => without_context(&Fault::new(FaultKind::Internal, &error)),
    }
}

/// Returns a JSON response that is the same for everyone. Caches may store it for an hour, and any
/// origin may read it.
pub fn public_json(body: impl Into<Body>) -> Response {
    new_response::new(Content::PublicJson, body)
}

/// Returns an error as JSON. Logs the cause of a fault.
pub fn error(context: &RequestContext, error: &Error) -> Response {
    let refusal = to_refusal(context, error);
    let sentence = refusal.wire_sentence();
    let mut response = new_response::new(Content::Json, error_body(context, &refusal, &sentence));
    set_refusal_headers(&mut response, &refusal);
    context.annotate(|annotations| {
        annotations.refusal = Some(refusal);
        annotations.refusal_sentence = Some(sentence);
    });
    response
}

/// Returns the error body (RFC 6749 §5.2), with the members of Microsoft's error body in its order.
fn error_body(context: &RequestContext, refusal: &Refusal, sentence: &str) -> Vec<u8> {
    let timestamp = context.timestamp();
    let ids = [context.trace_id().to_string(), context.correlation_id().to_string()];
    let [trace_id, correlation_id] = &ids;
    let entry = refusal.entry();
    let mut body = JsonObject::with_capacity(JSON_BYTES_EXPECTED);
    body.text("error", entry.error);
    body.text("error_description", &description(sentence, &ids, &timestamp));
    body.numbers("error_codes", &[refusal.number()]);
    body.text("timestamp", &timestamp);
    body.text("trace_id", trace_id);
    body.text("correlation_id", correlation_id);
    body.text("error_uri", &error_uri(context, refusal));
    if let Some(suberror) = entry.suberror {
        body.text("suberror", suberror);
    }
    if let Some(claims) = refusal.claims() {
        body.text("claims", claims);
    }
    body.finish()
}

/// Returns an error as a page.
pub fn error_page(context: &RequestContext, error: &Error, language: Language) -> Response {
    error_page_in(context, error, language, (None, None))
}

/// Returns an error as a page of this tenant, with a link to try again.
pub fn error_page_in(
    context: &RequestContext,
    error: &Error,
    language: Language,
    (tenant, start_again): (Option<&Tenant>, Option<String>),
) -> Response {
    let refusal = to_refusal(context, error);
    let language_switch = page_layout::language_switch_of_error(context, &refusal);
    let page = ErrorPage {
        layout: Layout {
            tenant: tenant.map(|tenant| page_layout::page_tenant(tenant, language)),
            language_switch,
        },
        trace_id: context.trace_id().to_string(),
        correlation_id: context.correlation_id().to_string(),
        timestamp: page_layout::page_time(context.now(), &page_layout::zone(tenant)),
        start_again,
        report: report_token::link(context, Some(&refusal), language),
        development: None,
        refusal,
    };
    let mut response = html(page.render(language), PageKind::Error);
    set_refusal_headers(&mut response, &page.refusal);
    let refusal = if context.service().settings.development.is_some() {
        let refusal = page.refusal.clone();
        response.extensions_mut().insert(PendingPage { page, language });
        refusal
    } else {
        page.refusal
    };
    context.annotate(|annotations| annotations.refusal = Some(refusal));
    response
}

/// Returns a page with its security headers.
pub fn html(page: String, kind: PageKind) -> Response {
    new_response::new(Content::Page(kind), page)
}

/// Returns `error_description`: the message of a refusal with the ids of the request, in the
/// characters that RFC 6749 §5.2 allows.
pub fn error_description(context: &RequestContext, refusal: &Refusal) -> String {
    let ids = [context.trace_id().to_string(), context.correlation_id().to_string()];
    description(&refusal.wire_sentence(), &ids, &context.timestamp())
}

fn description(sentence: &str, [trace_id, correlation_id]: &[String; 2], at: &str) -> String {
    let ids = [" Trace ID: ", trace_id, " Correlation ID: ", correlation_id];
    [sentence, &ids.concat(), " Timestamp: ", at].concat()
}

/// Returns `error_uri`: the page about the error number. For errors that the operator has to fix,
/// the user can report the request there.
pub fn error_uri(context: &RequestContext, refusal: &Refusal) -> String {
    let settings = &context.service().settings;
    let mut page = format!("{}/error?code={}", settings.origin, refusal.number());
    if settings.development.is_some() {
        // The page shows the developer's own request, which only this machine can read.
        let _ = write!(page, "&request={}", context.trace_id());
    }
    let is_reportable = refusal.entry().is_reportable();
    match is_reportable.then(|| report_token::create(context, Some(refusal))).flatten() {
        Some(report_token) => format!("{page}&report_token={report_token}"),
        None => page,
    }
}

/// Converts an error into the refusal that the client sees, with the secrets of the request
/// redacted. Logs the cause of a fault, which the client does not see.
pub fn to_refusal(context: &RequestContext, error: &Error) -> Refusal {
    match error {
        Error::Refused(refusal) => context.redact(refusal.clone()),
        Error::Fault(fault) => {
            let (trace_id, kind, cause) = (context.trace_id(), fault.kind(), fault.cause());
            if kind == FaultKind::StoreNotAsked {
                // Each request has such a fault. The store logs once that the database is away.
                tracing::debug!(%trace_id, ?kind, cause, "fault");
            } else {
                tracing::error!(%trace_id, ?kind, cause, "fault");
            }
            let cause = format!("{:?}: {}", fault.kind(), fault.cause());
            context.annotate(|annotations| annotations.cause = Some(cause));
            refusal_of_fault(fault)
        }
    }
}

/// Returns a fault as JSON without ids, for a request that has no context.
pub fn without_context(fault: &Fault) -> Response {
    tracing::error!(kind = ?fault.kind(), cause = fault.cause(), "fault");
    let refusal = refusal_of_fault(fault);
    let body = format!(
        r#"{{"error":"{}","error_description":"{}","error_codes":[{}]}}"#,
        refusal.entry().error,
        refusal.wire_sentence(),
        refusal.number()
    );
    let mut response = new_response::new(Content::Json, body);
    for name in [TRACE_HEADER, CORRELATION_HEADER] {
        response.headers_mut().remove(name);
    }
    set_refusal_headers(&mut response, &refusal);
    response
}

/// Adds a `WWW-Authenticate` challenge (RFC 9110 §11.6.1).
pub fn add_challenge(response: &mut Response, challenge: &str) {
    if let Ok(value) = HeaderValue::from_str(challenge) {
        response.headers_mut().append(WWW_AUTHENTICATE, value);
    }
}

fn refusal_of_fault(fault: &Fault) -> Refusal {
    match fault.kind() {
        FaultKind::StoreUnavailable => refusal::store_unavailable(),
        FaultKind::StoreNotAsked => refusal::database_not_answering(),
        FaultKind::KeyMissing => refusal::signing_key_missing(),
        FaultKind::Conflict => refusal::transient_failure(),
        FaultKind::Timeout => refusal::work_timed_out(REQUEST_TIMEOUT.as_secs()),
        FaultKind::StoreBroken | FaultKind::Internal => refusal::service_failed(),
    }
}

/// Sets the status, `Retry-After` and `Allow` of a refusal.
pub fn set_refusal_headers(response: &mut Response, refusal: &Refusal) {
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

/// Returns a redirect with status 303: the browser does not post a form again to the target
/// (RFC 9700 §4.12).
pub(crate) fn redirect(location: &str) -> Result<Response, Fault> {
    let location = HeaderValue::from_str(location);
    let location = location.map_err(|error| Fault::new(FaultKind::Internal, &error))?;
    let mut response = empty();
    *response.status_mut() = StatusCode::SEE_OTHER;
    response.headers_mut().insert(LOCATION, location);
    Ok(response)
}

/// Returns a response without a body.
pub(crate) fn empty() -> Response {
    new_response::new(Content::Nothing, Body::empty())
}
