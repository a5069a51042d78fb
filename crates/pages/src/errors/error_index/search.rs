//! Search for error numbers by number, by words with one misspelling, or by a pasted error.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;
use std::sync::{LazyLock, OnceLock};

use catalogue::microsoft_only::{MicrosoftOnlyError, microsoft_only_error, microsoft_only_errors};
use catalogue::{Entry, Language, entries, entry};

use super::tokenize::{is_filler, is_number, is_one_edit_away, with_spaced_parts, words};

/// The limit on the words of a query; the rest is ignored.
const WORDS_MAX: usize = 12;
/// A shorter word is similar to too many others to be corrected.
const CORRECTED_CHARS_MIN: usize = 5;
/// A shorter word is the prefix of too many others.
const PREFIX_BYTES_MIN: usize = 3;
/// The limit on the words of one query that are corrected.
const CORRECTIONS_MAX: usize = 3;
/// The limit on the words that one search compares letter by letter.
const COMPARISONS_MAX: usize = 4_000;

/// One search result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hit {
    /// A number of this service.
    Entry(&'static Entry),
    /// A number that only Microsoft returns.
    MicrosoftOnly(&'static MicrosoftOnlyError),
}

/// Returns the results of a query, best first. An empty query has none.
pub(super) fn search(query: &str, language: Language) -> Vec<Hit> {
    let pasted = labels_in(query);
    if !pasted.is_empty() {
        return pasted;
    }
    let mut budget = Budget::default();
    index_of(language).map_or(Vec::new(), |index| index.search(query, &mut budget))
}

/// Returns the numbers whose label is in a pasted error, sorted by number.
fn labels_in(query: &str) -> Vec<Hit> {
    let words = query.split(|one: char| !one.is_ascii_alphanumeric());
    let mut hits: BTreeMap<u32, Hit> = BTreeMap::new();
    for word in words {
        let digits = word.trim_start_matches(|one: char| one.is_ascii_alphabetic());
        let Ok(number) = digits.parse() else { continue };
        let entry = entry(number).map(|entry| (entry.label(), Hit::Entry(entry)));
        let known = entry.or_else(|| {
            microsoft_only_error(number).map(|error| (error.label(), Hit::MicrosoftOnly(error)))
        });
        if let Some((_, hit)) = known.filter(|(label, _)| label.eq_ignore_ascii_case(word)) {
            hits.insert(number, hit);
        }
    }
    hits.into_values().collect()
}

/// The index of each language, built by the first search in it: it takes some milliseconds once,
/// and memory that most services never need.
static INDEXES: LazyLock<HashMap<&'static str, OnceLock<Index>>> =
    LazyLock::new(|| Language::all().map(|one| (one.tag(), OnceLock::new())).collect());

fn index_of(language: Language) -> Option<&'static Index> {
    Some(INDEXES.get(&language.tag())?.get_or_init(|| Index::new(language)))
}

/// The words of the texts of all numbers, in one language and in English.
#[derive(Default)]
struct Index {
    hits: Vec<Hit>,
    words: BTreeMap<String, Postings>,
    /// The indexed words by their number of characters, for correction.
    by_length: Vec<Vec<String>>,
}

/// The occurrences of a word: the index of the hit and the weight of the text.
type Postings = Vec<(usize, u32)>;

/// The remaining work of one search. It bounds the cost of a hostile query.
struct Budget {
    corrections: usize,
    comparisons: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { corrections: CORRECTIONS_MAX, comparisons: COMPARISONS_MAX }
    }
}

/// The factors for the similarity of a query word to an indexed word.
mod similarity {
    pub(super) const EQUAL: u32 = 10;
    pub(super) const PREFIX: u32 = 7;
    pub(super) const EXTENDED: u32 = 6;
    pub(super) const CORRECTED: u32 = 4;
}

/// The weights of the texts in which a word can occur.
mod weight {
    pub(super) const NUMBER: u32 = 100;
    pub(super) const NAME: u32 = 18;
    pub(super) const ERROR: u32 = 30;
    pub(super) const TITLE: u32 = 24;
    pub(super) const PARAMETER: u32 = 16;
    pub(super) const DESCRIPTION: u32 = 10;
    pub(super) const REMEDY: u32 = 4;
}

impl Index {
    fn new(language: Language) -> Self {
        let mut index = Self::default();
        let mut languages = vec![language, Language::ENGLISH];
        languages.dedup();
        for entry in entries() {
            index.add(Hit::Entry(entry), entry_texts(entry, &languages));
        }
        for error in microsoft_only_errors() {
            index.add(Hit::MicrosoftOnly(error), microsoft_only_texts(error, &languages));
        }
        for word in index.words.keys() {
            let length = word.chars().count();
            if index.by_length.len() <= length {
                index.by_length.resize_with(length + 1, Vec::new);
            }
            index.by_length.get_mut(length).into_iter().for_each(|all| all.push(word.clone()));
        }
        index
    }

