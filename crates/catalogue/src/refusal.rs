//! A request turned down by one rule: the constructors, one per cause, and what they make.

use std::fmt;

pub use crate::generated::constructors::*;

use crate::entry::Entry;
use crate::language::Language;
use crate::speech;

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

/// A value that could mismatch. Never a secret, a token or a code; a fingerprint may be one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fact {
    /// The parameter or claim that was compared.
    pub name: &'static str,
    /// What would have been accepted.
    pub expected: Option<String>,
    /// What came.
    pub received: Option<String>,
    /// The difference in words, where it is a telling one.
    pub difference: Option<String>,
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

impl Fact {
    /// Two values that had to be equal and are not.
    pub fn mismatch(
        name: &'static str,
        expected: impl Into<String>,
        received: impl Into<String>,
    ) -> Self {
        let (expected, received) = (Some(expected.into()), Some(received.into()));
        Self { name, expected, received, difference: None }
    }
}

/// A value as the sentences may hold it.
pub(crate) fn argument(value: impl fmt::Display) -> String {
    let plain: String = value.to_string().chars().map(visible).collect();
    shortened(&plain, ARGUMENT_CHARS_MAX)
}

fn shortened(value: &str, chars_max: usize) -> String {
    match value.char_indices().nth(chars_max) {
        Some((end, _)) => format!("{}...", value.get(..end).unwrap_or_default()),
        None => value.to_owned(),
    }
}

/// Control characters split log lines, and direction marks let a value pose as another one.
fn visible(character: char) -> char {
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
