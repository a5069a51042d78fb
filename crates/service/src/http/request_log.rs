//! Writes the access log entry and the request record at the end of a request.

use std::borrow::Cow;

use axum::http::Method;
use catalogue::Refusal;
use model::RequestRecord;
use telemetry::{RequestLogDetails, RequestLogEntry, log_request};

use crate::{
    http::{annotations::Annotations, endpoint::Endpoint, request_context::RequestContext},
    records::queue::PendingRecord,
};

/// Public endpoints that clients poll or that only show something. Successful requests to them are
/// recorded only if there is a warning; errors are always.
const PUBLIC: [&str; 10] = [
    "/{tenant}/v2.0/.well-known/openid-configuration",
    "/.well-known/oauth-authorization-server/{tenant}/v2.0",
    "/.well-known/openid-configuration/{tenant}/v2.0",
    "/{tenant}/discovery/v2.0/keys",
    "/common/discovery/instance",
    "/common/userrealm/{user}",
    "/error",
    "/error/catalogue.json",
    "/{tenant}/branding/{file}",
    "/language",
];
/// Requests for static assets are never recorded.
const ASSETS: &str = "/assets/{file}";

/// Writes the access log entry, and enqueues the request record.
pub(super) fn log_and_record(
    context: &RequestContext,
    &Endpoint { path: endpoint, ref metrics, .. }: &Endpoint,
    status: u16,
) {
    let mut annotations = context.annotations();
    let annotations = &mut *annotations;
    if annotations.needs_redaction() {
        annotations.redact(&context.secrets());
    }
    let (method, duration) = (context.method(), context.elapsed());
    let entry = RequestLogEntry {
        at: context.now(),
        trace_id: context.trace_id(),
        correlation_id: context.correlation_id(),
        method: method.as_str(),
        endpoint,
        status,
        error_number: annotations.refusal.as_ref().map(Refusal::number),
        tenant: annotations.tenant.as_ref().map(|(_, name)| name.as_str()),
        client: annotations.client.as_deref(),
        duration,
        remote_address: context.remote_address(),
    };
    let details = RequestLogDetails {
        grant_type: annotations.grant_type,
        user: annotations.user,
        checks_passed: &annotations.checks_passed,
        refusal: annotations.refusal.as_ref(),
    };
    log_request(metrics, &entry, &details);
    let (number, recorder) = (entry.error_number, &context.service().recorder);
    if !recorder.is_enabled() || !is_worth_recording(method, endpoint, (status, annotations)) {
        return;
    }
    let tenant = if annotations.tenant.is_none() { context.tenant_in_path(endpoint) } else { None };
    let record = RequestRecord {
        trace_id: context.trace_id(),
        correlation_id: context.correlation_id(),
        at: context.now(),
        duration_us: u64::try_from(duration.as_micros()).unwrap_or(u64::MAX),
        tenant: annotations.tenant.as_ref().map(|(id, _)| *id),
        method: method_name(method),
        endpoint: Cow::Borrowed(endpoint),
        status,
        outcome: Cow::Borrowed(annotations.outcome()),
        number,
        client: annotations.client.take(),
        attributed_client: annotations.attributed_client.take(),
        user: annotations.user,
        grant_type: annotations.grant_type.map(Cow::Borrowed),
        flow_id: annotations.flow_id,
        grant: annotations.grant,
        remote_address: context.remote_address(),
        warnings: std::mem::take(&mut annotations.warnings),
        refusal_details: annotations.take_refusal_details(),
    };
    let client_is_unknown = annotations.client_is_unknown;
    recorder.enqueue(PendingRecord { record, tenant, client_is_unknown });
}

/// Returns whether a request is recorded.
fn is_worth_recording(
    method: &Method,
    endpoint: &str,
    (status, annotations): (u16, &Annotations),
) -> bool {
    let is_public = PUBLIC.contains(&endpoint) || method == Method::OPTIONS;
    endpoint != ASSETS && (status >= 400 || !annotations.warnings.is_empty() || !is_public)
}

/// Returns the method. An unknown one is arbitrary text of the client and is truncated.
fn method_name(method: &Method) -> Cow<'static, str> {
    const KNOWN: [Method; 7] = [
        Method::POST,
        Method::GET,
        Method::HEAD,
        Method::OPTIONS,
        Method::PUT,
        Method::DELETE,
        Method::PATCH,
    ];
    static NAMES: [&str; 7] = ["POST", "GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"];
    let index = KNOWN.iter().position(|known| known == method);
    match index.and_then(|index| NAMES.get(index)) {
        Some(name) => Cow::Borrowed(name),
        None => Cow::Owned(method.as_str().chars().take(16).collect()),
    }
}