    fn add(&mut self, hit: Hit, texts: Vec<(u32, String)>) {
        let mut weights: BTreeMap<String, u32> = BTreeMap::new();
        for (weight, text) in texts {
            for word in words(&text) {
                let highest = weights.entry(word).or_default();
                *highest = weight.max(*highest);
            }
        }
        let index = self.hits.len();
        self.hits.push(hit);
        for (word, weight) in weights {
            self.words.entry(word).or_default().push((index, weight));
        }
    }

    fn search(&self, query: &str, budget: &mut Budget) -> Vec<Hit> {
        // A word that is longer than all indexed words cannot match.
        let is_searchable =
            |word: &String| word.chars().count() < self.by_length.len() && !is_filler(word);
        let query_words = words(query).filter(is_searchable).take(WORDS_MAX);
        let mut totals: Option<Vec<u32>> = None;
        for word in query_words {
            let scores = self.scores(&word, budget);
            let both = |(total, score): (u32, &u32)| {
                if total == 0 || *score == 0 { 0 } else { total + score }
            };
            let next = match totals {
                None => scores,
                Some(totals) => totals.into_iter().zip(&scores).map(both).collect(),
            };
            if next.iter().all(|total| *total == 0) {
                return Vec::new();
            }
            totals = Some(next);
        }
        let scored = totals.unwrap_or_default().into_iter().zip(self.hits.iter().copied());
        let mut scored: Vec<(u32, Hit)> = scored.filter(|(total, _)| *total > 0).collect();
        // A stable sort: equal scores keep the order of the numbers, entries first.
        scored.sort_by_key(|(score, _)| Reverse(*score));
        scored.into_iter().map(|(_, hit)| hit).collect()
    }

    /// Returns the score of each number for a query word. A word is only corrected if no indexed
    /// word equals it, begins with it or is its beginning.
    fn scores(&self, typed: &str, budget: &mut Budget) -> Vec<u32> {
        let mut scores = vec![0; self.hits.len()];
        let mut has_match = false;
        let mut count = |similarity: u32, postings: &Postings| {
            for (index, weight) in postings {
                if let Some(score) = scores.get_mut(*index) {
                    *score = (similarity * weight).max(*score);
                }
            }
        };
        for (similarity, postings) in self.matches(typed) {
            count(similarity, postings);
            has_match = true;
        }
        if !has_match {
            self.corrections(typed, budget)
                .for_each(|postings| count(similarity::CORRECTED, postings));
        }
        scores
    }

    /// Returns the word itself, the words that begin with it, and the words that it begins with.
    fn matches<'a>(&'a self, typed: &'a str) -> impl Iterator<Item = (u32, &'a Postings)> {
        let equal = self.words.get(typed).map(|postings| (similarity::EQUAL, postings));
        let longer = self.words.range::<str, _>((Bound::Excluded(typed), Bound::Unbounded));
        let longer = longer
            .take_while(move |(known, _)| {
                typed.len() >= PREFIX_BYTES_MIN && known.starts_with(typed)
            })
            .map(|(_, postings)| (similarity::PREFIX, postings));
        let ends = CORRECTED_CHARS_MIN..typed.len();
        let shorter = ends.filter_map(move |end| {
            let known = typed.get(..end).filter(|_| !is_number(typed))?;
            Some((similarity::EXTENDED, self.words.get(known)?))
        });
        equal.into_iter().chain(longer).chain(shorter)
    }

    /// Returns the words at edit distance 1.
    fn corrections<'a>(
        &'a self,
        typed: &str,
        budget: &'a mut Budget,
    ) -> impl Iterator<Item = &'a Postings> {
        let typed: Vec<char> = typed.chars().collect();
        let is_correctable = typed.len() >= CORRECTED_CHARS_MIN
            && typed.iter().any(|letter| !letter.is_ascii_digit())
            && budget.corrections > 0;
        budget.corrections -= usize::from(is_correctable);
        let lengths = typed.len().saturating_sub(1)..=typed.len() + 1;
        let buckets = lengths.filter_map(|length| self.by_length.get(length));
        buckets
            .flatten()
            .take_while(move |_| {
                let is_within_budget = is_correctable && budget.comparisons > 0;
                budget.comparisons -= usize::from(is_within_budget);
                is_within_budget
            })
            .filter(move |known| is_one_edit_away(&typed, known))
            .filter_map(|known| self.words.get(known))
    }
}

fn entry_texts(entry: &Entry, languages: &[Language]) -> Vec<(u32, String)> {
    let mut texts = vec![
        (weight::NUMBER, format!("{} {}", entry.number, entry.label())),
        (weight::NAME, with_spaced_parts(entry.name)),
        (weight::ERROR, entry.error.to_owned()),
        (weight::ERROR, entry.error_on_authorize.unwrap_or_default().to_owned()),
        (weight::PARAMETER, entry.parameters.join(" ")),
        (weight::PARAMETER, entry.suberror.unwrap_or_default().to_owned()),
    ];
    for language in languages.iter().copied() {
        texts.push((weight::TITLE, entry.title(language)));
        texts.push((weight::DESCRIPTION, entry.description(language)));
        texts.push((weight::REMEDY, entry.remedy(language)));
    }
    texts
}

