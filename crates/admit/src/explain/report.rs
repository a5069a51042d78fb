//! What there is to say about something that was pasted: what it is, what it holds, which checks
//! it passes, and what to do.

use std::borrow::Cow;

use catalogue::{Language, Refusal, text};

use super::safe;

/// All that is said about one thing.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// What it is, in a word that texts are found by.
    pub(crate) kind: &'static str,
    /// Where in the pasted text it stood, if it is a part of something else.
    pub(crate) place: Option<Cow<'static, str>>,
    /// What it holds, in order; nothing secret.
    pub(crate) values: Vec<(Cow<'static, str>, Shown)>,
    /// Which keys and registrations it was held against.
    pub(crate) against: Option<Note>,
    /// The checks, in order.
    pub(crate) checks: Vec<Check>,
    /// What this server answers to it, if that is certain.
    pub(crate) refusal: Option<Refusal>,
    /// Whether this server would take it, where that is known.
    pub(crate) accepted: Option<bool>,
    /// What to do.
    pub(crate) steps: Vec<Note>,
    /// What was found within it.
    pub(crate) parts: Vec<Self>,
}

/// A value, or what is said in its place.
#[derive(Debug)]
pub(crate) enum Shown {
    /// The value, made fit to be shown.
    Plain(String),
    /// A sentence about it.
    Said(Note),
}

/// One check.
#[derive(Debug)]
pub(crate) struct Check {
    /// The parameter, claim or property, by the standards' name.
    pub(crate) name: Cow<'static, str>,
    /// How it ended.
    pub(crate) outcome: Outcome,
    /// Why.
    pub(crate) note: Note,
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// As it should be.
    Passed,
    /// Not as it should be.
    Failed,
    /// It cannot be told from what is at hand.
    Unknown,
}

/// A sentence of the catalogue with its values.
#[derive(Clone, Debug)]
pub(crate) struct Note {
    id: &'static str,
    arguments: Vec<(&'static str, String)>,
}

impl Outcome {
    /// The word for programs.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        }
    }
}

impl Shown {
    /// The value or the sentence, in a language.
    pub(crate) fn said(&self, language: Language) -> String {
        match self {
            Self::Plain(value) => value.clone(),
            Self::Said(note) => note.said(language),
        }
    }
}

impl Note {
    /// A sentence without values.
    pub(crate) const fn plain(id: &'static str) -> Self {
        Self { id, arguments: Vec::new() }
    }

    /// A sentence with its values, which may come from anybody.
    pub(crate) fn new<const N: usize>(id: &'static str, values: [(&'static str, &str); N]) -> Self {
        let arguments = values.map(|(name, value)| (name, safe::shown(value)));
        Self { id, arguments: arguments.into() }
    }

    /// The sentence in a language.
    pub(crate) fn said(&self, language: Language) -> String {
        let arguments: Vec<(&str, &str)> =
            self.arguments.iter().map(|(name, value)| (*name, value.as_str())).collect();
        text(language, self.id, &arguments)
    }
}

impl Check {
    /// A check that is passed.
    pub(crate) fn passed(name: impl Into<Cow<'static, str>>, note: Note) -> Self {
        Self { name: name.into(), outcome: Outcome::Passed, note }
    }

    /// A check that is failed.
    pub(crate) fn failed(name: impl Into<Cow<'static, str>>, note: Note) -> Self {
        Self { name: name.into(), outcome: Outcome::Failed, note }
    }

    /// A check that cannot be made with what is at hand.
    pub(crate) fn unknown(name: impl Into<Cow<'static, str>>, note: Note) -> Self {
        Self { name: name.into(), outcome: Outcome::Unknown, note }
    }

    /// A check that ended one way or the other.
    pub(crate) fn that(
        good: bool,
        name: impl Into<Cow<'static, str>>,
        (passed, failed): (Note, Note),
    ) -> Self {
        if good { Self::passed(name, passed) } else { Self::failed(name, failed) }
    }
}

impl Report {
    /// Nothing yet about a thing of this kind.
    pub(crate) fn new(kind: &'static str) -> Self {
        Self { kind, ..Self::default() }
    }

    /// Adds a value, made fit to be shown.
    pub(crate) fn value(&mut self, name: impl Into<Cow<'static, str>>, value: &str) {
        self.shown(name, Shown::Plain(safe::shown(value)));
    }

    /// Adds what may be said of a secret: how long it is.
    pub(crate) fn secret(&mut self, name: impl Into<Cow<'static, str>>, value: &str) {
        let count = value.chars().count().to_string();
        self.shown(name, Shown::Said(Note::new("decode-hidden", [("count", &count)])));
    }

    /// Adds what may be said of a token: how long it is, and what tells it from another one.
    pub(crate) fn token(&mut self, name: impl Into<Cow<'static, str>>, value: &str) {
        let (count, print) = (value.chars().count().to_string(), safe::fingerprint(value));
        let note = Note::new("decode-hidden-token", [("count", &count), ("fingerprint", &print)]);
        self.shown(name, Shown::Said(note));
    }

    fn shown(&mut self, name: impl Into<Cow<'static, str>>, value: Shown) {
        let name = name.into();
        let name = if safe::is_plain(&name) { name } else { safe::shown(&name).into() };
        self.values.push((name, value));
    }

    /// Leaves the verdict, and what to do, to the rules themselves.
    pub(crate) fn settle(&mut self) {
        self.refusal = None;
        self.accepted = None;
        self.steps.clear();
    }

    /// The same report, as it stands within something else.
    pub(crate) fn at(self, place: impl Into<Cow<'static, str>>) -> Self {
        Self { place: Some(place.into()), ..self }
    }
}
