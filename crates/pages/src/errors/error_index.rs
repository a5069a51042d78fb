//! The page `/error`: all error numbers, with a search by number and words.

mod search;
mod tokenize;

use catalogue::microsoft_only::{MicrosoftOnlyError, microsoft_only_errors};
use catalogue::{Entry, Language, entries};
use serde::Serialize;

use self::search::{Hit, search};
use crate::Layout;

/// The limit on a query, in characters; the rest is ignored.
const QUERY_CHARS_MAX: usize = 400;

/// The data of the page: a query, or none for the list of all numbers.
#[derive(Clone, Debug)]
pub struct ErrorIndex {
    /// The layout of the page.
    pub layout: Layout,
    /// The query (parameter `q`): a number, words, or a pasted error; empty for all numbers.
    pub query: String,
}

impl ErrorIndex {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("error_index", language, &self.view(language))
    }

    fn view(&self, language: Language) -> View<'_> {
        let query: String = self.query.trim().chars().take(QUERY_CHARS_MAX).collect();
        let mut view = View {
            layout: &self.layout,
            results: Vec::new(),
            groups: Vec::new(),
            microsoft_only: Vec::new(),
            query,
        };
        if view.query.is_empty() {
            view.groups = groups(language);
            view.microsoft_only = microsoft_only_errors()
                .iter()
                .map(|one| Row::from_microsoft_only(one, language))
                .collect();
        } else {
            let hits = search(&view.query, language);
            view.results = hits.iter().map(|hit| Row::from_hit(*hit, language)).collect();
        }
        view
    }
}

#[derive(Serialize)]
struct View<'a> {
    layout: &'a Layout,
    query: String,
    /// The search results, best first.
    results: Vec<Row>,
    groups: Vec<Group>,
    microsoft_only: Vec<Row>,
}

/// The entries with the same OAuth error.
#[derive(Serialize)]
struct Group {
    error: Option<&'static str>,
    entries: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    number: u32,
    label: &'static str,
    title: String,
    error: Option<&'static str>,
    is_microsoft_only: bool,
}

impl Row {
    fn from_hit(hit: Hit, language: Language) -> Self {
        match hit {
            Hit::Entry(entry) => Self::from_entry(entry, language),
            Hit::MicrosoftOnly(error) => Self::from_microsoft_only(error, language),
        }
    }

    fn from_entry(entry: &Entry, language: Language) -> Self {
        Self {
            number: entry.number,
            label: entry.label(),
            title: entry.title(language),
            error: (entry.error != "none").then_some(entry.error),
            is_microsoft_only: false,
        }
    }

    fn from_microsoft_only(error: &MicrosoftOnlyError, language: Language) -> Self {
        Self {
            number: error.number,
            label: error.label(),
            title: error.meaning(language),
            error: error.error,
            is_microsoft_only: true,
        }
    }
}

fn groups(language: Language) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for entry in entries() {
        let row = Row::from_entry(entry, language);
        match groups.iter_mut().find(|group| group.error == row.error) {
            Some(group) => group.entries.push(row),
            None => groups.push(Group { error: row.error, entries: vec![row] }),
        }
    }
    // Sorted by error; entries without an OAuth error come last.
    groups.sort_by_key(|group| (group.error.is_none(), group.error));
    groups
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for ErrorIndex {
    const TEMPLATE: &'static str = "error_index";

    fn samples(_: Language) -> Vec<(&'static str, Self)> {
        let page = |query: &str| Self {
            layout: Layout {
                tenant: None,
                language_switch: crate::LanguageSwitch::in_search("/error"),
            },
            query: query.to_owned(),
        };
        vec![("all", page("")), ("found", page("redirect")), ("nothing", page("kangaroo"))]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self { layout: crate::sample::hostile_layout(text), query: text.to_owned() }
    }

    fn model(&self, language: Language) -> impl Serialize {
        self.view(language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_query_lists_every_number_once() {
        // Counts the rows of both lists against the catalogue.
        let view = ErrorIndex { layout: crate::sample::layout(), query: String::new() };
        let view = view.view(Language::ENGLISH);
        let rows: usize = view.groups.iter().map(|group| group.entries.len()).sum();
        assert_eq!(rows, entries().len());
        assert_eq!(view.microsoft_only.len(), microsoft_only_errors().len());
        assert!(view.results.is_empty());
    }

    #[test]
    fn search_results_mark_microsoft_only_numbers() {
        // Searches for an entry, for a Microsoft-only number, and for a word without results.
        let layout = crate::sample::layout;
        let view = |query: &str| ErrorIndex { layout: layout(), query: query.to_owned() };
        for (query, is_microsoft_only) in
            [("AADSTS50011", Some(false)), ("AADSTS50020", Some(true))]
        {
            let page = view(query);
            let view = page.view(Language::ENGLISH);
            assert_eq!(
                view.results.first().map(|row| row.is_microsoft_only),
                is_microsoft_only,
                "{query}"
            );
            assert!(view.groups.is_empty() && view.microsoft_only.is_empty(), "{query}");
        }
        assert!(view("kangaroo").view(Language::ENGLISH).results.is_empty());
    }
}
