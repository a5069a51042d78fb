//! A comparison that led to a refusal: the expected value, the received value, and how they differ.

use std::fmt;

use crate::language::Language;
use crate::messages;
use crate::redaction::{redact_in_place, redacted};
use crate::text::bounded;

/// The limit on each value, in characters. Values come from requests.
const VALUE_CHARS_MAX: usize = 200;

/// A value that a rule compared. Never a secret, a token or a code; a fingerprint may be one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// The parameter or claim that was compared.
    pub name: &'static str,
    /// The value that would have been accepted.
    pub expected: Option<String>,
    /// The value in the request.
    pub received: Option<String>,
    /// The difference between the two, if it says more than the values.
    pub difference: Option<Difference>,
    /// True if only operators may see it, because it concerns a user or another client.
    pub operator_only: bool,
}

/// The kind of a mismatch, which selects the text `difference-<kind>`, and the values in that text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The kind, in lower case with underscores.
    pub kind: &'static str,
    /// The values of its text, by name.
    pub arguments: Vec<(&'static str, String)>,
}

impl Comparison {
    /// Creates a comparison of a parameter or claim, without values.
    #[must_use]
    pub fn new(name: &'static str) -> Self {
        Self { name, ..Self::default() }
    }

    /// Creates a comparison of two values that had to be equal and are not.
    #[must_use]
    pub fn mismatch(
        name: &'static str,
        expected: impl fmt::Display,
        received: impl fmt::Display,
    ) -> Self {
        Self::new(name).expected(expected).received(received)
    }

    /// Sets the value that would have been accepted.
    #[must_use]
    pub fn expected(self, value: impl fmt::Display) -> Self {
        Self { expected: Some(bounded(value.to_string(), VALUE_CHARS_MAX)), ..self }
    }

    /// Sets the received value. Never pass a secret, a token, a code, a verifier or a password.
    /// A value of the shape of a secret is redacted.
    #[must_use]
    pub fn received(self, value: impl fmt::Display) -> Self {
        Self { received: Some(bounded(redacted(value.to_string()), VALUE_CHARS_MAX)), ..self }
    }

    /// Sets a received fingerprint without redaction: it is public, but has the shape of a secret.
    #[must_use]
    pub fn fingerprint(self, value: impl fmt::Display) -> Self {
        Self { received: Some(bounded(value.to_string(), VALUE_CHARS_MAX)), ..self }
    }

    /// Sets how the values differ, if that is known.
    #[must_use]
    pub fn with_difference(self, difference: impl Into<Option<Difference>>) -> Self {
        let difference = difference.into();
        debug_assert!(
            difference.as_ref().is_none_or(Difference::has_text_in_every_language),
            "a language has no complete text for {difference:?}"
        );
        Self { difference, ..self }
    }

    /// Restricts the comparison to operators.
    #[must_use]
    pub fn operator_only(self) -> Self {
        Self { operator_only: true, ..self }
    }

    /// Redacts these secrets of the same request in every value.
    #[must_use]
    pub fn redacted(mut self, secrets: &[String]) -> Self {
        self.values_mut().for_each(|value| redact_in_place(value, secrets));
        self
    }

    /// Returns every value, for redaction.
    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut String> {
        let Self { expected, received, difference, .. } = self;
        let arguments = difference.iter_mut().flat_map(Difference::values_mut);
        expected.iter_mut().chain(received).chain(arguments)
    }
}

impl Difference {
    /// Creates a difference of a kind, without values.
    #[must_use]
    pub fn new(kind: &'static str) -> Self {
        Self { kind, arguments: Vec::new() }
    }

    /// Adds a value that the text shows. Never pass a secret, a token, a code or a password.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.arguments.push((name, bounded(redacted(value.to_string()), VALUE_CHARS_MAX)));
        self
    }

    /// Returns every value, for redaction.
    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut String> {
        self.arguments.iter_mut().map(|(_, value)| value)
    }

    /// Returns its sentence in a language: plain text that may hold values of the request.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        messages::text(language, &self.message_id(), &self.values())
    }

    fn has_text_in_every_language(&self) -> bool {
        messages::exists_in_every_language(&self.message_id(), &self.values())
    }

    fn message_id(&self) -> String {
        format!("difference-{}", self.kind)
    }

    fn values(&self) -> Vec<(&str, &str)> {
        self.arguments.iter().map(|(name, value)| (*name, value.as_str())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_shortened_and_control_characters_replaced() {
        // Passes a long value, a line break, and a mark that reverses the text direction.
        let long = Comparison::new("scope").received("x".repeat(10_000));
        assert_eq!(long.received, Some(format!("{}...", "x".repeat(200))));
        let whole = Comparison::new("scope").expected("x".repeat(200));
        assert_eq!(whole.expected, Some("x".repeat(200)));
        let hostile = Difference::new("malformed").with("detail", "a\r\nb\u{202e}");
        assert_eq!(hostile.arguments[0].1, "a\u{fffd}\u{fffd}b\u{fffd}");
    }

    #[test]
    fn difference_text_contains_its_values_in_every_language() {
        // Creates one with a value; each text contains the value and not the message id.
        let difference = Difference::new("malformed").with("detail", "byte 7");
        for language in Language::all() {
            let text = difference.text(language);
            assert!(text.contains("byte 7") && !text.contains("difference-"), "{text}");
        }
    }
}
