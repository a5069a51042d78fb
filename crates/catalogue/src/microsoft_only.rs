//! Numbers of the Microsoft identity platform that this service does not give, so that whoever
//! meets one elsewhere can still look it up here.

use crate::entry::{self, Entry};
use crate::generated::foreign::FOREIGN;
use crate::language::Language;
use crate::speech::text;

/// One number that only Microsoft's service gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreign {
    /// Unique; never that of an [`Entry`].
    pub number: u32,
    /// The symbolic name, where Microsoft's reference has one.
    pub name: Option<&'static str>,
    pub(crate) label: &'static str,
    /// The value of `error` that goes with it, where one is known.
    pub error: Option<&'static str>,
    /// The HTTP status that goes with it, where one is known.
    pub status: Option<u16>,
    /// What the number is about, as the texts name it: `feature-<feature>`.
    pub feature: &'static str,
    /// Why this service does not give it.
    pub because: Because,
    /// The number of ours that says the same, or comes nearest.
    pub nearest: Option<u32>,
}

/// Why this service does not give a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Because {
    /// What it is about is not part of this service yet.
    NotBuilt,
    /// It is about something that only Microsoft's own products have.
    OtherProduct,
    /// Another number stands for the cause here.
    Replaced,
    /// What it turns down is no error here.
    NoError,
}

impl Foreign {
    /// The number as it is written for people: `AADSTS50020`.
    pub fn label(&self) -> &'static str {
        self.label
    }

    /// What it means where it is given: one or two sentences.
    pub fn meaning(&self, language: Language) -> String {
        text(language, &format!("m{}", self.number), &[])
    }

    /// A few words for what it is about.
    pub fn feature(&self, language: Language) -> String {
        text(language, &format!("feature-{}", self.feature), &[])
    }

    /// A sentence that says why this service does not give it.
    pub fn reason(&self, language: Language) -> String {
        text(language, &format!("because-{}", self.because.word().replace('_', "-")), &[])
    }

    /// The entry of ours that says the same, or comes nearest.
    pub fn nearest(&self) -> Option<&'static Entry> {
        entry::entry(self.nearest?)
    }
}

impl Because {
    /// The word used in the catalogue's files.
    pub fn word(self) -> &'static str {
        match self {
            Self::NotBuilt => "not_built",
            Self::OtherProduct => "other_product",
            Self::Replaced => "replaced",
            Self::NoError => "no_error",
        }
    }
}

/// Every number that only Microsoft's service gives, sorted.
pub fn foreigners() -> &'static [Foreign] {
    &FOREIGN
}

/// What is known of a number that this service does not give.
pub fn foreign(number: u32) -> Option<&'static Foreign> {
    let place = FOREIGN.binary_search_by_key(&number, |foreign| foreign.number).ok()?;
    FOREIGN.get(place)
}
