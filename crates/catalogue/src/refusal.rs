//! A refusal of a request by one rule, and the constructors, one per cause.

use std::fmt;

pub use crate::generated::constructors::*;

use crate::comparison::{Comparison, Difference};
use crate::entry::Entry;
use crate::language::Language;
use crate::messages;
use crate::redaction::{redact_in_place, redacted};
use crate::text::{bounded, shortened};

/// The limit on each value, in characters. Values come from requests, are stored and are shown.
const ARGUMENT_CHARS_MAX: usize = 2_048;
/// The limit on each value on the wire, in characters: enough to recognise it.
const WIRE_ARGUMENT_CHARS_MAX: usize = 200;

/// A refused request: the cause, the values of its description, and the comparisons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    entry: &'static Entry,
    arguments: Vec<(&'static str, String)>,
    comparisons: Vec<Comparison>,
    // Boxed: few refusals have one.
    additions: Option<Box<Additions>>,
}

/// The parts of a response that few refusals have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Additions {
    hint: Option<Difference>,
    claims: Option<String>,
}

impl Refusal {
    pub(crate) fn new(entry: &'static Entry, arguments: Vec<(&'static str, String)>) -> Self {
        Self { entry, arguments, comparisons: Vec::new(), additions: None }
    }

    /// Returns the error number of the cause.
    pub fn number(&self) -> u32 {
        self.entry.number
    }

    /// Returns the catalogue entry of the cause.
    pub fn entry(&self) -> &'static Entry {
        self.entry
    }

    /// Returns the values of the description with their names. They are bounded and free of control
    /// characters.
    pub fn arguments(&self) -> &[(&'static str, String)] {
        &self.arguments
    }

    /// Adds a comparison. It is recorded for the client developer and the operator, and never sent
    /// in the response.
    #[must_use]
    pub fn with(mut self, comparison: Comparison) -> Self {
        self.comparisons.push(comparison);
        self
    }

    /// Adds a hint, which becomes the last sentence of the description, also in the response. It
    /// must follow from the form of the request alone: a response must not tell whether another
    /// form would be accepted.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<Option<Difference>>) -> Self {
        if let Some(hint) = hint.into() {
            self.additions.get_or_insert_default().hint = Some(hint);
        }
        self
    }

    /// Adds a claims challenge, as JSON, which the client passes on in an interactive sign-in. It
    /// is the member `claims` of the response. Never pass a text of the request.
    #[must_use]
    pub fn with_claims(mut self, claims: impl Into<String>) -> Self {
        self.additions.get_or_insert_default().claims = Some(claims.into());
        self
    }

    /// Returns the claims challenge.
    pub fn claims(&self) -> Option<&str> {
        self.additions.as_ref()?.claims.as_deref()
    }

    /// Returns the values that the rule compared.
    pub fn comparisons(&self) -> &[Comparison] {
        &self.comparisons
    }

    /// Returns the values of the description and the comparisons, to be stored.
    pub fn into_values(self) -> (Vec<(&'static str, String)>, Vec<Comparison>) {
        (self.arguments, self.comparisons)
    }

    /// Redacts these secrets of the same request in every value of the refusal.
    #[must_use]
    pub fn redacted(mut self, secrets: &[String]) -> Self {
        self.values_mut().for_each(|value| redact_in_place(value, secrets));
        self
    }

    /// Returns the description: plain text that contains values of the request, so a page must
    /// escape it.
    pub fn description(&self, language: Language) -> String {
        let message = messages::format_message(language, self.number(), None, &self.borrowed());
        self.with_hint_sentence(message, language)
    }

    /// Returns a short name of the cause.
    pub fn title(&self, language: Language) -> String {
        self.entry.title(language)
    }

    /// Returns the remedy, one step per line: plain text that may contain values of the request.
    pub fn remedy(&self, language: Language) -> String {
        messages::format_message(language, self.number(), Some("remedy"), &self.borrowed())
    }

    /// Returns the beginning of `error_description`: English, in the alphabet of RFC 6749 §5.2.
    pub fn wire_sentence(&self) -> String {
        let arguments = self.arguments.iter();
        let short: Vec<_> = arguments
            .map(|(name, value)| (*name, shortened(value, WIRE_ARGUMENT_CHARS_MAX)))
            .collect();
        let borrowed: Vec<_> = short.iter().map(|(name, value)| (*name, value.as_ref())).collect();
        let sentence = messages::format_message(Language::ENGLISH, self.number(), None, &borrowed);
        let sentence = self.with_hint_sentence(sentence, Language::ENGLISH);
        let label = self.entry.label();
        let mut wire = String::with_capacity(label.len() + 2 + sentence.len());
        wire.extend([label, ": "]);
        // Most sentences are copied as they are.
        if sentence.bytes().all(|byte| is_wire_character(byte.into())) {
            wire.push_str(&sentence);
        } else {
            sentence.chars().for_each(|character| push_wire_character(&mut wire, character));
        }
        wire
    }

    fn with_hint_sentence(&self, message: String, language: Language) -> String {
        match self.additions.as_ref().and_then(|additions| additions.hint.as_ref()) {
            Some(hint) => format!("{message} {}", hint.text(language)),
            None => message,
        }
    }

    fn values_mut(&mut self) -> impl Iterator<Item = &mut String> {
        let arguments = self.arguments.iter_mut().map(|(_, value)| value);
        let hint = self.additions.iter_mut().filter_map(|additions| additions.hint.as_mut());
        let hint = hint.flat_map(Difference::values_mut);
        arguments.chain(hint).chain(self.comparisons.iter_mut().flat_map(Comparison::values_mut))
    }

    fn borrowed(&self) -> Vec<(&str, &str)> {
        self.arguments.iter().map(|(name, value)| (*name, value.as_str())).collect()
    }
}

