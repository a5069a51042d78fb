//! The middleware around every request: creates its context, and responds to panics and timeouts.

use std::{
    future::{Future, poll_fn},
    panic::AssertUnwindSafe,
    pin::pin,
    sync::Arc,
    task::Poll,
};

use axum::{
    body::{Body, HttpBody},
    extract::Request,
    http::{
        HeaderMap, HeaderValue, Method,
        header::{ACCEPT, CONTENT_LENGTH, ORIGIN, STRICT_TRANSPORT_SECURITY},
    },
    response::Response,
};
use futures_util::FutureExt;
use model::{Fault, FaultKind};
use protocol::Error;
use telemetry::take_panic_location;
use uuid::Uuid;

use crate::{
    http::{
        cookies, cors, development_page,
        endpoint::{Endpoint, Endpoints},
        host,
        incoming::IncomingRequest,
        language_cookie, loopback_cookies,
        request_context::{CORRELATION_HEADER, RequestContext, TRACE_HEADER},
        request_log, response, trailing_dot,
    },
    state::Service,
    system,
};

/// Responds to a request by the handler of its endpoint.
///
/// One function and no layers: each layer allocates futures for every request.
pub(crate) async fn respond(
    endpoints: &Endpoints,
    service: Arc<Service>,
    mut request: Request,
) -> Response {
    if service.settings.is_plain_http() {
        loopback_cookies::rename_received(request.headers_mut(), service.settings.host());
    }
    let (endpoint, tenant) = endpoints.find(request.uri().path());
    let tenant = tenant.to_owned();
    let is_from_page = endpoint.is_called_by_pages && request.headers().contains_key(ORIGIN);
    let is_head = *request.method() == Method::HEAD;
    let mut response = match system::randomness() {
        Ok(randomness) => {
            let context = RequestContext::new(&request, randomness, service);
            respond_in(&context, endpoint, tenant, request).await
        }
        Err(fault) => response::without_context(&fault),
    };
    if is_from_page {
        cors::make_error_readable(&mut response);
    }
    if is_head {
        remove_body(&mut response);
    }
    response
}

/// Runs the handler of a request in its context. Then adds the ids to the response, and writes the
/// access log entry and the request record.
async fn respond_in(
    context: &RequestContext,
    endpoint: &Endpoint,
    tenant: String,
    request: Request,
) -> Response {
    let wants_html = wants_html(request.headers());
    let respond_to = |error: Error| {
        if wants_html {
            response::error_page(context, &error, context.language())
        } else {
            response::error(context, &error)
        }
    };
    let early = match host::check(&request) {
        Ok(()) => trailing_dot::redirect(&request, &context.service().settings.origin),
        Err(refusal) => Some(respond_to(refusal.into())),
    };
    let handle = async {
        let response = if let Some(response) = early {
            response
        } else {
            let incoming = IncomingRequest::new(context.clone(), tenant, request);
            (endpoint.handler)(incoming).await
        };
        development_page::complete(context, response).await
    };
    let handled = AssertUnwindSafe(handle).catch_unwind();
    let respond_to_fault = |kind, cause: &str| respond_to(Fault::from_message(kind, cause).into());
    let mut response = match within_timeout(handled).await {
        Some(Ok(response)) => response,
        // The panic message may quote secrets of the request. The location cannot.
        Some(Err(_)) => {
            let cause = with_location("a handler panicked", take_panic_location());
            respond_to_fault(FaultKind::Internal, &cause)
        }
        None => respond_to_fault(FaultKind::Timeout, "a handler timed out"),
    };
    add_common_headers(&mut response, context);
    request_log::log_and_record(context, endpoint, response.status().as_u16());
    response
}

/// Awaits a future for at most [`response::REQUEST_TIMEOUT`]. Returns `None` after it. Starts the
/// timer only if the future has to wait: most have not.
async fn within_timeout<F: Future>(future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let first = poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await;
    match first {
        Poll::Ready(output) => Some(output),
        Poll::Pending => tokio::time::timeout(response::REQUEST_TIMEOUT, future).await.ok(),
    }
}

/// Removes the body of a response to HEAD. `Content-Length` remains that of the response to GET
/// (RFC 9110 §9.3.2).
fn remove_body(response: &mut Response) {
    if let Some(length) = response.body().size_hint().exact() {
        response.headers_mut().entry(CONTENT_LENGTH).or_insert_with(|| length.into());
    }
    *response.body_mut() = Body::empty();
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
