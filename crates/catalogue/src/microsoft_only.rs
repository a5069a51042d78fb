//! Error numbers that only the Microsoft identity platform returns. A developer who sees one there
//! can look it up here, too.

use crate::entry::{self, Entry};
use crate::generated::microsoft_only::MICROSOFT_ONLY_ERRORS;
use crate::language::Language;
use crate::messages::text;

/// An error number that this service does not return.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MicrosoftOnlyError {
    /// Unique; never that of an [`Entry`].
    pub number: u32,
    /// The symbolic name, if Microsoft's reference has one.
    pub name: Option<&'static str>,
    pub(crate) label: &'static str,
    /// The value of `error` that goes with it, if it is known.
    pub error: Option<&'static str>,
    /// The HTTP status that goes with it, if it is known.
    pub status: Option<u16>,
    /// The feature that the number belongs to: the end of the message id `feature-<feature>`.
    pub feature: &'static str,
    /// Why this service does not return it.
    pub reason: Reason,
    /// The entry with the same or the most similar cause.
    pub nearest: Option<u32>,
}

/// Why this service does not return a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// This service does not have the feature yet.
    NotBuilt,
    /// Only Microsoft's own products have the feature.
    OtherProduct,
    /// This service returns another number for the cause.
    Replaced,
    /// This service accepts what the number refuses.
    NoError,
}

impl MicrosoftOnlyError {
    /// Returns the number with its prefix: `AADSTS50020`.
    pub fn label(&self) -> &'static str {
        self.label
    }

    /// Returns its meaning at Microsoft, in one or two sentences.
    pub fn meaning(&self, language: Language) -> String {
        text(language, &format!("m{}", self.number), &[])
    }

    /// Returns the name of its feature.
    pub fn feature(&self, language: Language) -> String {
        text(language, &format!("feature-{}", self.feature), &[])
    }

    /// Returns a sentence that says why this service does not return the number.
    pub fn explanation(&self, language: Language) -> String {
        text(language, &format!("reason-{}", self.reason.as_str().replace('_', "-")), &[])
    }

    /// Returns the entry with the same or the most similar cause.
    pub fn nearest(&self) -> Option<&'static Entry> {
        entry::entry(self.nearest?)
    }
}

impl Reason {
    /// Returns the value of `reason` in `microsoft_only.toml` and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotBuilt => "not_built",
            Self::OtherProduct => "other_product",
            Self::Replaced => "replaced",
            Self::NoError => "no_error",
        }
    }
}

/// Returns every number that only Microsoft returns, sorted.
pub fn microsoft_only_errors() -> &'static [MicrosoftOnlyError] {
    &MICROSOFT_ONLY_ERRORS
}

/// Returns the description of a number that this service does not return.
pub fn microsoft_only_error(number: u32) -> Option<&'static MicrosoftOnlyError> {
    let index = MICROSOFT_ONLY_ERRORS.binary_search_by_key(&number, |error| error.number).ok()?;
    MICROSOFT_ONLY_ERRORS.get(index)
}
