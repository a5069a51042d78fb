//! What is left of a request, in words: for the client's owner, and for the operator.

mod proof;

use catalogue::{Entry, FixedBy, Language, entry, known_text, text};
use model::{Comparison, Event, Reasoning, Record, Timestamp, Warning};
use serde::Serialize;
use uuid::Uuid;

/// Who reads an explanation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// Whoever holds the client's credentials. Learns nothing of people and of other clients.
    Owner,
    /// Whoever runs the service, or administers the tenant.
    Operator,
}

/// A request, explained. The names of its fields are under semantic versioning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// Our id of the request.
    pub trace_id: Uuid,
    /// The caller's id of it, or ours.
    pub correlation_id: Uuid,
    /// When it came, in RFC 3339.
    pub time: String,
    /// How long the answer took, in microseconds.
    pub duration_us: u64,
    /// The tenant's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// Its method.
    pub method: String,
    /// The path template that it matched.
    pub endpoint: String,
    /// The HTTP status of the answer.
    pub status: u16,
    /// What the answer was.
    pub outcome: Word,
    /// The client that it claimed to be from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// For the owner: whether it proved to be from that client. Anybody can claim it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authenticated: Option<bool>,
    /// `grant_type` of a token request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant_type: Option<String>,
    /// Why it was turned down, or why the service failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Cause>,
    /// The checks that it passed, in order.
    pub passed: Vec<Word>,
    /// What was compared.
    pub comparisons: Vec<Compared>,
    /// What went well and will not for long.
    pub warnings: Vec<Word>,
    /// What only the operator may see.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator: Option<ForOperator>,
}

/// Something with a name that stays and a text in the reader's language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Word {
    /// The name.
    pub name: String,
    /// The text.
    pub text: String,
}

/// Why a request was turned down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cause {
    /// The number.
    pub number: u32,
    /// The number as it is written for people: `AADSTS50011`.
    pub label: String,
    /// The value of `error` on the wire; `none` where only a page showed it.
    pub error: String,
    /// A few words that name it.
    pub title: String,
    /// What happened, with the values.
    pub happened: String,
    /// `developer`, `administrator`, `user` or `operator`, with what it means.
    pub fixed_by: Word,
    /// What to do, step by step.
    pub steps: Vec<String>,
    /// The page about the number.
    pub link: String,
}

/// A value that could mismatch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Compared {
    /// The parameter or claim.
    pub name: String,
    /// What would have been accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// What came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub received: Option<String>,
    /// How the two differ.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference: Option<Word>,
    /// Whether only the operator sees it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub operator_only: bool,
}

/// What only the operator may see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ForOperator {
    /// The person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The client that it was taken for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Who sent it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peer: Option<String>,
    /// The grant that it made or used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant: Option<String>,
    /// The inner cause of a fault, with its chain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
}

/// Explains a request to a reader.
pub fn explanation(record: &Record, reader: Reader, language: Language) -> Explanation {
    let nothing = Reasoning::default();
    let reasoning = record.reasoning.as_deref().unwrap_or(&nothing);
    let cause = |number| Cause::of(number, &reasoning.arguments, language);
    Explanation {
        trace_id: record.trace_id,
        correlation_id: record.correlation_id,
        time: time(record.at),
        duration_us: record.duration_us,
        tenant: record.tenant.map(|tenant| tenant.to_string()),
        method: record.method.clone().into_owned(),
        endpoint: record.endpoint.clone().into_owned(),
        status: record.status,
        outcome: Word::of("outcome", &record.outcome, language),
        client: record.client.clone(),
        authenticated: (reader == Reader::Owner).then(|| proof::is_authenticated(record)),
        grant_type: record.grant_type.clone().map(String::from),
        refusal: record.number.map(cause),
        passed: checks(&reasoning.passed, language),
        comparisons: comparisons(&reasoning.comparisons, reader, language),
        warnings: record.warnings.iter().map(|warning| in_words(warning, language)).collect(),
        operator: (reader == Reader::Operator).then(|| ForOperator::of(record, reasoning)),
    }
}

/// What changed, in words.
pub fn event(event: &Event, language: Language) -> String {
    let id = format!("event-{}", event.kind);
    let values = [("subject", event.subject.as_str()), ("detail", event.detail.as_str())];
    let words = [&*event.kind, &event.subject, &event.detail];
    known_text(language, &id, &values).unwrap_or_else(|| words.join(" ").trim_end().to_owned())
}