fn microsoft_only_texts(error: &MicrosoftOnlyError, languages: &[Language]) -> Vec<(u32, String)> {
    let mut texts = vec![
        (weight::NUMBER, format!("{} {}", error.number, error.label())),
        (weight::DESCRIPTION, with_spaced_parts(error.name.unwrap_or_default())),
        (weight::PARAMETER, error.error.unwrap_or_default().to_owned()),
    ];
    for language in languages.iter().copied() {
        texts.push((weight::DESCRIPTION, error.meaning(language)));
        texts.push((weight::DESCRIPTION, error.feature(language)));
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(query: &str, language: Language) -> Vec<u32> {
        let number = |hit: &Hit| match hit {
            Hit::Entry(entry) => entry.number,
            Hit::MicrosoftOnly(error) => error.number,
        };
        search(query, language).iter().map(number).collect()
    }

    fn english(query: &str) -> Vec<u32> {
        numbers(query, Language::ENGLISH)
    }

    fn indonesian(query: &str) -> Vec<u32> {
        numbers(query, Language::negotiate(Some("id"), None, None))
    }

    #[test]
    fn a_pasted_error_finds_its_own_number() {
        // Searches for a whole error body, and for labels in lower case and with text.
        let body = r#"{"error":"invalid_request","error_description":"AADSTS50011: The redirect URI
            Trace ID: 6a1f1c7e-53a2-4bb0-9f44-0a7a9d6c0b12","error_codes":[50011]}"#;
        assert_eq!(english(body), [50_011]);
        assert_eq!(english("aadsts50011"), [50_011]);
        assert_eq!(english("AADSTS50020: User account from identity provider"), [50_020]);
    }

    #[test]
    fn best_matching_numbers_come_first() {
        // Searches by number, part of a number, name, OAuth error, and words in any order and case.
        let rows = [
            ("50011", 50_011),
            ("InvalidReplyTo", 50_011),
            ("URI redirect REGISTERED", 50_011),
            ("client secret expired", 7_000_222),
            ("the client secret is wrong", 7_000_215),
            ("authorization code used before", 54_005),
            ("second factor enrol", 50_079),
            ("scope multiple resources", 700_022),
        ];
        for (query, expected) in rows {
            let found = english(query);
            assert!(found.iter().take(3).any(|one| *one == expected), "{query}: {found:?}");
        }
        assert_eq!(english("50011").first(), Some(&50_011));
        assert!(english("invalid_dpop_proof").contains(&88_000_120));
        assert!(english("7000").contains(&7_000_215));
    }

    #[test]
    fn every_query_word_must_match() {
        // Searches for a known word beside an unknown one, and for queries without words.
        assert_eq!(english("redirect kangaroo"), [0_u32; 0]);
        for empty in ["", "  ", "?!", "the"] {
            assert_eq!(english(empty), [0_u32; 0], "{empty}");
        }
    }

    #[test]
    fn one_misspelling_and_diacritics_are_corrected() {
        // Replaces, removes, doubles and swaps a letter; two misspelled letters are too many.
        for query in
            ["redirekt uri", "rediret uri", "redirrect uri", "reidrect uri", "Rédirect üri"]
        {
            assert!(english(query).contains(&50_011), "{query}");
        }
        assert!(!english("redirektt uri").contains(&50_011));
        assert!(!english("50012").contains(&50_011));
    }

    #[test]
    fn indonesian_search_also_finds_english_words() {
        // Searches for words of each language and of both; an English search finds English only.
        assert!(indonesian("kata sandi salah").contains(&50_126));
        assert!(indonesian("pengalihan").contains(&50_011));
        assert!(indonesian("redirect").contains(&50_011));
        assert!(indonesian("secret kedaluwarsa").contains(&7_000_222));
        assert_eq!(english("kedaluwarsa"), [0_u32; 0]);
    }

    #[test]
    fn hostile_query_stays_within_the_comparison_budget() {
        // Counts the comparisons for misspelled words of usual lengths, and for overlong words.
        let language = Language::from_tag("id").expect("a language");
        let index = index_of(language).expect("an index");
        let spent = |query: &str| {
            let mut budget = Budget::default();
            let found = index.search(query, &mut budget).len();
            let compared = COMPARISONS_MAX - budget.comparisons;
            (found, CORRECTIONS_MAX - budget.corrections, compared)
        };
        let known: usize = index.words.len();
        let (found, guesses, compared) = spent("redirekt rediret redirrect reidrect rdirect");
        assert_eq!((found, guesses), (0, CORRECTIONS_MAX));
        assert!(compared < known, "{compared} of {known}");
        assert_eq!(spent(&"x".repeat(399)), (0, 0, 0));
        assert_eq!(spent(&"zzzzzzz ".repeat(50)).1, 1);
        assert_eq!(spent("redirect client secret expired").2, 0);
    }
}
