//! What no language changes about a refusal: number, OAuth error, status, who can mend it.

use crate::generated;
use crate::language::Language;
use crate::refusal::{Refusal, argument};
use crate::speech;

/// One numbered cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Unique, never reused; its meaning is under semantic versioning.
    pub number: u32,
    /// The symbolic name, in Pascal case.
    pub name: &'static str,
    pub(crate) label: &'static str,
    /// The function in [`crate::refusal`] that makes it.
    pub constructor: &'static str,
    /// The value of `error` on the wire; `none` where only a page shows the refusal.
    pub error: &'static str,
    /// The value of `error` at the authorization endpoint, where it is another one there.
    pub error_on_authorize: Option<&'static str>,
    /// The HTTP status.
    pub status: u16,
    /// What clients of the Microsoft identity platform read to choose their next step.
    pub suberror: Option<&'static str>,
    /// Who can do something about it.
    pub fixed_by: FixedBy,
    /// The names of the values that its sentence shows, in the order the constructor takes them.
    pub parameters: &'static [&'static str],
    /// The first version that gives it.
    pub since: &'static str,
    /// The first version that no longer gives it.
    pub retired: Option<&'static str>,
    /// Numbers with a neighbouring cause.
    pub related: &'static [u32],
    /// True where the error must stay on our own page and never reach a client by redirect.
    pub page_only: bool,
}

/// Who can mend the cause of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FixedBy {
    /// Whoever writes or configures the client.
    Developer,
    /// Whoever administers the tenant.
    Administrator,
    /// The person who signs in.
    User,
    /// Nobody but whoever runs this service.
    Operator,
}

impl Entry {
    /// The number as it is written for people: `AADSTS50011`, or `ADMIT88000001` for our own.
    pub fn label(&self) -> &'static str {
        self.label
    }

    /// The `error` to send from the authorization endpoint.
    pub fn authorize_error(&self) -> &'static str {
        self.error_on_authorize.unwrap_or(self.error)
    }

    /// A few words that name the cause.
    pub fn title(&self, language: Language) -> String {
        speech::say(language, self.number, Some("title"), &[])
    }

    /// What happened, in general: each value stands as its name in braces.
    pub fn happened(&self, language: Language) -> String {
        self.in_general(language, None)
    }

    /// What to do about it, in general: one step per line.
    pub fn remedy(&self, language: Language) -> String {
        self.in_general(language, Some("remedy"))
    }

    /// A refusal with this cause, and what `value` gives for the names of its values.
    pub fn refusal(&'static self, value: impl Fn(&'static str) -> String) -> Refusal {
        let with_value = |name: &&'static str| (*name, argument(value(name)));
        Refusal::new(self, self.parameters.iter().map(with_value).collect())
    }

    /// Its sentence, or with `title` or `remedy` that attribute, with values that were kept since.
    /// What is missing among them stands as its name in braces.
    pub fn say(
        &self,
        language: Language,
        attribute: Option<&str>,
        arguments: &[(&str, &str)],
    ) -> String {
        let value = |name: &str| match arguments.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => (*value).to_owned(),
            None => format!("{{{name}}}"),
        };
        let values: Vec<(&str, String)> =
            self.parameters.iter().map(|name| (*name, value(name))).collect();
        let borrowed: Vec<(&str, &str)> =
            values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        speech::say(language, self.number, attribute, &borrowed)
    }

    fn in_general(&self, language: Language, attribute: Option<&str>) -> String {
        self.say(language, attribute, &[])
    }
}

impl FixedBy {
    /// The word used in the catalogue's files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Developer => "developer",
            Self::Administrator => "administrator",
            Self::User => "user",
            Self::Operator => "operator",
        }
    }
}

/// Every entry, sorted by number.
pub fn entries() -> &'static [Entry] {
    &generated::ENTRIES
}

/// The entry of a number.
pub fn entry(number: u32) -> Option<&'static Entry> {
    let place = generated::ENTRIES.binary_search_by_key(&number, |entry| entry.number).ok()?;
    generated::ENTRIES.get(place)
}
