//! One request and its answer: ids, time, and what is left of it.

mod leave;

use std::{
    net::IpAddr,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    body::Bytes,
    extract::{MatchedPath, Request, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, Uri,
        header::{ACCEPT, ACCEPT_LANGUAGE, AUTHORIZATION},
    },
    middleware::Next,
    response::Response,
};
use catalogue::{Language, Refusal};
use futures_util::FutureExt;
use model::{Fault, FaultKind, TenantId, Timestamp};
use protocol::{context::Entropy, form::Form};
use uuid::Uuid;

use crate::{Service, clock, listener::Peer, render, secrets, signals::panicked_at};

pub use crate::traces::Traces;

/// Our id of a request, on every answer.
pub const TRACE_HEADER: HeaderName = HeaderName::from_static("x-ms-request-id");
/// The caller's id of a request, on every answer.
pub const CORRELATION_HEADER: HeaderName = HeaderName::from_static("client-request-id");

/// What is known of a request before anything of it is decided. Cheap to clone.
#[derive(Clone)]
pub struct Exchange(Arc<Inner>);

struct Inner {
    at: Timestamp,
    started: Instant,
    entropy: Entropy,
    trace_id: Uuid,
    correlation_id: OnceLock<Uuid>,
    peer: Option<IpAddr>,
    accept_language: Option<HeaderValue>,
    authorization: Option<HeaderValue>,
    uri: Uri,
    body: OnceLock<Bytes>,
    traces: Mutex<Traces>,
    service: Arc<Service>,
}

impl Exchange {
    fn new(request: &Request, entropy: Entropy, service: Arc<Service>) -> Self {
        let headers = request.headers();
        let inner = Inner {
            at: clock::now(),
            started: started(),
            entropy,
            trace_id: uuid::Builder::from_random_bytes(entropy.draw("trace_id")).into_uuid(),
            correlation_id: OnceLock::new(),
            peer: request.extensions().get::<Peer>().map(|peer| peer.address),
            accept_language: headers.get(ACCEPT_LANGUAGE).cloned(),
            authorization: headers.get(AUTHORIZATION).cloned(),
            uri: request.uri().clone(),
            body: OnceLock::new(),
            traces: Mutex::default(),
            service,
        };
        let exchange = Self(Arc::new(inner));
        let sent = [CORRELATION_HEADER, HeaderName::from_static("x-ms-client-request-id")];
        if let Some(sent) = sent.iter().find_map(|name| headers.get(name)?.to_str().ok()) {
            exchange.correlate(sent);
        }
        exchange
    }

    /// When the request came.
    pub fn now(&self) -> Timestamp {
        self.0.at
    }

    /// The random bytes of this request.
    pub fn entropy(&self) -> Entropy {
        self.0.entropy
    }

    /// Our id of the request.
    pub fn trace_id(&self) -> Uuid {
        self.0.trace_id
    }

    /// The caller's id of the request, or one of ours.
    pub fn correlation_id(&self) -> Uuid {
        *self.0.correlation_id.get_or_init(|| {
            uuid::Builder::from_random_bytes(self.0.entropy.draw("correlation_id")).into_uuid()
        })
    }

    /// Takes the caller's id, which may stand in a header or among the parameters; the first one
    /// counts. Only a GUID is taken, as the value goes into logs and answers.
    pub fn correlate(&self, sent: &str) {
        if let Ok(id) = Uuid::try_parse(sent) {
            let _ = self.0.correlation_id.set(id);
        }
    }

    /// The service that answers.
    pub fn service(&self) -> &Service {
        &self.0.service
    }

    /// Who sent the request.
    pub fn peer(&self) -> Option<IpAddr> {
        self.0.peer
    }

    /// The language of the reader: by `ui_locales`, `mkt`, or the browser's own.
    pub fn language(&self) -> Language {
        let query = Form::parse(self.0.uri.query().unwrap_or_default().as_bytes());
        let query = query.unwrap_or_default();
        self.language_of(&query)
    }

    /// The language of the reader, where the parameters are those of a form.
    pub fn language_of(&self, form: &Form) -> Language {
        let accepted = self.0.accept_language.as_ref().and_then(|value| value.to_str().ok());
        Language::negotiate(form.get("ui_locales"), form.get("mkt"), accepted)
    }

