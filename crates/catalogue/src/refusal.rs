//! A request turned down by one rule: the constructors, one per cause, and what they make.

use std::fmt;

pub use crate::generated::constructors::*;

use crate::entry::Entry;
use crate::fact::Fact;
use crate::language::Language;
use crate::speech;
use crate::withheld::{showable, values_of};

/// Longer values are cut: they come from requests, and are kept and shown.
const ARGUMENT_CHARS_MAX: usize = 2_048;
/// On the wire a value only has to be recognised.
const WIRE_ARGUMENT_CHARS_MAX: usize = 200;

/// A request turned down: which cause, with which values, and what was compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    entry: &'static Entry,
    arguments: Vec<(&'static str, String)>,
    facts: Vec<Fact>,
}

impl Refusal {
    pub(crate) fn new(entry: &'static Entry, arguments: Vec<(&'static str, String)>) -> Self {
        Self { entry, arguments, facts: Vec::new() }
    }

    /// The number of the cause.
    pub fn number(&self) -> u32 {
        self.entry.number
    }

    /// What no language changes about the cause.
    pub fn entry(&self) -> &'static Entry {
        self.entry
    }

    /// The values of the sentence, each with its name; bounded, and free of control characters.
    pub fn arguments(&self) -> &[(&'static str, String)] {
        &self.arguments
    }

    /// The same refusal, with one more comparison for whoever looks into it.
    #[must_use]
    pub fn with(mut self, fact: Fact) -> Self {
        self.facts.push(fact);
        self
    }

    /// What was compared.
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// What happened: plain text that holds values of the request, so a page must escape it.
    pub fn happened(&self, language: Language) -> String {
        speech::say(language, self.number(), None, &self.borrowed())
    }

    /// A few words that name the cause.
    pub fn title(&self, language: Language) -> String {
        self.entry.title(language)
    }

    /// What to do, one step per line: plain text that may hold values of the request.
    pub fn remedy(&self, language: Language) -> String {
        speech::say(language, self.number(), Some("remedy"), &self.borrowed())
    }

    /// The beginning of `error_description`: English, in the alphabet of RFC 6749 §5.2.
    pub fn wire_sentence(&self) -> String {
        let short: Vec<(&str, String)> = self
            .arguments
            .iter()
            .map(|(name, value)| (*name, shortened(value, WIRE_ARGUMENT_CHARS_MAX)))
            .collect();
        let borrowed: Vec<(&str, &str)> =
            short.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let sentence = speech::say(Language::ENGLISH, self.number(), None, &borrowed);
        let mut wire = format!("{}: ", self.entry.label());
        sentence.chars().for_each(|character| push_wire_character(&mut wire, character));
        wire
    }

    /// Every value that it says.
    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut String> {
        let arguments = self.arguments.iter_mut().map(|(_, value)| value);
        arguments.chain(self.facts.iter_mut().flat_map(values_of))
    }

    fn borrowed(&self) -> Vec<(&str, &str)> {
        self.arguments.iter().map(|(name, value)| (*name, value.as_str())).collect()
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.wire_sentence())
    }
}

impl std::error::Error for Refusal {}

/// A value as the sentences may hold it: without what has the shape of a secret.
pub(crate) fn argument(value: impl fmt::Display) -> String {
    let plain: String = showable(&value.to_string()).chars().map(visible).collect();
    shortened(&plain, ARGUMENT_CHARS_MAX)
}

pub(crate) fn shortened(value: &str, chars_max: usize) -> String {
    match value.char_indices().nth(chars_max) {
        Some((end, _)) => format!("{}...", value.get(..end).unwrap_or_default()),
        None => value.to_owned(),
    }
}

/// Control characters split log lines, and direction marks let a value pose as another one.
pub(crate) fn visible(character: char) -> char {
    match character {
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        _ if character.is_control() => '\u{fffd}',
        _ => character,
    }
}

fn push_wire_character(wire: &mut String, character: char) {
    match character {
        ' ' | '!' | '#'..='[' | ']'..='~' => wire.push(character),
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
    use super::{ARGUMENT_CHARS_MAX, Fact, Refusal, argument};
    use super::{parameter_too_long, redirect_uri_not_registered};
    use crate::entry::entries;
    use crate::language::Language;

    #[test]
    fn what_goes_onto_the_wire_keeps_the_alphabet_of_the_rfc() {
        // Makes a refusal of every kind with hostile values, and checks each character (RFC 6749
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
    fn a_refusal_says_its_values_in_every_language() {
        // Makes one, and looks for its value in what each language says.
        let refusal = redirect_uri_not_registered("https://app.example/cb/", "Orders");
        assert!(refusal.wire_sentence().starts_with("AADSTS50011: "));
        for language in Language::all() {
            let happened = refusal.happened(language);
            assert!(happened.contains("https://app.example/cb/"), "{happened}");
            assert!(!happened.contains("redirect_uri"), "{happened}");
        }
    }

    #[test]
    fn values_are_bounded_and_cannot_pose_as_something_else() {
        // Passes a long value, a line break, an escape and a mark that turns the direction.
        let refusal = parameter_too_long("x".repeat(10_000), 8_192);
        let longest = ARGUMENT_CHARS_MAX + "...".len();
        assert_eq!(refusal.arguments()[0].1.chars().count(), longest);
        let refusal = redirect_uri_not_registered("a\r\nb\u{1b}[31m\u{202e}", "Orders");
        assert_eq!(refusal.arguments()[0].1, "a\u{fffd}\u{fffd}b\u{fffd}[31m\u{fffd}");
    }

    #[test]
    fn values_are_shortened_on_the_wire() {
        // Passes 1,000 characters and counts those that arrive.
        let sentence = redirect_uri_not_registered("x".repeat(1_000), "Orders").wire_sentence();
        assert_eq!(sentence.matches('x').count(), 200);
        assert!(sentence.contains("xxx..."));
    }

    #[test]
    fn a_value_cannot_speak_fluent() {
        // Passes what would be a placeable if values were read as messages.
        let refusal = redirect_uri_not_registered("{ $client } { e50000 }", "Orders");
        let happened = refusal.happened(Language::ENGLISH);
        assert!(happened.contains("{ $client } { e50000 }"), "{happened}");
    }

    #[test]
    fn facts_stay_with_the_refusal() {
        // Adds two, and reads them back in order.
        let refusal = redirect_uri_not_registered("b", "Orders")
            .with(Fact::mismatch("redirect_uri", "a", "b"))
            .with(Fact::about("client"));
        let names: Vec<_> = refusal.facts().iter().map(|fact| fact.name).collect();
        assert_eq!(names, ["redirect_uri", "client"]);
        assert_eq!(refusal.facts()[0].expected.as_deref(), Some("a"));
    }
}
