//! An authorization response (RFC 6749 §4.1.2) and its delivery in a response mode.

use super::ResponseMode;
use crate::percent;

/// A response to a verified redirect URI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationResponse {
    uri: String,
    mode: ResponseMode,
    parameters: Vec<(&'static str, String)>,
}

/// The delivery of a response by the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResponseDelivery {
    /// A redirect to this URI.
    Redirect(String),
    /// A form that the browser posts (OAuth 2.0 Form Post Response Mode).
    Form {
        /// The redirect URI.
        uri: String,
        /// The fields of the form.
        fields: Vec<(&'static str, String)>,
    },
}

/// The parameters of an error response besides `error`.
#[derive(Clone, Debug)]
pub struct ErrorParameters {
    /// `error_description`, with the ids by which the request can be found.
    pub description: String,
    /// `error_uri`.
    pub error_uri: String,
    /// `error_subcode`: `cancel` if the user cancelled.
    pub subcode: Option<&'static str>,
}

impl AuthorizationResponse {
    pub(super) fn new(
        uri: String,
        mode: ResponseMode,
        parameters: Vec<(&'static str, String)>,
    ) -> Self {
        Self { uri, mode, parameters }
    }

    /// Returns the parameters, in order.
    pub fn parameters(&self) -> &[(&'static str, String)] {
        &self.parameters
    }

    /// Encodes the response for its mode.
    pub fn delivery(self) -> ResponseDelivery {
        match self.mode {
            ResponseMode::FormPost => {
                ResponseDelivery::Form { uri: self.uri, fields: self.parameters }
            }
            // A query of the redirect URI itself is kept (RFC 6749 §3.1.2).
            ResponseMode::Query if self.uri.contains('?') => self.redirect('&'),
            ResponseMode::Query => self.redirect('?'),
            // A registered redirect URI has no fragment.
            ResponseMode::Fragment => self.redirect('#'),
        }
    }

    fn redirect(self, mut separator: char) -> ResponseDelivery {
        let mut location = self.uri;
        for (name, value) in &self.parameters {
            location.push(separator);
            location.push_str(name);
            location.push('=');
            percent::encode_into(&mut location, value);
            separator = '&';
        }
        ResponseDelivery::Redirect(location)
    }
}
