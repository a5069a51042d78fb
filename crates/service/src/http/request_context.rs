//! The context of a request: its ids, time, random seed and sender.

use std::{
    borrow::Cow,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    body::Bytes,
    http::{
        HeaderName, Method,
        header::{ACCEPT_LANGUAGE, AUTHORIZATION},
        request::Parts,
        uri::PathAndQuery,
    },
};
use catalogue::{Language, Refusal};
use listener::Peer;
use model::{Fault, TenantId, Timestamp};
use protocol::{
    context::{RequestSeed, Sender},
    parameters::Parameters,
    request_secrets,
};
use uuid::Uuid;

use crate::{
    http::{annotations::Annotations, language_cookie},
    state::Service,
    system::{self, RequestIds},
};

/// The response header with the trace ID: the id that this service gives a request.
pub const TRACE_HEADER: HeaderName = HeaderName::from_static("x-ms-request-id");
/// The header with the correlation ID: the id that the client gives a request.
pub const CORRELATION_HEADER: HeaderName = HeaderName::from_static("client-request-id");
/// The header with the correlation ID that Microsoft's `azure-identity` sends.
const MICROSOFT_CORRELATION_HEADER: HeaderName = HeaderName::from_static("x-ms-client-request-id");

/// The context of one request, created before it is handled. Cheap to clone.
#[derive(Clone)]
pub struct RequestContext(Arc<Inner>);

struct Inner {
    at: Timestamp,
    started: Instant,
    /// Drawn when it is first needed: most requests need none.
    seed: OnceLock<RequestSeed>,
    ids: RequestIds,
    /// The correlation ID that the client sent, or the generated one.
    correlation_id: OnceLock<Uuid>,
    sender: Option<Peer>,
    /// Method, URL and headers.
    head: Parts,
    /// The language of the form that this request submits.
    submitted_language: OnceLock<Language>,
    body: OnceLock<Bytes>,
    /// The secrets of a request whose body was read.
    secrets: OnceLock<Vec<String>>,
    annotations: Mutex<Annotations>,
    service: Arc<Service>,
}

impl RequestContext {
    /// Creates the context of a request that just arrived.
    pub(super) fn new(
        head: Parts,
        sender: Option<Peer>,
        ids: RequestIds,
        service: Arc<Service>,
    ) -> Self {
        let inner = Inner {
            at: service.clock.now(),
            started: start_timer(),
            seed: OnceLock::new(),
            ids,
            correlation_id: OnceLock::new(),
            sender,
            head,
            submitted_language: OnceLock::new(),
            body: OnceLock::new(),
            secrets: OnceLock::new(),
            annotations: Mutex::default(),
            service,
        };
        let context = Self(Arc::new(inner));
        let headers = &context.0.head.headers;
        let names = [&CORRELATION_HEADER, &MICROSOFT_CORRELATION_HEADER];
        if let Some(id) = names.into_iter().find_map(|name| headers.get(name)?.to_str().ok()) {
            context.set_correlation_id(id);
        }
        context
    }

    /// Returns the time at which the request arrived.
    pub fn now(&self) -> Timestamp {
        self.0.at
    }

    /// Returns the random seed of this request.
    ///
    /// # Errors
    /// The random source of the system failed.
    pub fn seed(&self) -> Result<RequestSeed, Fault> {
        if let Some(seed) = self.0.seed.get() {
            return Ok(*seed);
        }
        let seed = system::seed()?;
        Ok(*self.0.seed.get_or_init(|| seed))
    }

    /// Returns the trace ID.
    pub fn trace_id(&self) -> Uuid {
        self.0.ids.trace_id
    }

    /// Returns the correlation ID that the client sent, or a generated one.
    pub fn correlation_id(&self) -> Uuid {
        *self.0.correlation_id.get_or_init(|| self.0.ids.correlation_id)
    }

    /// Sets the correlation ID that the client sent in a header or a parameter. The first one
    /// counts. Ignores all but a GUID, because the value is written to logs and responses.
    pub fn set_correlation_id(&self, sent: &str) {
        if let Ok(id) = Uuid::try_parse(sent) {
            let _ = self.0.correlation_id.set(id);
        }
    }

    /// Returns the application state.
    pub fn service(&self) -> &Service {
        &self.0.service
    }

    /// Returns the application state, to be kept.
    pub(super) fn shared_service(&self) -> Arc<Service> {
        Arc::clone(&self.0.service)
    }

    /// Returns method, URL and headers of the request.
    pub(super) fn head(&self) -> &Parts {
        &self.0.head
    }

    /// Returns the method of the request.
    pub(super) fn method(&self) -> &Method {
        &self.0.head.method
    }

    /// Returns the IP address of the sender. `None` without a socket, as in tests.
    pub fn remote_address(&self) -> Option<IpAddr> {
        self.0.sender.map(|peer| peer.address)
    }

    /// Returns the sender for the rules.
    pub fn rule_sender(&self) -> Sender {
        self.remote_address().map_or(Sender::Process, Sender::Host)
    }

    /// Returns the language of the form that this request submits. The response stores it in a
    /// cookie.
    pub fn submitted_language(&self) -> Option<Language> {
        self.0.submitted_language.get().copied()
    }

