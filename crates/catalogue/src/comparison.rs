//! What a refusal compared: a value, what it should have been, and how the two differ.

use std::fmt;

use crate::language::Language;
use crate::refusal::{shortened, visible};
use crate::speech;
use crate::withheld::showable;

/// Of each value so many characters are kept: they come from requests.
const VALUE_CHARS_MAX: usize = 200;

/// A value that could mismatch. Never a secret, a token or a code; a fingerprint may be one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fact {
    /// The parameter or claim that was compared.
    pub name: &'static str,
    /// What would have been accepted.
    pub expected: Option<String>,
    /// What came.
    pub received: Option<String>,
    /// How the two differ, where that says more than the values.
    pub difference: Option<Difference>,
    /// For the operator alone: it tells of what is not the caller's own.
    pub operator_only: bool,
}

/// How a value differs: a kind that its text is found by, `difference-<kind>`, and the values that
/// the text shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The kind, in lower case with underscores.
    pub kind: &'static str,
    /// The values of its text, by name.
    pub arguments: Vec<(&'static str, String)>,
}

impl Fact {
    /// Something to say of a value; what, follows.
    #[must_use]
    pub fn about(name: &'static str) -> Self {
        Self { name, ..Self::default() }
    }

    /// Two values that had to be equal and are not.
    #[must_use]
    pub fn mismatch(
        name: &'static str,
        expected: impl fmt::Display,
        received: impl fmt::Display,
    ) -> Self {
        Self::about(name).expected(expected).received(received)
    }

    /// The same, with what would have been accepted.
    #[must_use]
    pub fn expected(self, value: impl fmt::Display) -> Self {
        Self { expected: Some(kept(value)), ..self }
    }

    /// The same, with what came. Never a secret, a token, a code, a verifier or a password; what
    /// has the shape of one is withheld.
    #[must_use]
    pub fn received(self, value: impl fmt::Display) -> Self {
        Self { received: Some(kept(showable(&value.to_string()))), ..self }
    }

    /// The same, with a fingerprint that came: public, and of the same shape as a secret.
    #[must_use]
    pub fn fingerprint(self, value: impl fmt::Display) -> Self {
        Self { received: Some(kept(value)), ..self }
    }

    /// The same, with how it differs, if that is known.
    #[must_use]
    pub fn differing(self, difference: impl Into<Option<Difference>>) -> Self {
        let difference = difference.into();
        debug_assert!(
            difference.as_ref().is_none_or(Difference::is_whole),
            "{difference:?} is not said in every language"
        );
        Self { difference, ..self }
    }

    /// The same, for the operator alone.
    #[must_use]
    pub fn for_operators(self) -> Self {
        Self { operator_only: true, ..self }
    }
}

impl Difference {
    /// A difference of a kind.
    #[must_use]
    pub fn of(kind: &'static str) -> Self {
        Self { kind, arguments: Vec::new() }
    }

    /// The same, with a value that its text shows. Never a secret, a token, a code or a password.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.arguments.push((name, kept(showable(&value.to_string()))));
        self
    }

    /// What it says in a language: plain text that may hold values of the request.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        speech::text(language, &self.id(), &self.values())
    }

    /// Whether every language has a text for it that shows no value that is not there.
    fn is_whole(&self) -> bool {
        speech::is_whole(&self.id(), &self.values())
    }

    fn id(&self) -> String {
        format!("difference-{}", self.kind)
    }

    fn values(&self) -> Vec<(&str, &str)> {
        self.arguments.iter().map(|(name, value)| (*name, value.as_str())).collect()
    }
}

fn kept(value: impl fmt::Display) -> String {
    let plain: String = value.to_string().chars().take(VALUE_CHARS_MAX + 1).map(visible).collect();
    shortened(&plain, VALUE_CHARS_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_cut_and_cannot_pose_as_something_else() {
        // Passes a long value, a line break, and a mark that turns the direction.
        let long = Fact::about("scope").received("x".repeat(10_000));
        assert_eq!(long.received, Some(format!("{}...", "x".repeat(200))));
        let whole = Fact::about("scope").expected("x".repeat(200));
        assert_eq!(whole.expected, Some("x".repeat(200)));
        let hostile = Difference::of("malformed").with("detail", "a\r\nb\u{202e}");
        assert_eq!(hostile.arguments[0].1, "a\u{fffd}\u{fffd}b\u{fffd}");
    }

    #[test]
    fn a_difference_says_its_values_in_every_language() {
        // Makes one with a value, and finds it in what each language says, and no id.
        let difference = Difference::of("malformed").with("detail", "byte 7");
        for language in Language::all() {
            let text = difference.text(language);
            assert!(text.contains("byte 7") && !text.contains("difference-"), "{text}");
        }
    }
}
