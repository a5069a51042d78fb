//! The verified target of an authorization response, and the mode in which it is sent.

use catalogue::Refusal;
use model::Platform;

use super::{
    AuthorizationResponse, ErrorParameters, ResponseMode, redirect_uri::MatchedRedirectUri,
    response_mode,
};
use crate::{context::RuleContext, parameters::Parameters};

/// The target of the response to one request. Only the check of the redirect URI creates one, and a
/// response can only be sent to one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedirectTarget {
    pub(super) uri: String,
    pub(super) platform: Platform,
    pub(super) mode: ResponseMode,
    pub(super) was_in_request: bool,
    state: Option<String>,
    issuer: String,
}

impl RedirectTarget {
    pub(super) fn new(
        matched: MatchedRedirectUri,
        parameters: &Parameters,
        context: &RuleContext<'_>,
    ) -> Self {
        Self {
            mode: response_mode::effective(parameters, &matched.uri),
            uri: matched.uri,
            platform: matched.platform,
            was_in_request: matched.was_in_request,
            state: parameters.get("state").map(str::to_owned),
            issuer: context.tenant.endpoints.issuer.clone(),
        }
    }

    /// Returns the verified redirect URI.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// Returns the redirect URI and the kind of app that it is registered for.
    pub(super) fn registration(&self) -> (&str, Platform) {
        (&self.uri, self.platform)
    }

    /// Returns the response mode.
    pub const fn mode(&self) -> ResponseMode {
        self.mode
    }

    /// Creates the error response of a refusal (RFC 6749 §4.1.2.1).
    pub fn refuse(&self, refusal: &Refusal, error: ErrorParameters) -> AuthorizationResponse {
        let mut parameters = vec![
            ("error", refusal.entry().authorize_error().to_owned()),
            ("error_description", error.description),
            ("error_uri", error.error_uri),
        ];
        parameters.extend(error.subcode.map(|subcode| ("error_subcode", subcode.to_owned())));
        self.respond(parameters)
    }

    /// Creates a response. Adds `state` unchanged, and the issuer, which prevents mix-up attacks
    /// (RFC 9207 §2).
    pub(super) fn respond(
        &self,
        mut parameters: Vec<(&'static str, String)>,
    ) -> AuthorizationResponse {
        parameters.extend(self.state.clone().map(|state| ("state", state)));
        parameters.push(("iss", self.issuer.clone()));
        AuthorizationResponse::new(self.uri.clone(), self.mode, parameters)
    }
}
