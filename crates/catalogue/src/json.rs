//! The complete catalogue as one JSON document, for tools.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Serialize;

use crate::entry::{Entry, entries};
use crate::language::Language;
use crate::microsoft_only::{MicrosoftOnlyError, microsoft_only_errors};

static DOCUMENT: LazyLock<String> = LazyLock::new(|| {
    let document = Document {
        refusals: entries().iter().map(EntryView::new).collect(),
        microsoft_only: microsoft_only_errors().iter().map(MicrosoftOnlyView::new).collect(),
    };
    serde_json::to_string(&document).unwrap_or_default()
});

/// Returns every refusal and every Microsoft-only number with their texts, as JSON.
pub fn json() -> &'static str {
    &DOCUMENT
}

#[derive(Serialize)]
struct Document {
    refusals: Vec<EntryView>,
    microsoft_only: Vec<MicrosoftOnlyView>,
}

#[derive(Serialize)]
struct EntryView {
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
    description: String,
    remedy: String,
}

impl EntryView {
    fn new(entry: &Entry) -> Self {
        let texts = Language::all().map(|language| (language.tag(), Texts::new(entry, language)));
        Self {
            number: entry.number,
            name: entry.name,
            label: entry.label(),
            error: entry.error,
            error_on_authorize: entry.error_on_authorize,
            status: entry.status,
            suberror: entry.suberror,
            fixed_by: entry.fixed_by.as_str(),
            parameters: entry.parameters,
            since: entry.since,
            retired: entry.retired,
            related: entry.related,
            texts: texts.collect(),
        }
    }
}

impl Texts {
    fn new(entry: &Entry, language: Language) -> Self {
        Self {
            title: entry.title(language),
            description: entry.description(language),
            remedy: entry.remedy(language),
        }
    }
}

#[derive(Serialize)]
struct MicrosoftOnlyView {
    number: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'static str>,
    label: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    feature: &'static str,
    reason: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    nearest: Option<u32>,
    texts: BTreeMap<&'static str, MicrosoftOnlyTexts>,
}

#[derive(Serialize)]
struct MicrosoftOnlyTexts {
    meaning: String,
    feature: String,
    explanation: String,
}

impl MicrosoftOnlyView {
    fn new(error: &MicrosoftOnlyError) -> Self {
        let texts = Language::all()
            .map(|language| (language.tag(), MicrosoftOnlyTexts::new(error, language)));
        Self {
            number: error.number,
            name: error.name,
            label: error.label(),
            error: error.error,
            status: error.status,
            feature: error.feature,
            reason: error.reason.as_str(),
            nearest: error.nearest,
            texts: texts.collect(),
        }
    }
}

impl MicrosoftOnlyTexts {
    fn new(error: &MicrosoftOnlyError, language: Language) -> Self {
        Self {
            meaning: error.meaning(language),
            feature: error.feature(language),
            explanation: error.explanation(language),
        }
    }
}
