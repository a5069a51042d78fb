//! The whole catalogue as one JSON document, for tools.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Serialize;

use crate::entry::{Entry, entries};
use crate::foreign::{Foreign, foreigners};
use crate::language::Language;

static DOCUMENT: LazyLock<String> = LazyLock::new(|| {
    let document = Document {
        refusals: entries().iter().map(Explained::of).collect(),
        foreign: foreigners().iter().map(Described::of).collect(),
    };
    serde_json::to_string(&document).unwrap_or_default()
});

/// Every refusal with its texts in every language, and every number of Microsoft's that is not
/// given here, as JSON.
pub fn json() -> &'static str {
    &DOCUMENT
}

#[derive(Serialize)]
struct Document {
    refusals: Vec<Explained>,
    foreign: Vec<Described>,
}

#[derive(Serialize)]
struct Explained {
    number: u32,
    name: &'static str,
    label: &'static str,
    error: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_on_authorize: Option<&'static str>,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    suberror: Option<&'static str>,
    fixed_by: &'static str,
    parameters: &'static [&'static str],
    since: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    retired: Option<&'static str>,
    related: &'static [u32],
    texts: BTreeMap<&'static str, Texts>,
}

#[derive(Serialize)]
struct Texts {
    title: String,
    happened: String,
    remedy: String,
}

impl Explained {
    fn of(entry: &Entry) -> Self {
        let texts = Language::all().map(|language| (language.tag(), Texts::of(entry, language)));
        Self {
            number: entry.number,
            name: entry.name,
            label: entry.label(),
            error: entry.error,
            error_on_authorize: entry.error_on_authorize,
            status: entry.status,
            suberror: entry.suberror,
            fixed_by: entry.fixed_by.word(),
            parameters: entry.parameters,
            since: entry.since,
            retired: entry.retired,
            related: entry.related,
            texts: texts.collect(),
        }
    }
}

impl Texts {
    fn of(entry: &Entry, language: Language) -> Self {
        Self {
            title: entry.title(language),
            happened: entry.happened(language),
            remedy: entry.remedy(language),
        }
    }
}

/// A number that is not given here.
#[derive(Serialize)]
struct Described {
    number: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'static str>,
    label: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    feature: &'static str,
    because: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    nearest: Option<u32>,
    texts: BTreeMap<&'static str, ForeignTexts>,
}

#[derive(Serialize)]
struct ForeignTexts {
    meaning: String,
    feature: String,
    reason: String,
}

impl Described {
    fn of(foreign: &Foreign) -> Self {
        let texts =
            Language::all().map(|language| (language.tag(), ForeignTexts::of(foreign, language)));
        Self {
            number: foreign.number,
            name: foreign.name,
            label: foreign.label(),
            error: foreign.error,
            status: foreign.status,
            feature: foreign.feature,
            because: foreign.because.word(),
            nearest: foreign.nearest,
            texts: texts.collect(),
        }
    }
}

impl ForeignTexts {
    fn of(foreign: &Foreign, language: Language) -> Self {
        Self {
            meaning: foreign.meaning(language),
            feature: foreign.feature(language),
            reason: foreign.reason(language),
        }
    }
}
