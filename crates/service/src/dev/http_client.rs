//! The HTTP requests of the demo app. They go to the routes of the service, without a socket.

use axum::{
    body::Body,
    http::{
        Method, Request,
        header::{AUTHORIZATION, CONTENT_TYPE, HOST},
        request::Builder,
    },
};
use listener::Handler as _;
use pages::DemoRequest;
use serde_json::Value;

use crate::http::{request_context::TRACE_HEADER, routes::Routes};

/// The longest response body that the demo app reads, in bytes.
const BODY_BYTES_MAX: usize = 1024 * 1024;
/// The parameters whose values the page of the demo app does not show.
const SECRET_PARAMETERS: [&str; 1] = ["client_secret"];
/// The number of characters of a token that the page shows.
const TOKEN_CHARS: usize = 24;

/// The HTTP client of the demo app.
pub(super) struct HttpClient {
    routes: Routes,
    host: String,
}

/// One request of the demo app and its response.
#[derive(Clone, Debug, Default)]
pub(super) struct CompletedRequest {
    title: String,
    sent: String,
    /// The status of the response, or 0 without a response.
    pub(super) status: u16,
    /// The body of the response, or null if it is not JSON.
    pub(super) body: Value,
    /// The trace ID of the response.
    pub(super) trace_id: String,
}

impl HttpClient {
    /// Creates a client for the service with these routes and this host.
    pub(super) fn new(routes: Routes, host: &str) -> Self {
        Self { routes, host: host.to_owned() }
    }

    /// Gets a resource, with an access token if there is one.
    pub(super) async fn get(&self, path: &str, access_token: Option<&str>) -> CompletedRequest {
        let request = Request::builder().method(Method::GET).uri(path);
        let (request, sent) = match access_token {
            Some(token) => (
                request.header(AUTHORIZATION, format!("Bearer {token}")),
                format!("Authorization: Bearer {}", shortened(token)),
            ),
            None => (request, String::new()),
        };
        self.send(format!("GET {path}"), sent, request, Body::empty()).await
    }

    /// Posts a form.
    pub(super) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> CompletedRequest {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let line = |(name, value): &(&str, &str)| {
            let hidden = SECRET_PARAMETERS.contains(name);
            format!("{name} = {}", if hidden { "…".to_owned() } else { shortened(value) })
        };
        let sent: Vec<String> = fields.iter().map(line).collect();
        self.send(format!("POST {path}"), sent.join("\n"), request, Body::from(form)).await
    }

    async fn send(
        &self,
        title: String,
        sent: String,
        request: Builder,
        body: Body,
    ) -> CompletedRequest {
        let failed = CompletedRequest { title, sent, ..CompletedRequest::default() };
        let Ok(request) = request.header(HOST, &self.host).body(body) else { return failed };
        let response = self.routes.respond(request, None).await;
        let (parts, body) = response.into_parts();
        let trace_id = parts.headers.get(TRACE_HEADER).and_then(|value| value.to_str().ok());
        let trace_id = trace_id.unwrap_or_default().to_owned();
        let bytes = axum::body::to_bytes(body, BODY_BYTES_MAX).await.unwrap_or_default();
        let body = serde_json::from_slice(&bytes).unwrap_or_default();
        CompletedRequest { status: parts.status.as_u16(), body, trace_id, ..failed }
    }
}

impl CompletedRequest {
    /// Returns whether the request succeeded.
    pub(super) const fn is_success(&self) -> bool {
        self.status == 200
    }

    /// Returns a text member of the response.
    pub(super) fn text(&self, member: &str) -> Option<&str> {
        self.body.get(member).and_then(Value::as_str)
    }

    /// Returns the request and the response as the page shows them, with shortened tokens.
    pub(super) fn to_page(&self) -> DemoRequest {
        let mut body = self.body.clone();
        if let Some(members) = body.as_object_mut() {
            for (name, value) in members {
                if let (true, Some(token)) = (name.ends_with("_token"), value.as_str()) {
                    *value = shortened(token).into();
                }
            }
        }
        DemoRequest {
            title: self.title.clone(),
            sent: self.sent.clone(),
            status: self.status,
            received: indented(&body),
        }
    }
}

/// Returns JSON with line breaks and indentation.
pub(super) fn indented(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// Returns the first characters of a long text without spaces, such as a token.
fn shortened(text: &str) -> String {
    let is_token = text.len() > 80 && !text.contains(' ');
    if !is_token {
        return text.to_owned();
    }
    text.chars().take(TOKEN_CHARS).chain(std::iter::once('…')).collect()
}
