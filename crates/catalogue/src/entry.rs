//! The language-independent part of a refusal: number, OAuth error, status, who can fix it.

use crate::generated;
use crate::language::Language;
use crate::messages;

/// One numbered cause of refusals or faults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Unique and never reused; its meaning is under semantic versioning.
    pub number: u32,
    /// The symbolic name, in Pascal case.
    pub name: &'static str,
    pub(crate) label: &'static str,
    /// The function in [`crate::refusal`] that creates the refusal.
    pub constructor: &'static str,
    /// The value of `error` on the wire; `none` if only a page shows the refusal.
    pub error: &'static str,
    /// The value of `error` at the authorization endpoint, if it differs there.
    pub error_on_authorize: Option<&'static str>,
    /// The HTTP status.
    pub status: u16,
    /// The `suberror`: clients of the Microsoft identity platform choose their next step by it.
    pub suberror: Option<&'static str>,
    /// The role that can fix the cause.
    pub fixed_by: FixedBy,
    /// The names of the values in its description, in the order of the constructor's arguments.
    pub parameters: &'static [&'static str],
    /// The first version that returns it.
    pub since: &'static str,
    /// The first version that no longer returns it.
    pub retired: Option<&'static str>,
    /// Numbers with a similar cause.
    pub related: &'static [u32],
    /// True if the error is shown on a page of this service and never sent to a client by redirect.
    pub page_only: bool,
    /// True if the cause passes by itself, so that a report of the user would be of no use.
    pub passes: bool,
}

impl Entry {
    /// Returns whether a report of the user helps: the operator has to fix the cause, and it does
    /// not pass by itself.
    pub fn is_reportable(&self) -> bool {
        self.fixed_by == FixedBy::Operator && !self.passes
    }
}

/// The role that can fix the cause of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FixedBy {
    /// The developer of the client.
    Developer,
    /// An administrator of the tenant.
    Administrator,
    /// The user who signs in.
    User,
    /// The operator of this service, and no other role.
    Operator,
}

impl Entry {
    /// Returns the number with its prefix: `AADSTS50011`, or `ADMIT88000001` for a number that
    /// Microsoft does not use.
    pub fn label(&self) -> &'static str {
        self.label
    }

    /// Returns the value of `error` for the authorization endpoint.
    pub fn authorize_error(&self) -> &'static str {
        self.error_on_authorize.unwrap_or(self.error)
    }

    /// Returns a short name of the cause.
    pub fn title(&self, language: Language) -> String {
        messages::format_message(language, self.number, Some("title"), &[])
    }

    /// Returns the description as a template: the name of each value in braces.
    pub fn description(&self, language: Language) -> String {
        self.template(language, None)
    }

    /// Returns the remedy as a template, one step per line.
    pub fn remedy(&self, language: Language) -> String {
        self.template(language, Some("remedy"))
    }

    /// Formats the description, or the attribute `title` or `remedy`, with stored values. A value
    /// that is missing in `arguments` is replaced by its name in braces.
    pub fn format(
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
        messages::format_message(language, self.number, attribute, &borrowed)
    }

    fn template(&self, language: Language, attribute: Option<&str>) -> String {
        self.format(language, attribute, &[])
    }
}

impl FixedBy {
    /// Returns the value of `fixed_by` in `errors.toml` and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Developer => "developer",
            Self::Administrator => "administrator",
            Self::User => "user",
            Self::Operator => "operator",
        }
    }
}

/// Returns every entry, sorted by number.
pub fn entries() -> &'static [Entry] {
    &generated::ENTRIES
}

/// Returns a number as pages show it: with its prefix, or alone if it has no entry. 0 stands for a
/// report that is not about an error.
pub fn label(number: u32) -> String {
    match entry(number) {
        Some(entry) => entry.label().to_owned(),
        None if number == 0 => "\u{2013}".to_owned(),
        None => number.to_string(),
    }
}

/// Returns the entry with a number.
pub fn entry(number: u32) -> Option<&'static Entry> {
    let index = generated::ENTRIES.binary_search_by_key(&number, |entry| entry.number).ok()?;
    generated::ENTRIES.get(index)
}
