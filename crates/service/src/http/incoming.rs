//! A request as the endpoints take it: turned down by a rule of ours, never by the framework.

use std::sync::{Arc, Mutex, PoisonError};

use axum::{
    RequestPartsExt,
    body::{Body, Bytes},
    extract::{FromRequest, RawPathParams, Request},
    http::{
        HeaderMap, HeaderName, Method,
        header::{AUTHORIZATION, CONTENT_TYPE, HOST, ORIGIN},
        request::Parts,
        uri::Authority,
    },
    response::Response,
};
use catalogue::{Difference, Fact, Refusal, refusal};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use model::{Fault, FaultKind};
use protocol::{
    Failure,
    context::{Context, Realm},
    form::{BODY_BYTES_MAX, Form},
    request::Head,
};

use crate::{
    Service, claim,
    exchange::Exchange,
    listener::{BodyTimedOut, Limits},
    render,
};

const DPOP: HeaderName = HeaderName::from_static("dpop");
/// The longest query, in bytes.
const QUERY_BYTES_MAX: usize = 16 * 1024;
/// The only content type of parameters (RFC 6749 appendix B).
const FORM: &str = "application/x-www-form-urlencoded";
/// Names that must never stand in a URL, which logs and histories keep (RFC 6749 §2.3.1).
const SECRET_PARAMETERS: [&str; 4] =
    ["client_secret", "client_assertion", "code_verifier", "refresh_token"];

/// One request, with the service that answers it.
pub struct Call {
    /// The service.
    pub service: Arc<Service>,
    /// Ids, time and chance.
    pub exchange: Exchange,
    /// The tenant in the path, as it was sent; empty if there is none.
    pub tenant: String,
    /// Method, URL and headers.
    pub parts: Parts,
    // A body may not be shared between threads; behind a lock that nobody waits for, a call may.
    body: Mutex<Body>,
}

impl FromRequest<Arc<Service>> for Call {
    type Rejection = Response;

    async fn from_request(request: Request, service: &Arc<Service>) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let Some(exchange) = parts.extensions.get::<Exchange>().cloned() else {
            let cause = "a request reached an endpoint without an exchange";
            return Err(render::without_exchange(&Fault::because(FaultKind::Internal, cause)));
        };
        // A path that is no UTF-8 names no tenant.
        let params = parts.extract::<RawPathParams>().await.ok();
        let tenant = params.as_ref().and_then(|params| {
            params.iter().find(|(name, _)| *name == "tenant").map(|(_, value)| value.to_owned())
        });
        let (service, tenant) = (Arc::clone(service), tenant.unwrap_or_default());
        Ok(Self { service, exchange, tenant, parts, body: Mutex::new(body) })
    }
}

impl Call {
    /// The tenant that the path names, if the request may go on at all.
    ///
    /// # Errors
    /// The method or the host is not one of ours, the URL is too long or holds a secret, or the
    /// tenant is unknown or suspended.
    pub async fn admit(&self, methods: &[Method]) -> Result<Arc<Realm>, Failure> {
        self.expect(methods)?;
        let realm = self.service.realm(&self.tenant).await?;
        self.exchange.note(|traces| traces.in_tenant(&realm));
        Ok(realm)
    }

    /// Whether the request may go on, at an address that belongs to no tenant.
    ///
    /// # Errors
    /// The method or the host is not one of ours, or the URL is too long or holds a secret.
    pub fn expect(&self, methods: &[Method]) -> Result<(), Refusal> {
        self.expect_method(methods)?;
        self.expect_host()?;
        self.expect_query()
    }