/// Checks that were passed, in words.
pub fn checks(names: &[impl AsRef<str>], language: Language) -> Vec<Word> {
    names.iter().map(|name| Word::of("check", name.as_ref(), language)).collect()
}

/// What was compared, as far as the reader may see it.
pub fn comparisons(all: &[Comparison], reader: Reader, language: Language) -> Vec<Compared> {
    let visible =
        |comparison: &&Comparison| reader == Reader::Operator || !comparison.operator_only;
    all.iter().filter(visible).map(|comparison| Compared::of(comparison, language)).collect()
}

impl Explanation {
    /// The same, with links that are complete where the service is reached at this origin.
    #[must_use]
    pub fn at(mut self, origin: &str) -> Self {
        self.refusal = self.refusal.map(|cause| cause.at(origin));
        self
    }
}

impl Word {
    /// A name of a kind; one that has no text stands for itself.
    fn of(kind: &str, name: &str, language: Language) -> Self {
        Self::with(kind, name, language, &[])
    }

    fn with(kind: &str, name: &str, language: Language, values: &[(&str, &str)]) -> Self {
        let id = format!("{kind}-{}", name.replace(':', "-"));
        let text = known_text(language, &id, values);
        Self { name: name.to_owned(), text: text.unwrap_or_else(|| name.to_owned()) }
    }
}

impl Cause {
    /// The cause with this number. One that this version does not know was given by another.
    pub fn of(number: u32, arguments: &[(impl AsRef<str>, String)], language: Language) -> Self {
        let arguments: Vec<(&str, &str)> =
            arguments.iter().map(|(name, value)| (name.as_ref(), value.as_str())).collect();
        match entry(number) {
            Some(entry) => Self::known(entry, &arguments, language),
            None => Self::unknown(number, language),
        }
    }

    /// The same, with a link that is complete where the service is reached at this origin.
    #[must_use]
    pub fn at(mut self, origin: &str) -> Self {
        self.link.insert_str(0, origin);
        self
    }

    fn known(entry: &Entry, arguments: &[(&str, &str)], language: Language) -> Self {
        Self {
            number: entry.number,
            label: entry.label().to_owned(),
            error: entry.error.to_owned(),
            title: entry.title(language),
            happened: entry.say(language, None, arguments),
            fixed_by: by(entry.fixed_by, language),
            steps: lines(&entry.say(language, Some("remedy"), arguments)),
            link: link(entry.number),
        }
    }

    fn unknown(number: u32, language: Language) -> Self {
        let say = |attribute: &str| {
            let id = format!("explanation-unknown-number{attribute}");
            text(language, &id, &[("number", &number.to_string())])
        };
        Self {
            number,
            label: number.to_string(),
            error: String::new(),
            title: say(".title"),
            happened: say(""),
            fixed_by: by(FixedBy::Operator, language),
            steps: lines(&say(".remedy")),
            link: link(number),
        }
    }
}

impl Compared {
    fn of(comparison: &Comparison, language: Language) -> Self {
        let difference = comparison.difference.as_ref().map(|difference| {
            let values = difference.arguments.iter();
            let values: Vec<(&str, &str)> =
                values.map(|(name, value)| (&**name, value.as_str())).collect();
            Word::with("difference", &difference.kind, language, &values)
        });
        Self {
            name: comparison.name.clone().into_owned(),
            expected: comparison.expected.clone(),
            received: comparison.received.clone(),
            difference,
            operator_only: comparison.operator_only,
        }
    }
}

impl ForOperator {
    fn of(record: &Record, reasoning: &Reasoning) -> Self {
        Self {
            user: record.user.map(|user| user.to_string()),
            owner: record.owner.as_ref().map(ToString::to_string),
            peer: record.peer.map(|peer| peer.to_string()),
            grant: record.grant.map(|grant| grant.to_string()),
            cause: reasoning.cause.clone(),
        }
    }
}

fn in_words(warning: &Warning, language: Language) -> Word {
    Word::with("warning", &warning.kind, language, &[("value", &warning.value)])
}

fn by(whom: FixedBy, language: Language) -> Word {
    Word::of("lookup", whom.word(), language)
}

fn lines(steps: &str) -> Vec<String> {
    steps.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

fn link(number: u32) -> String {
    format!("/error?code={number}")
}

fn time(at: Timestamp) -> String {
    let at = jiff::Timestamp::from_microsecond(at.microseconds()).unwrap_or_default();
    format!("{at:.3}")
}

#[cfg(test)]
mod tests;
