//! The report about a pasted input: its kind, its contents, its checks and the steps to take.

use std::borrow::Cow;

use catalogue::{Language, Refusal, text};

use super::sanitize;

/// A report about one input.
#[derive(Debug, Default)]
pub(super) struct Report {
    /// The kind, which message ids are built from.
    pub(super) kind: &'static str,
    /// The place in the enclosing input, if this is a part of it: a parameter or a member.
    pub(super) location: Option<Cow<'static, str>>,
    /// The contents in their order, without secrets.
    pub(super) values: Vec<(Cow<'static, str>, ShownValue)>,
    /// The keys and registrations that the input was checked against.
    pub(super) checked_against: Option<Message>,
    /// The checks in their order.
    pub(super) checks: Vec<Check>,
    /// The refusal of this server, if it is certain.
    pub(super) refusal: Option<Refusal>,
    /// Whether this server would accept the input, if that is known.
    pub(super) accepted: Option<bool>,
    /// The steps to take.
    pub(super) steps: Vec<Message>,
    /// The reports about tokens and keys within the input.
    pub(super) parts: Vec<Self>,
}

/// A value of a report, or a message in place of it.
#[derive(Debug)]
pub(super) enum ShownValue {
    /// The sanitized value.
    Plain(String),
    /// A message about a value that is not shown.
    Message(Message),
}

/// One check.
#[derive(Debug)]
pub(super) struct Check {
    /// The parameter, claim or property, by its name in the standard.
    pub(super) name: Cow<'static, str>,
    /// The result.
    pub(super) outcome: CheckOutcome,
    /// The reason of the result.
    pub(super) message: Message,
}

/// The result of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CheckOutcome {
    /// The input passes.
    Passed,
    /// The input fails.
    Failed,
    /// The check needs something that is not available, such as a store or a key.
    Unknown,
}

/// A message of the catalogue with its values.
#[derive(Clone, Debug)]
pub struct Message {
    id: &'static str,
    arguments: Vec<(&'static str, String)>,
}

impl CheckOutcome {
    /// Returns the stable name: a JSON value and a part of message ids.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        }
    }
}

impl ShownValue {
    /// Returns the value or the message, in a language.
    pub(super) fn text(&self, language: Language) -> String {
        match self {
            Self::Plain(value) => value.clone(),
            Self::Message(message) => message.text(language),
        }
    }
}

impl Message {
    /// Creates a message without values.
    pub(super) const fn new(id: &'static str) -> Self {
        Self { id, arguments: Vec::new() }
    }

    /// Creates a message with values, which are sanitized: they may come from an attacker.
    pub(super) fn with<const N: usize>(
        id: &'static str,
        values: [(&'static str, &str); N],
    ) -> Self {
        let arguments = values.map(|(name, value)| (name, sanitize(value)));
        Self { id, arguments: arguments.into() }
    }

    /// Returns the text in a language.
    pub(super) fn text(&self, language: Language) -> String {
        let arguments: Vec<(&str, &str)> =
            self.arguments.iter().map(|(name, value)| (*name, value.as_str())).collect();
        text(language, self.id, &arguments)
    }
}

impl Check {
    /// Creates a check that passed.
    pub(super) fn passed(name: impl Into<Cow<'static, str>>, message: Message) -> Self {
        Self { name: name.into(), outcome: CheckOutcome::Passed, message }
    }

    /// Creates a check that failed.
    pub(super) fn failed(name: impl Into<Cow<'static, str>>, message: Message) -> Self {
        Self { name: name.into(), outcome: CheckOutcome::Failed, message }
    }

    /// Creates a check whose result is unknown.
    pub(super) fn unknown(name: impl Into<Cow<'static, str>>, message: Message) -> Self {
        Self { name: name.into(), outcome: CheckOutcome::Unknown, message }
    }

    /// Creates a check that passed if `passes`, and failed if not.
    pub(super) fn from_bool(
        passes: bool,
        name: impl Into<Cow<'static, str>>,
        (passed, failed): (Message, Message),
    ) -> Self {
        if passes { Self::passed(name, passed) } else { Self::failed(name, failed) }
    }
}

impl Report {
    /// Creates an empty report.
    pub(super) fn new(kind: &'static str) -> Self {
        Self { kind, ..Self::default() }
    }

    /// Adds a value, sanitized.
    pub(super) fn add_value(&mut self, name: impl Into<Cow<'static, str>>, value: &str) {
        self.add(name, ShownValue::Plain(sanitize(value)));
    }

    /// Adds a secret by its length only.
    pub(super) fn add_secret(&mut self, name: impl Into<Cow<'static, str>>, value: &str) {
        let count = value.chars().count().to_string();
        self.add(name, ShownValue::Message(Message::with("decode-hidden", [("count", &count)])));
    }

    /// Adds a token by its length and fingerprint only.
    pub(super) fn add_token(&mut self, name: impl Into<Cow<'static, str>>, value: &str) {
        let (count, print) = (value.chars().count().to_string(), sanitize::fingerprint(value));
        let message =
            Message::with("decode-hidden-token", [("count", &count), ("fingerprint", &print)]);
        self.add(name, ShownValue::Message(message));
    }

    fn add(&mut self, name: impl Into<Cow<'static, str>>, value: ShownValue) {
        let name = name.into();
        let name = if sanitize::is_plain(&name) { name } else { sanitize(&name).into() };
        self.values.push((name, value));
    }

    /// Removes verdict and steps: a dry run gives both.
    pub(super) fn defer_to_rules(&mut self) {
        self.refusal = None;
        self.accepted = None;
        self.steps.clear();
    }

    /// Returns the report as a part of an enclosing input.
    pub(super) fn at(self, location: impl Into<Cow<'static, str>>) -> Self {
        Self { location: Some(location.into()), ..self }
    }
}
