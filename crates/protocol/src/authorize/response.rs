//! An authorization response (RFC 6749 §4.1.2), ready to be sent in its response mode.

use super::ResponseMode;

/// A response on its way to a checked redirect URI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    uri: String,
    mode: ResponseMode,
    parameters: Vec<(&'static str, String)>,
}

/// How a response is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// A redirect to this URI.
    Redirect(String),
    /// A form that the browser posts (OAuth 2.0 Form Post Response Mode).
    Form {
        /// Where to.
        uri: String,
        /// The fields.
        fields: Vec<(&'static str, String)>,
    },
}

/// What an error response says beside the refusal itself.
#[derive(Clone, Debug)]
pub struct Report {
    /// `error_description`, with the ids to find the failure by.
    pub description: String,
    /// `error_uri`.
    pub error_uri: String,
    /// `error_subcode`: `cancel`, where the person turned back.
    pub subcode: Option<&'static str>,
}

impl Answer {
    pub(super) fn new(
        uri: String,
        mode: ResponseMode,
        parameters: Vec<(&'static str, String)>,
    ) -> Self {
        Self { uri, mode, parameters }
    }

    /// The parameters, in order.
    pub fn parameters(&self) -> &[(&'static str, String)] {
        &self.parameters
    }

    /// How to send it.
    pub fn delivery(self) -> Delivery {
        match self.mode {
            ResponseMode::FormPost => Delivery::Form { uri: self.uri, fields: self.parameters },
            // The query that a redirect URI has of its own is kept (RFC 6749 §3.1.2).
            ResponseMode::Query if self.uri.contains('?') => self.redirect('&'),
            ResponseMode::Query => self.redirect('?'),
            // A registered redirect URI has no fragment.
            ResponseMode::Fragment => self.redirect('#'),
        }
    }

    fn redirect(self, mut separator: char) -> Delivery {
        let mut location = self.uri;
        for (name, value) in &self.parameters {
            location.push(separator);
            location.push_str(name);
            location.push('=');
            push_encoded(&mut location, value);
            separator = '&';
        }
        Delivery::Redirect(location)
    }
}

/// Escapes every byte that is not unreserved (RFC 3986 §2.3): no value can end a header, begin a
/// parameter, or be changed on its way.
fn push_encoded(location: &mut String, value: &str) {
    const HEX: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            location.push(char::from(byte));
        } else {
            let digit = |nibble: u8| HEX.get(usize::from(nibble)).copied().unwrap_or('0');
            location.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
}
