//! The middleware that creates the context of a request, and responds to panics and timeouts.

use std::{panic::AssertUnwindSafe, sync::Arc};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{
        HeaderMap, HeaderValue,
        header::{ACCEPT, ORIGIN, STRICT_TRANSPORT_SECURITY},
    },
    middleware::Next,
    response::Response,
};
use futures_util::FutureExt;
use model::{Fault, FaultKind};
use protocol::Error;
use telemetry::take_panic_location;
use uuid::Uuid;

use crate::{
    http::{
        cookies, cors, development_page, host, language_cookie, loopback_cookies,
        request_context::{CORRELATION_HEADER, RequestContext, TRACE_HEADER},
        request_log, response, trailing_dot,
    },
    state::Service,
    system,
};

/// As [`with_request_context`], for the endpoints that pages of any origin call: their errors,
/// those of the middleware too, are readable from there.
///
/// One layer and not two: each layer allocates a future for every request.
pub async fn with_readable_errors(
    state: State<Arc<Service>>,
    request: Request,
    next: Next,
) -> Response {
    let is_from_page = request.headers().contains_key(ORIGIN);
    let mut response = with_request_context(state, request, next).await;
    if is_from_page {
        cors::make_error_readable(&mut response);
    }
    response
}

/// Creates the context of a request and runs its handler. Then adds the ids to the response, and
/// writes the access log entry and the request record.
pub async fn with_request_context(
    State(service): State<Arc<Service>>,
    mut request: Request,
    next: Next,
) -> Response {
    let seed = match system::seed() {
        Ok(seed) => seed,
        Err(fault) => return response::without_context(&fault),
    };
    if service.settings.is_plain_http() {
        loopback_cookies::rename_received(request.headers_mut(), service.settings.host());
    }
    let context = RequestContext::new(&request, seed, service);
    let matched_path = request.extensions().get::<MatchedPath>().cloned();
    let method = request.method().clone();
    let wants_html = wants_html(request.headers());
    request.extensions_mut().insert(context.clone());
    let respond_to = |error: Error| {
        if wants_html {
            response::error_page(&context, &error, context.language())
        } else {
            response::error(&context, &error)
        }
    };
    let early = match host::check(&request) {
        Ok(()) => trailing_dot::redirect(&request, &context.service().settings.origin),
        Err(refusal) => Some(respond_to(refusal.into())),
    };
    let handle = async {
        let response = match early {
            Some(response) => response,
            None => next.run(request).await,
        };
        development_page::complete(&context, response).await
    };
    let handled = AssertUnwindSafe(handle).catch_unwind();
    let respond_to_fault = |kind, cause: &str| respond_to(Fault::from_message(kind, cause).into());
    let mut response = match tokio::time::timeout(response::REQUEST_TIMEOUT, handled).await {
        Ok(Ok(response)) => response,
        // The panic message may quote secrets of the request. The location cannot.
        Ok(Err(_)) => {
            let cause = with_location("a handler panicked", take_panic_location());
            respond_to_fault(FaultKind::Internal, &cause)
        }
        Err(_) => respond_to_fault(FaultKind::Timeout, "a handler timed out"),
    };
    add_common_headers(&mut response, &context);
    let endpoint = matched_path.as_ref().map_or(request_log::UNMATCHED, MatchedPath::as_str);
    request_log::log_and_record(&context, &method, endpoint, response.status().as_u16());
    response
}

/// Appends the source location of a panic to a message, if it is known.
pub(crate) fn with_location(message: &str, location: Option<String>) -> String {
    location.map_or_else(|| message.to_owned(), |location| format!("{message} at {location}"))
}

/// Returns whether a browser shows the response as a page. Clients accept JSON or anything.
pub(crate) fn wants_html(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

/// Adds the headers that do not depend on the endpoint.
fn add_common_headers(response: &mut Response, context: &RequestContext) {
    let is_successful = response.status().as_u16() < 400;
    let headers = response.headers_mut();
    if let Some(language) = context.submitted_language()
        && is_successful
        && let Ok(cookie) = language_cookie::cookie(language)
    {
        cookies::append(headers, vec![cookie]);
    }
    add_id_headers(headers, context);
    if let Some(hsts) = context.service().hsts.clone() {
        headers.insert(STRICT_TRANSPORT_SECURITY, hsts);
    }
    let settings = &context.service().settings;
    if settings.is_plain_http() {
        loopback_cookies::rename_sent(headers, settings.host());
    }
}

fn add_id_headers(headers: &mut HeaderMap, context: &RequestContext) {
    let ids = [(TRACE_HEADER, context.trace_id()), (CORRELATION_HEADER, context.correlation_id())];
    for (name, id) in ids {
        let mut buffer = Uuid::encode_buffer();
        let text = id.as_hyphenated().encode_lower(&mut buffer);
        if let Ok(value) = HeaderValue::from_str(text) {
            headers.insert(name, value);
        }
    }
}