    /// The surroundings of this request in a tenant.
    pub fn context<'a>(&self, realm: &'a Realm) -> Context<'a> {
        Context { now: self.exchange.now(), realm, entropy: self.exchange.entropy() }
    }

    /// What the rules look at of the request's head.
    pub fn head(&self) -> Head<'_> {
        let headers = &self.parts.headers;
        Head {
            method: self.parts.method.as_str(),
            url: format!("{}{}", self.service.settings.origin, self.parts.uri.path()),
            query: self.parts.uri.query(),
            content_type: one(headers, &CONTENT_TYPE),
            authorization: all(headers, &AUTHORIZATION),
            dpop: all(headers, &DPOP),
            origin: one(headers, &ORIGIN),
        }
    }

    /// The parameters of the query.
    ///
    /// # Errors
    /// See [`Form::parse`].
    pub fn query(&self) -> Result<Form, Refusal> {
        let query = self.parts.uri.query().unwrap_or_default().as_bytes();
        let form = Form::parse(query).inspect_err(|_| self.claim(query))?;
        self.correlate(&form);
        Ok(form)
    }

    /// The parameters of the body. A body can be taken once.
    ///
    /// # Errors
    /// It is not a form, too large, too slow, or see [`Form::parse`].
    pub async fn form(&mut self) -> Result<Form, Failure> {
        let body = self.body().await?;
        let form = Form::parse(&body).inspect_err(|_| self.claim(&body))?;
        self.correlate(&form);
        self.claim_in(&form);
        Ok(form)
    }

    /// The body as it came, which must be a form's. It can be taken once.
    ///
    /// # Errors
    /// It is not a form, too large, or too slow.
    pub async fn body(&mut self) -> Result<Bytes, Failure> {
        let body = self.body.get_mut().unwrap_or_else(PoisonError::into_inner);
        let body = Limited::new(std::mem::take(body), BODY_BYTES_MAX);
        let bytes = body.collect().await.map_err(|error| unread(&*error))?.to_bytes();
        self.exchange.read(&bytes);
        self.expect_form(bytes.is_empty()).inspect_err(|_| self.claim(&bytes))?;
        Ok(bytes)
    }

    /// Notes whom a request claims to be from that nobody reads on, so that its owner can find it.
    pub async fn claim_unread(&mut self) {
        self.claim(self.parts.uri.query().unwrap_or_default().as_bytes());
        // Whatever is wrong with the body too, the request is turned down for something else.
        drop(self.form().await);
    }

    /// Notes whom parameters that could not be read claim to be from.
    pub fn claim(&self, unread: &[u8]) {
        let claimed = claim::within(unread).or_else(|| claim::in_headers(&self.parts.headers));
        if let Some(client) = claimed {
            self.exchange.note(|traces| traces.claimed(&client));
        }
    }

    /// Notes whom a form claims to be from.
    pub fn claim_in(&self, form: &Form) {
        if let Some(client) = form.get("client_id") {
            self.exchange.note(|traces| traces.claimed(client));
        } else if let Some(client) = claim::proven(form, &self.parts.headers) {
            self.exchange.note(|traces| traces.claimed(&client));
        }
    }

    fn correlate(&self, form: &Form) {
        if let Some(sent) = form.get("client-request-id") {
            self.exchange.correlate(sent);
        }
    }

    fn expect_method(&self, methods: &[Method]) -> Result<(), Refusal> {
        if methods.contains(&self.parts.method) {
            return Ok(());
        }
        let allowed: Vec<&str> = methods.iter().map(Method::as_str).collect();
        let (method, allowed) = (&self.parts.method, allowed.join(", "));
        let fact = Fact::mismatch("method", &allowed, method);
        Err(refusal::method_not_allowed(method, allowed).with(fact))
    }

    /// Answers never follow from the host that a caller claims; a foreign one is turned down so
    /// that a mistaken proxy shows at once (RFC 9110 §7.4).
    fn expect_host(&self) -> Result<(), Refusal> {
        let claimed = self.parts.uri.authority().map(Authority::as_str);
        let claimed = claimed.or_else(|| one(&self.parts.headers, &HOST)).unwrap_or_default();
        if claimed.eq_ignore_ascii_case(self.service.settings.host()) {
            return Ok(());
        }
        let fact = Fact::mismatch("Host", self.service.settings.host(), claimed);
        Err(refusal::host_not_served(claimed).with(fact))
    }

    fn expect_query(&self) -> Result<(), Refusal> {
        let Some(query) = self.parts.uri.query() else { return Ok(()) };
        if query.len() > QUERY_BYTES_MAX {
            return Err(refusal::query_too_long(QUERY_BYTES_MAX));
        }
        // By their decoded names, as whoever reads them would.
        let is_in_it = |secret: &&&str| {
            form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == **secret)
        };
        let Some(secret) = SECRET_PARAMETERS.iter().find(is_in_it) else { return Ok(()) };
        let fact = Fact::about(secret).differing(Difference::of("in_query"));
        Err(refusal::secret_in_query(secret).with(fact))
    }

    /// An empty body of any type says nothing, and is answered by what is missing in it.
    fn expect_form(&self, is_empty: bool) -> Result<(), Refusal> {
        let sent = one(&self.parts.headers, &CONTENT_TYPE).unwrap_or_default();
        let kind = sent.split(';').next().unwrap_or_default().trim();
        if is_empty || kind.eq_ignore_ascii_case(FORM) {
            return Ok(());
        }
        let difference = match kind.to_ascii_lowercase().as_str() {
            "application/json" => Some("json_for_form"),
            "multipart/form-data" => Some("multipart_for_form"),
            "" | "text/plain" => Some("text_for_form"),
            _ => None,
        };
        let kind = if kind.is_empty() { "none" } else { kind };
        let fact = Fact::mismatch("Content-Type", FORM, kind);
        Err(refusal::unsupported_content_type(kind)
            .with(fact.differing(difference.map(Difference::of))))
    }
}

fn unread(error: &(dyn std::error::Error + 'static)) -> Failure {
    let mut source = Some(error);
    while let Some(error) = source {
        if error.is::<LengthLimitError>() {
            return refusal::body_too_large(BODY_BYTES_MAX).into();
        }
        if error.is::<BodyTimedOut>() {
            return refusal::request_too_slow(Limits::default().body.as_secs()).into();
        }
        source = error.source();
    }
    refusal::body_incomplete().into()
}

/// A header that stands once; twice is as good as not at all.
fn one<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?;
    if values.next().is_some() { None } else { first.to_str().ok() }
}

/// Every value of a header; one that is no text counts as an empty one.
fn all<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Vec<&'a str> {
    headers.get_all(name).iter().map(|value| value.to_str().unwrap_or_default()).collect()
}
