//! Report about a pasted request: a URL, a query, a body or a curl command line.

mod form;

use std::sync::Arc;

use catalogue::{Refusal, refusal};
use model::{Fault, Tenant};
use protocol::{parameters::Parameters, request_head::RequestHead, request_secrets::is_secret};

use super::{
    ExplainContext, ExplainError,
    curl::{self, CurlRequest},
    input_kind::InputKind,
    report::{Check, Message, Report},
    sanitize,
    store_lookup::tenant_name,
};

/// A pasted request.
pub(super) struct PastedRequest {
    /// The method: given by curl, otherwise derived from the kind of input.
    pub(super) method: String,
    /// The URL without its query; empty if only parameters were pasted.
    pub(super) url: String,
    /// The encoded parameters.
    pub(super) parameters: String,
    /// The headers.
    pub(super) headers: Vec<(String, String)>,
}

/// The endpoint that a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TargetEndpoint {
    /// The authorization endpoint.
    Authorize,
    /// The token endpoint.
    Token,
    /// No endpoint: the input is an authorization response at the redirect URI of a client.
    AuthorizationResponse,
    /// Another endpoint.
    Other,
}

impl PastedRequest {
    /// Creates a request from a URL.
    pub(super) fn from_url(text: &str) -> Self {
        let (url, parameters) = text.split_once(['?', '#']).unwrap_or((text, ""));
        Self {
            method: "GET".to_owned(),
            url: url.to_owned(),
            parameters: parameters.to_owned(),
            headers: Vec::new(),
        }
    }

    /// Creates a request from parameters without a URL.
    pub(super) fn from_parameters(text: &str) -> Self {
        let post = text.contains("grant_type=") || !text.contains("response_type=");
        Self {
            method: if post { "POST" } else { "GET" }.to_owned(),
            url: String::new(),
            parameters: text.to_owned(),
            headers: Vec::new(),
        }
    }

    /// Creates the request that curl would send.
    pub(super) fn from_curl(request: CurlRequest) -> Self {
        let CurlRequest { method, url, headers, body, .. } = request;
        let (url, query) = url.split_once('?').unwrap_or((&url, ""));
        let parameters = body.unwrap_or_else(|| query.to_owned());
        Self { method, url: url.to_owned(), parameters, headers }
    }

    /// Returns the endpoint, by the path of the URL or by the parameters.
    pub(super) fn target_endpoint(&self) -> TargetEndpoint {
        let path = self.url.split(['?', '#']).next().unwrap_or_default();
        let has = |name: &str| self.names().any(|present| present == name);
        if path.ends_with("/authorize") {
            TargetEndpoint::Authorize
        } else if path.ends_with("/token") {
            TargetEndpoint::Token
        } else if path.contains("/oauth2/") {
            TargetEndpoint::Other
        } else if has("grant_type") {
            TargetEndpoint::Token
        } else if has("response_type") || has("code_challenge") {
            TargetEndpoint::Authorize
        } else if has("code") || has("error") {
            TargetEndpoint::AuthorizationResponse
        } else {
            TargetEndpoint::Other
        }
    }

    /// Returns the first header with this name.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut matching =
            self.headers.iter().filter(|(header, _)| header.eq_ignore_ascii_case(name));
        matching.next().map(|(_, value)| value.as_str())
    }

    /// Returns the refusal of the token endpoint for a `Content-Type` other than a form.
    pub(super) fn content_type_refusal(&self) -> Option<Refusal> {
        let kind = self.header("content-type").unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        let is_form = kind.eq_ignore_ascii_case("application/x-www-form-urlencoded");
        (!is_form)
            .then(|| refusal::unsupported_content_type(if kind.is_empty() { "none" } else { kind }))
    }

    /// Returns the request head for the rules.
    pub(super) fn head<'a>(&'a self, url: &str) -> RequestHead<'a> {
        let all = |name: &str| {
            let matching =
                self.headers.iter().filter(|(header, _)| header.eq_ignore_ascii_case(name));
            matching.map(|(_, value)| value.as_str()).collect()
        };
        RequestHead {
            method: &self.method,
            url: url.to_owned(),
            query: None,
            content_type: self.header("content-type"),
            authorization: all("authorization"),
            dpop: all("dpop"),
            origin: self.header("origin"),
        }
    }

    /// Returns whether the request can be dry-run.
    pub(super) fn has_rules(&self) -> bool {
        matches!(self.target_endpoint(), TargetEndpoint::Authorize | TargetEndpoint::Token)
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.parameters.split('&').filter_map(|pair| pair.split('=').next())
    }
}

