//! The part of a page that asks the browser for a passkey.

use serde::Serialize;

/// The form that the script submits with the response of the browser, in the field `passkey`.
#[derive(Clone, Debug, Serialize)]
pub struct PasskeyPrompt {
    /// The URL that the form is submitted to.
    pub action: String,
    /// The options for the browser, a JSON text (WebAuthn Level 3 §5.1).
    pub options: String,
}

#[cfg(any(test, feature = "samples"))]
impl PasskeyPrompt {
    pub(crate) fn sample() -> Self {
        Self { action: "/demo/passkey".to_owned(), options: "{}".to_owned() }
    }

    #[cfg(test)]
    pub(crate) fn hostile(text: &str) -> Self {
        Self { action: text.to_owned(), options: text.to_owned() }
    }
}
