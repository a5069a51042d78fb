//! The middleware around every request: creates its context, and responds to panics and timeouts.

use std::{
    future::{Future, ready},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
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
use listener::Peer;
use model::{Fault, FaultKind};
use protocol::Error;
use store::count_request_wait;
use telemetry::take_panic_location;
use tokio::time::{Sleep, sleep};
use uuid::Uuid;

use crate::{
    http::{
        cookies, cors, development_page,
        endpoint::{Endpoint, Endpoints, HandlerFuture},
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
/// One function and no layers: each layer allocates futures for every request. What needs no wait
/// is done at once, so that the future holds little.
pub(crate) fn respond(
    endpoints: &Endpoints,
    service: &Arc<Service>,
    mut request: Request,
    sender: Option<Peer>,
) -> Responding {
    if service.settings.is_plain_http() {
        loopback_cookies::rename_received(request.headers_mut(), service.settings.host());
    }
    let (head, body) = request.into_parts();
    let ids = match system::request_ids() {
        Ok(ids) => ids,
        Err(fault) => return Responding::Failed(Some(response::without_context(&fault))),
    };
    let (endpoint, tenant) = endpoints.find(head.uri.path());
    let context = RequestContext::new(head, sender, ids, Arc::clone(service));
    let names_own_host = service.is_named_in(context.head());
    let early = if names_own_host { None } else { respond_for_host(&context) };
    let mut response: HandlerFuture = if let Some(response) = early {
        Box::pin(ready(response))
    } else {
        let incoming = IncomingRequest::new(context.clone(), tenant, names_own_host, body);
        (endpoint.handler)(incoming)
    };
    if service.settings.development.is_some() {
        response = Box::pin(development_page::complete(context.clone(), response));
    }
    let endpoint = Arc::clone(endpoint);
    let database_wait = Duration::ZERO;
    Responding::Handled(Handled { context, endpoint, response, database_wait, timeout: None })
}

/// A request that gets its response. Then adds the ids to the response, and writes the access log
/// entry and the request record.
pub(crate) enum Responding {
    /// It is handled in a context.
    Handled(Handled),
    /// It has no context.
    Failed(Option<Response>),
}

/// A request whose handler runs.
pub(crate) struct Handled {
    context: RequestContext,
    endpoint: Arc<Endpoint>,
    response: HandlerFuture,
    /// The time that the request has waited for databases.
    database_wait: Duration,
    /// The timer of [`response::REQUEST_TIMEOUT`]. Started if the handler has to wait: most have
    /// not.
    timeout: Option<Pin<Box<Sleep>>>,
}

impl Future for Responding {
    type Output = Response;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Response> {
        match self.get_mut() {
            Self::Handled(handled) => {
                let response = ready!(handled.poll(context));
                Poll::Ready(complete(&handled.context, &handled.endpoint, response))
            }
            Self::Failed(response) => response.take().map_or(Poll::Pending, Poll::Ready),
        }
    }
}

impl Handled {
    /// Polls the handler. A panic and the timeout have responses of their own.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Response> {
        let response = self.response.as_mut();
        let refuse = |kind, cause: &str| {
            Poll::Ready(respond_to(&self.context, &Fault::from_message(kind, cause).into()))
        };
        let waited = &mut self.database_wait;
        let poll = || count_request_wait(waited, || response.poll(context));
        match catch_unwind(AssertUnwindSafe(poll)) {
            Ok(Poll::Ready(response)) => Poll::Ready(response),
            Ok(Poll::Pending) => {
                let timer = || Box::pin(sleep(response::REQUEST_TIMEOUT));
                ready!(self.timeout.get_or_insert_with(timer).as_mut().poll(context));
                refuse(FaultKind::Timeout, "a handler timed out")
            }
            // The panic message may quote secrets of the request. The location cannot.
            Err(_) => {
                let cause = with_location("a handler panicked", take_panic_location());
                refuse(FaultKind::Internal, &cause)
            }
        }
    }
}

/// Returns the response to a request that does not name the host of this service in the usual way.
/// `None` if another spelling names it, or if a later check refuses it.
fn respond_for_host(context: &RequestContext) -> Option<Response> {
    match host::check(context.head()) {
        Ok(()) => trailing_dot::redirect(context.head(), &context.service().settings.origin),
        Err(refusal) => Some(respond_to(context, &refusal.into())),
    }
}

/// Returns the response to a request that is refused or fails outside of its handler.
fn respond_to(context: &RequestContext, error: &Error) -> Response {
    if wants_html(&context.head().headers) {
        response::error_page(context, error, context.language())
    } else {
        response::error(context, error)
    }
}

/// Completes a response, and writes the access log entry and the request record.
fn complete(context: &RequestContext, endpoint: &Endpoint, mut response: Response) -> Response {
    add_common_headers(&mut response, context);
    request_log::log_and_record(context, endpoint, response.status().as_u16());
    if endpoint.is_called_by_pages && context.head().headers.contains_key(ORIGIN) {
        cors::make_error_readable(&mut response);
    }
    if *context.method() == Method::HEAD {
        remove_body(&mut response);
    }
    response
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
