//! The request that handlers receive. Nothing is checked when it is created: a handler refuses a
//! bad request with a refusal of the catalogue, in the format of its endpoint.

use std::{
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    body::{Body, Bytes},
    http::{
        HeaderName, Method,
        header::{AUTHORIZATION, CONTENT_TYPE, ORIGIN},
        request::Parts,
    },
};
use catalogue::{Comparison, Difference, Refusal, refusal};
use http_body_util::{BodyExt, Limited};
use model::Fault;
use protocol::{
    Error,
    context::{RuleContext, TenantContext},
    equivalence::is_host_of,
    parameters::{BODY_BYTES_MAX, Parameters},
    request_head::RequestHead,
};

use crate::{
    http::{
        claimed_client, form_body,
        header_values::{all_headers, single_header},
        host::named_host,
        request_context::RequestContext,
    },
    state::Service,
};

const DPOP: HeaderName = HeaderName::from_static("dpop");
/// Maximum length of the query in bytes.
const QUERY_BYTES_MAX: usize = 16 * 1024;
/// Secret parameters that are refused in a URL: browsers, proxies and logs store URLs (RFC 6749
/// §2.3.1).
const SECRET_PARAMETERS: [&str; 4] =
    ["client_secret", "client_assertion", "code_verifier", "refresh_token"];

/// One request with its context and the application state.
pub struct IncomingRequest {
    /// The application state.
    pub service: Arc<Service>,
    /// The context: ids, time and random seed.
    pub context: RequestContext,
    /// The place of the tenant in the path.
    tenant: Range<usize>,
    /// Whether the request names the host of this service in the usual way.
    names_own_host: bool,
    // `Body` is not `Sync`. The lock is never contended.
    body: Mutex<Body>,
}

impl IncomingRequest {
    /// Creates the request of an endpoint. Its path names the tenant at this place.
    pub(super) fn new(
        context: RequestContext,
        tenant: Range<usize>,
        names_own_host: bool,
        body: Body,
    ) -> Self {
        let service = context.shared_service();
        Self { service, context, tenant, names_own_host, body: Mutex::new(body) }
    }

    /// Returns the tenant in the path, as it was sent. Empty if the path has none.
    pub fn tenant(&self) -> &str {
        self.parts().uri.path().get(self.tenant.clone()).unwrap_or_default()
    }

    /// Returns method, URL and headers.
    pub fn parts(&self) -> &Parts {
        self.context.head()
    }

    /// Checks the request and returns the tenant that its path names.
    ///
    /// # Errors
    /// See [`Self::check_request`]; or the tenant is malformed, unknown or suspended.
    pub async fn resolve_tenant(&self, methods: &[Method]) -> Result<Arc<TenantContext>, Error> {
        self.check_request(methods)?;
        let tenant = self.service.tenant_context(self.tenant()).await?;
        self.context.annotate(|annotations| annotations.set_tenant(&tenant));
        Ok(tenant)
    }

    /// Checks the method, host and query of the request.
    ///
    /// # Errors
    /// The method is not allowed, the host is not this service, or the query is too long or
    /// contains a secret.
    pub fn check_request(&self, methods: &[Method]) -> Result<(), Refusal> {
        self.check_method(methods)?;
        self.check_host()?;
        self.check_query()
    }