/// Reads a pasted request. The checks name the shell expansions of a curl command line, whose
/// values are unknown.
pub(super) fn from_input(kind: InputKind) -> Result<(PastedRequest, Vec<Check>), ExplainError> {
    let command = match kind {
        InputKind::Curl(command) => command,
        InputKind::Url(text) => return Ok((PastedRequest::from_url(&text), Vec::new())),
        InputKind::Parameters(text) => {
            return Ok((PastedRequest::from_parameters(&text), Vec::new()));
        }
        _ => return Err(ExplainError::Message(Message::new("decode-no-request"))),
    };
    let request = curl::read(&command).map_err(|error| ExplainError::Text(error.to_string()))?;
    let message = |value: &str| Message::with("decode-shell-expansion", [("value", value)]);
    let expansions = request.expansions.iter();
    let checks = expansions.map(|expansion| Check::unknown("shell", message(expansion))).collect();
    Ok((PastedRequest::from_curl(request), checks))
}

/// Returns the report about a request that needs no store.
pub(super) fn report(pasted: &PastedRequest, context: &ExplainContext) -> Report {
    let endpoint = pasted.target_endpoint();
    let mut report = Report::new(match endpoint {
        TargetEndpoint::Authorize => "authorize_request",
        TargetEndpoint::Token => "token_request",
        TargetEndpoint::AuthorizationResponse => "authorization_response",
        TargetEndpoint::Other => "request",
    });
    describe(&mut report, pasted);
    if endpoint == TargetEndpoint::Token
        && !form::check_method_and_content_type(&mut report, pasted)
    {
        return report;
    }
    let parameters = match Parameters::parse(pasted.parameters.as_bytes()) {
        Ok(parameters) => parameters,
        Err(refusal) => {
            report.checks.push(Check::failed("form", Message::new("decode-form-unreadable")));
            report.accepted = Some(false);
            report.refusal = Some(refusal);
            return report;
        }
    };
    report.checks.push(Check::passed("form", Message::new("decode-form-readable")));
    match endpoint {
        TargetEndpoint::Authorize => {
            form::check_authorization_request(&mut report, &parameters, context);
        }
        TargetEndpoint::Token => form::check_token_request(&mut report, pasted, &parameters),
        TargetEndpoint::AuthorizationResponse => {
            let has_code = parameters.get("code").is_some();
            let id =
                if has_code { "decode-step-response-code" } else { "decode-step-response-error" };
            report.steps.push(Message::new(id));
        }
        TargetEndpoint::Other => report.steps.push(Message::new("decode-step-other-request")),
    }
    report
}

fn describe(report: &mut Report, pasted: &PastedRequest) {
    if !pasted.url.is_empty() {
        report.add_value("method", &pasted.method);
        report.add_value("url", &pasted.url);
        if let Some(tenant) = tenant_name(&pasted.url).filter(|_| pasted.url.contains("/oauth2/")) {
            report.add_value("tenant", tenant);
        }
    }
    for (name, value) in &pasted.headers {
        if sanitize::is_public(name) {
            report.add_value(name.clone(), &catalogue::redact_secrets(value));
        } else {
            report.add_secret(sanitize(name), value);
        }
    }
    for (name, value) in super::recognized_error::parameters(&format!("?{}", pasted.parameters)) {
        if sanitize::is_fingerprint(&name) {
            report.add_value(name, &value);
        } else if sanitize::is_public(&name) {
            report.add_value(name, &catalogue::redact_secrets(&value));
        } else {
            report.add_secret(sanitize(&name), &value);
        }
    }
}

/// Returns the tenant of the request: the one in its URL, the named one, or the only one.
pub(super) async fn tenant(
    pasted: &PastedRequest,
    context: &ExplainContext,
) -> Result<Option<Arc<Tenant>>, Fault> {
    let Some(lookup) = &context.store_lookup else { return Ok(None) };
    lookup.single_tenant(tenant_name(&pasted.url).or(context.tenant.as_deref())).await
}

/// Returns the tokens in the parameters and headers of a request, at most eight.
pub(super) fn embedded_tokens(pasted: &PastedRequest) -> Vec<(String, InputKind)> {
    let parameters = super::recognized_error::parameters(&format!("?{}", pasted.parameters));
    let headers = pasted.headers.iter().cloned();
    let is_basic = |value: &str| value.to_ascii_lowercase().starts_with("basic ");
    let tokens = parameters.into_iter().chain(headers).filter_map(|(name, value)| {
        if !is_secret(&name) || is_basic(&value) {
            return None;
        }
        let kind = InputKind::detect(&value)?;
        let token = matches!(
            kind,
            InputKind::Signed(_) | InputKind::Encrypted(_) | InputKind::SealedToken(_)
        );
        token.then_some((name, kind))
    });
    tokens.take(8).collect()
}