impl Entry {
    /// Creates a refusal with this cause; `value` returns the value of each parameter.
    pub fn refusal(&'static self, value: impl Fn(&'static str) -> String) -> Refusal {
        let with_value = |name: &&'static str| (*name, argument(value(name)));
        Refusal::new(self, self.parameters.iter().map(with_value).collect())
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.wire_sentence())
    }
}

impl std::error::Error for Refusal {}

/// Returns a value for a description: bounded, and with secrets redacted by their shape.
pub(crate) fn argument(value: impl fmt::Display) -> String {
    bounded(redacted(value.to_string()), ARGUMENT_CHARS_MAX)
}

/// Returns whether a character is in the alphabet of RFC 6749 §5.2.
const fn is_wire_character(character: char) -> bool {
    matches!(character, ' ' | '!' | '#'..='[' | ']'..='~')
}

fn push_wire_character(wire: &mut String, character: char) {
    match character {
        _ if is_wire_character(character) => wire.push(character),
        '"' | '\u{2018}' | '\u{2019}' | '\u{201c}' | '\u{201d}' => wire.push('\''),
        '\\' => wire.push('/'),
        '\u{2013}' | '\u{2014}' => wire.push('-'),
        '\u{2026}' => wire.push_str("..."),
        _ if character.is_whitespace() => wire.push(' '),
        _ => wire.push('?'),
    }
}

#[cfg(test)]
mod tests {
    use super::{ARGUMENT_CHARS_MAX, Comparison, Refusal, argument};
    use super::{parameter_too_long, redirect_uri_not_registered};
    use crate::entry::entries;
    use crate::language::Language;

    #[test]
    fn wire_sentence_uses_only_the_alphabet_of_rfc_6749() {
        // Creates a refusal of every kind with hostile values and checks each character (RFC 6749
        // §5.2).
        let hostile = "\"><script>\\u0000\r\n\t{ $x } \u{2028}\u{202e}\u{1f600}\u{7f}\u{2026}'; --";
        for entry in entries() {
            let values = entry.parameters.iter().map(|name| (*name, argument(hostile)));
            let sentence = Refusal::new(entry, values.collect()).wire_sentence();
            assert!(sentence.starts_with(&format!("{}: ", entry.label())), "{sentence}");
            let allowed = |one: char| matches!(one, ' '..='!' | '#'..='[' | ']'..='~');
            assert!(sentence.chars().all(allowed), "{sentence}");
        }
    }

    #[test]
    fn refusal_description_contains_its_values_in_every_language() {
        // Creates a refusal and searches for its value in the description of each language.
        let refusal = redirect_uri_not_registered("https://app.example/cb/", "Orders");
        assert!(refusal.wire_sentence().starts_with("AADSTS50011: "));
        for language in Language::all() {
            let description = refusal.description(language);
            assert!(description.contains("https://app.example/cb/"), "{description}");
            assert!(!description.contains("redirect_uri"), "{description}");
        }
    }

    #[test]
    fn arguments_are_shortened_and_control_characters_replaced() {
        // Passes a long value, a line break, an escape and a mark that reverses the direction.
        let refusal = parameter_too_long("x".repeat(10_000), 8_192);
        let chars_max = ARGUMENT_CHARS_MAX + "...".len();
        assert_eq!(refusal.arguments()[0].1.chars().count(), chars_max);
        let refusal = redirect_uri_not_registered("a\r\nb\u{1b}[31m\u{202e}", "Orders");
        assert_eq!(refusal.arguments()[0].1, "a\u{fffd}\u{fffd}b\u{fffd}[31m\u{fffd}");
    }

    #[test]
    fn wire_sentence_shortens_a_long_value() {
        // Passes 1,000 characters and counts those in the sentence.
        let sentence = redirect_uri_not_registered("x".repeat(1_000), "Orders").wire_sentence();
        assert_eq!(sentence.matches('x').count(), 200);
        assert!(sentence.contains("xxx..."));
    }

    #[test]
    fn fluent_syntax_in_a_value_is_not_interpreted() {
        // Passes text that would be a placeable in a message.
        let refusal = redirect_uri_not_registered("{ $client } { e50000 }", "Orders");
        let description = refusal.description(Language::ENGLISH);
        assert!(description.contains("{ $client } { e50000 }"), "{description}");
    }

    #[test]
    fn refusal_keeps_its_comparisons_in_order() {
        // Adds two and reads them back.
        let refusal = redirect_uri_not_registered("b", "Orders")
            .with(Comparison::mismatch("redirect_uri", "a", "b"))
            .with(Comparison::new("client"));
        let names: Vec<_> =
            refusal.comparisons().iter().map(|comparison| comparison.name).collect();
        assert_eq!(names, ["redirect_uri", "client"]);
        assert_eq!(refusal.comparisons()[0].expected.as_deref(), Some("a"));
    }
}