    /// Returns the context in which the rules of a tenant handle this request.
    ///
    /// # Errors
    /// The random source of the system failed.
    pub fn rule_context<'a>(&self, tenant: &'a TenantContext) -> Result<RuleContext<'a>, Fault> {
        let (now, seed) = (self.context.now(), self.context.seed()?);
        Ok(RuleContext { now, tenant, seed, sender: self.context.rule_sender() })
    }

    /// Returns the parts of the request's head that the rules read.
    pub fn head(&self) -> RequestHead<'_> {
        let headers = &self.parts().headers;
        let dpop = all_headers(headers, &DPOP);
        let url = if dpop.is_empty() {
            String::new()
        } else {
            [self.service.settings.origin.as_str(), self.parts().uri.path()].concat()
        };
        RequestHead {
            method: self.parts().method.as_str(),
            url,
            query: self.parts().uri.query(),
            content_type: single_header(headers, &CONTENT_TYPE),
            authorization: all_headers(headers, &AUTHORIZATION),
            dpop,
            origin: single_header(headers, &ORIGIN),
        }
    }

    /// Parses the parameters of the query.
    ///
    /// # Errors
    /// See [`Parameters::parse`].
    pub fn query(&self) -> Result<Parameters, Refusal> {
        let query = self.parts().uri.query().unwrap_or_default().as_bytes();
        let parameters =
            Parameters::parse(query).inspect_err(|_| self.record_claimed_client_in(query))?;
        self.set_correlation_id(&parameters);
        Ok(parameters)
    }

    /// Reads and parses the parameters of the body. The body can be read once.
    ///
    /// # Errors
    /// See [`Self::body`] and [`Parameters::parse`].
    pub async fn form(&mut self) -> Result<Parameters, Error> {
        let body = self.body().await?;
        let parameters =
            Parameters::parse(&body).inspect_err(|_| self.record_claimed_client_in(&body))?;
        self.set_correlation_id(&parameters);
        self.record_claimed_client(&parameters);
        Ok(parameters)
    }

    /// Reads the body, which must be form-encoded. It can be read once.
    ///
    /// # Errors
    /// The body has another content type, is too large, is incomplete, or timed out.
    pub async fn body(&mut self) -> Result<Bytes, Error> {
        let body = self.body.get_mut().unwrap_or_else(PoisonError::into_inner);
        let body = Limited::new(std::mem::take(body), BODY_BYTES_MAX);
        let bytes = body.collect().await.map_err(|error| form_body::refuse(&*error))?.to_bytes();
        self.context.set_body(&bytes);
        let is_form = form_body::check(&self.parts().headers, bytes.is_empty());
        is_form.inspect_err(|_| self.record_claimed_client_in(&bytes))?;
        Ok(bytes)
    }

    /// Records the client id of a request that is refused before its parameters are read, so that
    /// the client's developer can look it up.
    pub async fn read_and_record_claimed_client(&mut self) {
        self.record_claimed_client_in(self.parts().uri.query().unwrap_or_default().as_bytes());
        // Errors of the body do not matter: the request is refused for another reason.
        drop(self.form().await);
    }

    /// Records the client id in malformed parameters or in the credentials, for attribution only.
    pub fn record_claimed_client_in(&self, malformed: &[u8]) {
        let client = claimed_client::from_bytes(malformed)
            .or_else(|| claimed_client::from_basic_credentials(&self.parts().headers));
        if let Some(client) = client {
            self.context.annotate(|annotations| annotations.set_claimed_client(&client));
        }
    }

    /// Records the client id in parameters or in the credentials, for attribution only.
    pub fn record_claimed_client(&self, parameters: &Parameters) {
        if let Some(client) = parameters.get("client_id") {
            self.context.annotate(|annotations| annotations.set_claimed_client(client));
        } else if let Some(client) =
            claimed_client::from_credentials(parameters, &self.parts().headers)
        {
            self.context.annotate(|annotations| annotations.set_claimed_client(&client));
        }
    }

    fn set_correlation_id(&self, parameters: &Parameters) {
        if let Some(id) = parameters.get("client-request-id") {
            self.context.set_correlation_id(id);
        }
    }

    fn check_method(&self, methods: &[Method]) -> Result<(), Refusal> {
        if methods.contains(&self.parts().method) {
            return Ok(());
        }
        let allowed: Vec<&str> = methods.iter().map(Method::as_str).collect();
        let (method, allowed) = (&self.parts().method, allowed.join(", "));
        let comparison = Comparison::mismatch("method", &allowed, method);
        Err(refusal::method_not_allowed(method, allowed).with(comparison))
    }

    /// Refuses a host that is not the configured origin (RFC 9110 §7.4): it shows that a proxy is
    /// misconfigured. Responses never depend on the `Host` header.
    fn check_host(&self) -> Result<(), Refusal> {
        if self.names_own_host {
            return Ok(());
        }
        let host = named_host(self.parts());
        if is_host_of(host, &self.service.settings.origin) {
            return Ok(());
        }
        let comparison = Comparison::mismatch("Host", self.service.settings.host(), host);
        Err(refusal::host_not_served(host).with(comparison))
    }

    fn check_query(&self) -> Result<(), Refusal> {
        let Some(query) = self.parts().uri.query() else { return Ok(()) };
        if query.len() > QUERY_BYTES_MAX {
            return Err(refusal::query_too_long(QUERY_BYTES_MAX));
        }
        refuse_secrets(query.as_bytes())
    }
}

/// Refuses parameters with secrets in a request whose parameters become an address. Compares
/// decoded names: a percent-encoded name is the same parameter.
///
/// # Errors
/// A parameter is a secret, whatever its value is.
pub(crate) fn refuse_secrets(encoded: &[u8]) -> Result<(), Refusal> {
    let secret_of = |name: &str| SECRET_PARAMETERS.iter().find(|secret| **secret == name);
    let mut names = form_urlencoded::parse(encoded).map(|(name, _)| name);
    let Some(secret) = names.find_map(|name| secret_of(&name)) else { return Ok(()) };
    let comparison = Comparison::new(secret).with_difference(Difference::new("in_query"));
    Err(refusal::secret_in_query(secret).with(comparison))
}
