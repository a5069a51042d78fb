//! The whole catalogue as one JSON document, for tools.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Serialize;

use crate::entry::{Entry, entries};
use crate::language::Language;

static DOCUMENT: LazyLock<String> = LazyLock::new(|| {
    let document = Document { refusals: entries().iter().map(Explained::of).collect() };
    serde_json::to_string(&document).unwrap_or_default()
});

/// Every refusal with its texts in every language, as JSON.
pub fn json() -> &'static str {
    &DOCUMENT
}

#[derive(Serialize)]
struct Document {
    refusals: Vec<Explained>,
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
