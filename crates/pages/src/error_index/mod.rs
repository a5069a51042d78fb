//! The page of all error numbers, with a search over numbers and words: `/error`.

use catalogue::{Entry, Language};
use serde::Serialize;

use crate::Frame;

/// What a person types or pastes; the rest is not looked at.
const QUERY_CHARS_MAX: usize = 400;
/// More words than this only slow the search down.
const WORDS_MAX: usize = 12;

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
        let found = search(&query, language);
        View { frame: &self.frame, count: found.len(), groups: groups(&found, language), query }
    }
}

#[derive(Serialize)]
struct View<'a> {
    frame: &'a Frame,
    query: String,
    count: usize,
    groups: Vec<Group>,
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
}

fn search(query: &str, language: Language) -> Vec<&'static Entry> {
    let query = query.to_lowercase();
    let named = labels_in(&query);
    if !named.is_empty() {
        return named;
    }
    let words: Vec<&str> = query.split_whitespace().take(WORDS_MAX).collect();
    let fits = |entry: &&Entry| {
        let text = searchable(entry, language);
        words.iter().all(|word| text.contains(word))
    };
    catalogue::entries().iter().filter(fits).collect()
}

/// The entries whose label stands in a pasted error, in the order of the numbers.
fn labels_in(query: &str) -> Vec<&'static Entry> {
    let mut words = query.split(|c: char| !c.is_ascii_alphanumeric());
    let mut found: Vec<&Entry> = words
        .by_ref()
        .filter_map(|word| {
            let digits = word.trim_start_matches(|c: char| c.is_ascii_alphabetic());
            let entry = catalogue::entry(digits.parse().ok()?)?;
            entry.label().eq_ignore_ascii_case(word).then_some(entry)
        })
        .collect();
    found.sort_by_key(|entry| entry.number);
    found.dedup_by_key(|entry| entry.number);
    found
}

fn searchable(entry: &Entry, language: Language) -> String {
    let parts = [
        entry.label().to_owned(),
        entry.name.to_owned(),
        entry.error.to_owned(),
        entry.parameters.join(" "),
        entry.title(language),
        entry.happened(language),
    ];
    parts.join(" ").to_lowercase()
}

fn groups(entries: &[&'static Entry], language: Language) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for entry in entries {
        let error = (entry.error != "none").then_some(entry.error);
        let row = Row { number: entry.number, label: entry.label(), title: entry.title(language) };
        match groups.iter_mut().find(|group| group.error == error) {
            Some(group) => group.entries.push(row),
            None => groups.push(Group { error, entries: vec![row] }),
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

    fn numbers(query: &str) -> Vec<u32> {
        search(query, Language::ENGLISH).iter().map(|entry| entry.number).collect()
    }

    #[test]
    fn a_pasted_error_finds_its_own_number() {
        // Proof: a whole error body, as people paste it, and the label in small letters.
        let body = r#"{"error":"invalid_request","error_description":"AADSTS50011: The redirect URI
            Trace ID: 6a1f1c7e-53a2-4bb0-9f44-0a7a9d6c0b12","error_codes":[50011]}"#;
        assert_eq!(numbers(body), [50_011]);
        assert_eq!(numbers("aadsts50011"), [50_011]);
    }

    #[test]
    fn every_word_of_a_search_must_be_there() {
        // Proof: a number, words in another order and case, and a word that is nowhere.
        assert!(numbers("50011").contains(&50_011));
        assert!(numbers("URI redirect").contains(&50_011));
        assert_eq!(numbers("redirect kangaroo"), [0_u32; 0]);
    }

    #[test]
    fn nothing_asked_shows_every_number_once() {
        // Proof: the rows of all groups counted against the catalogue.
        let view = ErrorIndex::default().view(Language::ENGLISH).groups;
        let rows: usize = view.iter().map(|group| group.entries.len()).sum();
        assert_eq!(rows, catalogue::entries().len());
    }
}