    /// Sets the language that the user chose in the form of this request.
    pub fn set_language(&self, language: Language) {
        let _ = self.0.submitted_language.set(language);
    }

    /// Returns the language that the user chose on a page of this service.
    pub fn chosen_language(&self) -> Option<Language> {
        self.submitted_language().or_else(|| language_cookie::language(&self.0.head.headers))
    }

    /// Returns the language of the user: as chosen, from `ui_locales` or `mkt` in the query, or
    /// from `Accept-Language`.
    pub fn language(&self) -> Language {
        let query = Parameters::parse(self.query());
        let query = query.unwrap_or_default();
        self.language_for(&query)
    }

    /// Returns the language of the user: as chosen, from these parameters, or from
    /// `Accept-Language`.
    pub fn language_for(&self, parameters: &Parameters) -> Language {
        self.negotiate_language(parameters.get("ui_locales"), parameters.get("mkt"))
    }

    /// Returns the language of the user: as chosen, from `ui_locales`, from `mkt`, or from
    /// `Accept-Language`.
    pub fn negotiate_language(&self, ui_locales: Option<&str>, mkt: Option<&str>) -> Language {
        let accepted = self.0.head.headers.get(ACCEPT_LANGUAGE);
        let accepted = accepted.and_then(|value| value.to_str().ok());
        let negotiated = || Language::negotiate(ui_locales, mkt, accepted);
        self.chosen_language().unwrap_or_else(negotiated)
    }

    /// Returns the time at which the request arrived, as `2026-01-01 00:00:00Z`.
    pub fn timestamp(&self) -> String {
        model::format_utc(self.0.at)
    }

    /// Returns whether the request is for the report page, whose own refusals are not reported.
    pub fn is_report(&self) -> bool {
        self.0.head.uri.path() == "/report"
    }

    /// Returns the path and query that a GET can show again. A POST with a query is a form of the
    /// sign-in flow, whose address leads to the flow. `None` for any other request, and for one
    /// with a secret.
    pub fn return_path(&self) -> Option<&str> {
        let Parts { method, uri, .. } = &self.0.head;
        let is_form = uri.query().is_some() && !self.is_report();
        let can_be_shown = matches!(*method, Method::GET | Method::HEAD) || is_form;
        let path = uri.path_and_query().filter(|_| can_be_shown && !self.has_secrets());
        path.map(PathAndQuery::as_str)
    }

    fn has_secrets(&self) -> bool {
        request_secrets::in_parameters(self.query()).next().is_some()
    }

    fn query(&self) -> &[u8] {
        self.0.head.uri.query().unwrap_or_default().as_bytes()
    }

    /// Returns the tenant of the request, or `None` if it is not known yet.
    pub fn tenant(&self) -> Option<TenantId> {
        let annotations = self.annotations();
        annotations.tenant.as_ref().map(|(id, _)| *id)
    }

    /// Stores the body, whose secrets are redacted from refusals.
    pub fn set_body(&self, body: &Bytes) {
        let _ = self.0.body.set(body.clone());
    }

    /// Removes the secrets of the request from a refusal: a client may send a secret in the
    /// parameter of another value.
    pub fn redact(&self, refusal: Refusal) -> Refusal {
        refusal.redacted(&self.secrets())
    }

    /// Returns the values of the parameters and of the header that contain secrets. Finds them once
    /// if the body was read.
    pub(super) fn secrets(&self) -> Cow<'_, [String]> {
        match self.0.body.get() {
            Some(_) => Cow::Borrowed(self.0.secrets.get_or_init(|| self.find_secrets())),
            None => Cow::Owned(self.find_secrets()),
        }
    }

    fn find_secrets(&self) -> Vec<String> {
        let body = self.0.body.get().map_or(&[][..], |body| body);
        let header = self.0.head.headers.get(AUTHORIZATION);
        let header = header.and_then(|value| value.to_str().ok());
        let header = header.map(request_secrets::in_authorization).unwrap_or_default();
        request_secrets::in_parameters(self.query())
            .chain(request_secrets::in_parameters(body))
            .chain(header)
            .collect()
    }

    /// Returns the beginning of `error_description` of the refusal that the response is about.
    pub fn refusal_sentence(&self) -> Option<String> {
        let annotations = self.annotations();
        let sentence = || annotations.refusal.as_ref().map(Refusal::wire_sentence);
        annotations.refusal_sentence.clone().or_else(sentence)
    }

    /// Changes the annotations of the request.
    pub fn annotate(&self, change: impl FnOnce(&mut Annotations)) {
        change(&mut self.annotations());
    }

    /// Returns the annotations, at the end of the request.
    pub(super) fn annotations(&self) -> MutexGuard<'_, Annotations> {
        self.0.annotations.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the path segment at the place of `{tenant}` in the path template.
    pub(super) fn tenant_in_path(&self, endpoint: &str) -> Option<String> {
        let mut segments = endpoint.split('/').zip(self.0.head.uri.path().split('/'));
        let (_, segment) = segments.find(|(template, _)| *template == "{tenant}")?;
        Some(segment.to_ascii_lowercase())
    }

    /// Returns the time since the request arrived.
    pub(crate) fn elapsed(&self) -> Duration {
        self.0.started.elapsed()
    }
}

fn start_timer() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "measures the duration of the request")]
    Instant::now()
}