    /// When the request came, as it is shown: `2026-01-01 00:00:00Z`.
    pub fn timestamp(&self) -> String {
        clock::shown(self.0.at)
    }

    /// The tenant that the request is for, as far as that is known by now.
    pub fn tenant(&self) -> Option<TenantId> {
        let traces = self.0.traces.lock().unwrap_or_else(PoisonError::into_inner);
        traces.tenant.as_ref().map(|(id, _)| *id)
    }

    /// Notes the body: what is a secret in it is not said again.
    pub fn read(&self, body: &Bytes) {
        let _ = self.0.body.set(body.clone());
    }

    /// A refusal without what is a secret elsewhere in the request.
    pub fn sayable(&self, refusal: Refusal) -> Refusal {
        refusal.without(&self.secrets())
    }

    /// What is a secret by where it stands in the request.
    fn secrets(&self) -> Vec<String> {
        let query = self.0.uri.query().unwrap_or_default().as_bytes();
        let body = self.0.body.get().map_or(&[][..], |body| body);
        let header = self.0.authorization.as_ref().map(secrets::in_header).unwrap_or_default();
        secrets::within(query).chain(secrets::within(body)).chain(header).collect()
    }

    /// Notes what was found out about the request.
    pub fn note(&self, what: impl FnOnce(&mut Traces)) {
        what(&mut self.0.traces.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn traces(&self) -> Traces {
        std::mem::take(&mut self.0.traces.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What stands at the place of `{tenant}` in the path.
    fn named_tenant(&self, endpoint: &str) -> Option<String> {
        let mut segments = endpoint.split('/').zip(self.0.uri.path().split('/'));
        segments.find(|(known, _)| *known == "{tenant}").map(|(_, sent)| sent.to_ascii_lowercase())
    }

    fn elapsed(&self) -> Duration {
        self.0.started.elapsed()
    }
}

/// Opens the exchange of every request, and closes it: ids on the answer, a line in the log.
pub async fn around(
    State(service): State<Arc<Service>>,
    mut request: Request,
    next: Next,
) -> Response {
    let entropy = match clock::entropy() {
        Ok(entropy) => entropy,
        Err(fault) => return render::without_exchange(&fault),
    };
    let exchange = Exchange::new(&request, entropy, service);
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let method = request.method().clone();
    let by_person = is_by_person(request.headers());
    request.extensions_mut().insert(exchange.clone());
    // A panic is a bug of ours; whoever met it gets an answer and an id like anybody else.
    let answered = AssertUnwindSafe(next.run(request)).catch_unwind();
    let fault = |kind, cause: &str| {
        let failure = Fault::because(kind, cause).into();
        if by_person {
            render::failure_page(&exchange, &failure, exchange.language())
        } else {
            render::failure(&exchange, &failure)
        }
    };
    let mut response = match tokio::time::timeout(render::WORK_MAX, answered).await {
        Ok(Ok(response)) => response,
        // Its message may quote what a caller sent; its place cannot.
        Ok(Err(_)) => fault(FaultKind::Internal, &in_place("a handler panicked", panicked_at())),
        Err(_) => fault(FaultKind::Timeout, "a handler was not done in time"),
    };
    sign(response.headers_mut(), &exchange);
    let endpoint = matched.as_ref().map_or(leave::ELSEWHERE, MatchedPath::as_str);
    leave::leave(&exchange, &method, endpoint, response.status().as_u16());
    response
}

/// What happened, and where in our code, if that is known.
pub(crate) fn in_place(what: &str, place: Option<String>) -> String {
    place.map_or_else(|| what.to_owned(), |place| format!("{what} at {place}"))
}

/// Whether a browser shows the answer to somebody; clients ask for JSON, or for anything.
fn is_by_person(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

fn sign(headers: &mut HeaderMap, exchange: &Exchange) {
    let ids =
        [(TRACE_HEADER, exchange.trace_id()), (CORRELATION_HEADER, exchange.correlation_id())];
    for (name, id) in ids {
        let mut buffer = Uuid::encode_buffer();
        let text = id.as_hyphenated().encode_lower(&mut buffer);
        if let Ok(value) = HeaderValue::from_str(text) {
            headers.insert(name, value);
        }
    }
}

fn started() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "measures how long the answer took")]
    Instant::now()
}
