//! The page of all error numbers, with a search over numbers and words: `/error`.

mod search;
mod words;

use catalogue::foreign::{Foreign, foreigners};
use catalogue::{Entry, Language, entries};
use serde::Serialize;

pub(crate) use self::search::prepare;
use self::search::{Found, search};
use crate::Frame;

/// What a person types or pastes; the rest is not looked at.
const QUERY_CHARS_MAX: usize = 400;

/// The list of numbers, all or those that a search finds.
#[derive(Clone, Debug, Default)]
pub struct ErrorIndex {
    /// What surrounds the page.
    pub frame: Frame,
    /// What is looked for (the parameter `q`): a number, words, or a pasted error; empty for all.
    pub query: String,
}

impl ErrorIndex {
    /// The page's HTML.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("error_index", language, &self.view(language))
    }

    fn view(&self, language: Language) -> View<'_> {
        let query: String = self.query.trim().chars().take(QUERY_CHARS_MAX).collect();
        let mut view = View {
            frame: &self.frame,
            found: Vec::new(),
            groups: Vec::new(),
            foreign: Vec::new(),
            query,
        };
        if view.query.is_empty() {
            view.groups = groups(language);
            view.foreign = foreigners().iter().map(|one| Row::foreign(one, language)).collect();
        } else {
            let found = search(&view.query, language);
            view.found = found.iter().map(|one| Row::of(*one, language)).collect();
        }
        view
    }
}

#[derive(Serialize)]
struct View<'a> {
    frame: &'a Frame,
    query: String,
    /// What a search finds, best first.
    found: Vec<Row>,
    groups: Vec<Group>,
    foreign: Vec<Row>,
}

/// The entries that share one OAuth error.
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
    is_foreign: bool,
}

impl Row {
    fn of(found: Found, language: Language) -> Self {
        match found {
            Found::Own(entry) => Self::own(entry, language),
            Found::Foreign(foreign) => Self::foreign(foreign, language),
        }
    }

    fn own(entry: &Entry, language: Language) -> Self {
        Self {
            number: entry.number,
            label: entry.label(),
            title: entry.title(language),
            error: (entry.error != "none").then_some(entry.error),
            is_foreign: false,
        }
    }

    fn foreign(foreign: &Foreign, language: Language) -> Self {
        Self {
            number: foreign.number,
            label: foreign.label(),
            title: foreign.meaning(language),
            error: foreign.error,
            is_foreign: true,
        }
    }
}

fn groups(language: Language) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for entry in entries() {
        let row = Row::own(entry, language);
        match groups.iter_mut().find(|group| group.error == row.error) {
            Some(group) => group.entries.push(row),
            None => groups.push(Group { error: row.error, entries: vec![row] }),
        }
    }
    // By name, and what has no error on the wire last.
    groups.sort_by_key(|group| (group.error.is_none(), group.error));
    groups
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for ErrorIndex {
    const TEMPLATE: &'static str = "error_index";

    fn samples(_: Language) -> Vec<(&'static str, Self)> {
        let page = |query: &str| Self {
            frame: Frame { tenant: None, ..crate::sample::frame() },
            query: query.to_owned(),
        };
        vec![("all", page("")), ("found", page("redirect")), ("nothing", page("kangaroo"))]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self { frame: crate::sample::hostile_frame(text), query: text.to_owned() }
    }

    fn model(&self, language: Language) -> impl Serialize {
        self.view(language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_asked_shows_every_number_once() {
        // Proof: the rows counted against the catalogue, ours and those that only Microsoft gives.
        let view = ErrorIndex::default();
        let view = view.view(Language::ENGLISH);
        let rows: usize = view.groups.iter().map(|group| group.entries.len()).sum();
        assert_eq!(rows, entries().len());
        assert_eq!(view.foreign.len(), foreigners().len());
        assert!(view.found.is_empty());
    }

    #[test]
    fn a_search_shows_only_what_it_finds_and_whose_it_is() {
        // Proof: a number of ours, one that only Microsoft gives, and one that nobody gives.
        let view = |query: &str| ErrorIndex { query: query.to_owned(), ..ErrorIndex::default() };
        for (query, is_foreign) in [("AADSTS50011", Some(false)), ("AADSTS50020", Some(true))] {
            let page = view(query);
            let view = page.view(Language::ENGLISH);
            assert_eq!(view.found.first().map(|row| row.is_foreign), is_foreign, "{query}");
            assert!(view.groups.is_empty() && view.foreign.is_empty(), "{query}");
        }
        assert!(view("kangaroo").view(Language::ENGLISH).found.is_empty());
    }
}
