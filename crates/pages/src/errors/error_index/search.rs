//! Finds numbers by what people type: a number, words, a misspelled word, a whole pasted error.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;
use std::sync::LazyLock;

use catalogue::foreign::{Foreign, foreign, foreigners};
use catalogue::{Entry, Language, entries, entry};

use super::words::{is_filler, is_number, is_one_slip_away, spaced, words};

/// More words than this only slow the search down.
const WORDS_MAX: usize = 12;
/// Shorter words have too many neighbours to guess at.
const GUESSED_BYTES_MIN: usize = 5;
/// Shorter ones begin too many words.
const BEGUN_BYTES_MIN: usize = 3;
/// Words of one search that are taken for misspelled ones.
const GUESSES_MAX: usize = 3;
/// Words that one search compares letter by letter, in all.
const COMPARISONS_MAX: usize = 4_000;

/// What a search finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A number that this service gives.
    Own(&'static Entry),
    /// A number that only Microsoft gives.
    Foreign(&'static Foreign),
}

/// What fits a query, best first. An empty one finds nothing.
pub(super) fn search(query: &str, language: Language) -> Vec<Found> {
    let named = named_in(query);
    if !named.is_empty() {
        return named;
    }
    let mut effort = Effort::default();
    INDEXES.get(&language.tag()).map_or(Vec::new(), |index| index.search(query, &mut effort))
}

/// The numbers whose label stands in a pasted error, in the order of the numbers.
fn named_in(query: &str) -> Vec<Found> {
    let words = query.split(|one: char| !one.is_ascii_alphanumeric());
    let mut found: BTreeMap<u32, Found> = BTreeMap::new();
    for word in words {
        let digits = word.trim_start_matches(|one: char| one.is_ascii_alphabetic());
        let Ok(number) = digits.parse() else { continue };
        let own = entry(number).map(|entry| (entry.label(), Found::Own(entry)));
        let known = own.or_else(|| foreign(number).map(|one| (one.label(), Found::Foreign(one))));
        if let Some((_, one)) = known.filter(|(label, _)| label.eq_ignore_ascii_case(word)) {
            found.insert(number, one);
        }
    }
    found.into_values().collect()
}

static INDEXES: LazyLock<HashMap<&'static str, Index>> =
    LazyLock::new(|| Language::all().map(|one| (one.tag(), Index::new(one))).collect());

/// Reads every text once, so that no search has to.
pub(crate) fn prepare() {
    LazyLock::force(&INDEXES);
}

/// Every word of every number, once in the reader's language and once in English.
#[derive(Default)]
struct Index {
    found: Vec<Found>,
    words: BTreeMap<String, Word>,
    /// The same words by the number of their letters, to guess among.
    by_length: Vec<Vec<String>>,
}

/// In which numbers a word stands, and how much that says.
type Word = Vec<(usize, u32)>;

/// What one search may still do: a limit on the work that anybody can ask for.
struct Effort {
    guesses: usize,
    comparisons: usize,
}

impl Default for Effort {
    fn default() -> Self {
        Self { guesses: GUESSES_MAX, comparisons: COMPARISONS_MAX }
    }
}

/// How alike a word that was typed is to one that is known.
mod likeness {
    pub(super) const SAME: u32 = 10;
    pub(super) const BEGINNING: u32 = 7;
    pub(super) const LONGER: u32 = 6;
    pub(super) const GUESSED: u32 = 4;
}

/// How much a word in each place says about what the number is for.
mod weight {
    pub(super) const NUMBER: u32 = 100;
    pub(super) const NAME: u32 = 18;
    pub(super) const ERROR: u32 = 30;
    pub(super) const TITLE: u32 = 24;
    pub(super) const PARAMETER: u32 = 16;
    pub(super) const HAPPENED: u32 = 10;
    pub(super) const REMEDY: u32 = 4;
}

impl Index {
    fn new(language: Language) -> Self {
        let mut index = Self::default();
        let mut languages = vec![language, Language::ENGLISH];
        languages.dedup();
        for entry in entries() {
            index.add(Found::Own(entry), own_texts(entry, &languages));
        }
        for foreign in foreigners() {
            index.add(Found::Foreign(foreign), foreign_texts(foreign, &languages));
        }
        for word in index.words.keys() {
            let letters = word.chars().count();
            if index.by_length.len() <= letters {
                index.by_length.resize_with(letters + 1, Vec::new);
            }
            index.by_length.get_mut(letters).into_iter().for_each(|all| all.push(word.clone()));
        }
        index
    }

    fn add(&mut self, found: Found, texts: Vec<(u32, String)>) {
        let mut weights: BTreeMap<String, u32> = BTreeMap::new();
        for (weight, text) in texts {
            for word in words(&text) {
                let kept = weights.entry(word).or_default();
                *kept = weight.max(*kept);
            }
        }
        let place = self.found.len();
        self.found.push(found);
        for (word, weight) in weights {
            self.words.entry(word).or_default().push((place, weight));
        }
    }

    fn search(&self, query: &str, effort: &mut Effort) -> Vec<Found> {
        // What is longer than every word is none of them.
        let fits = |word: &String| word.chars().count() < self.by_length.len() && !is_filler(word);
        let asked = words(query).filter(fits).take(WORDS_MAX);
        let mut totals: Option<Vec<u32>> = None;
        for word in asked {
            let scores = self.scores(&word, effort);
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
        let scored = totals.unwrap_or_default().into_iter().zip(self.found.iter().copied());
        let mut scored: Vec<(u32, Found)> = scored.filter(|(total, _)| *total > 0).collect();
        // A stable sort: what is equally good keeps the order of the numbers, ours first.
        scored.sort_by_key(|(score, _)| Reverse(*score));
        scored.into_iter().map(|(_, found)| found).collect()
    }

    /// How well each number fits a word that was typed. Only one that nothing begins with or is
    /// the beginning of is taken for a misspelled one.
    fn scores(&self, typed: &str, effort: &mut Effort) -> Vec<u32> {
        let mut scores = vec![0; self.found.len()];
        let mut is_known = false;
        let mut count = |likeness: u32, places: &Word| {
            for (place, weight) in places {
                if let Some(score) = scores.get_mut(*place) {
                    *score = (likeness * weight).max(*score);
                }
            }
        };
        for (likeness, places) in self.alike(typed) {
            count(likeness, places);
            is_known = true;
        }
        if !is_known {
            self.guessed(typed, effort).for_each(|places| count(likeness::GUESSED, places));
        }
        scores
    }

    /// The word itself, what begins with it, and what it begins with.
    fn alike<'a>(&'a self, typed: &'a str) -> impl Iterator<Item = (u32, &'a Word)> {
        let same = self.words.get(typed).map(|places| (likeness::SAME, places));
        let longer = self.words.range::<str, _>((Bound::Excluded(typed), Bound::Unbounded));
        let longer = longer
            .take_while(move |(known, _)| {
                typed.len() >= BEGUN_BYTES_MIN && known.starts_with(typed)
            })
            .map(|(_, places)| (likeness::BEGINNING, places));
        let ends = GUESSED_BYTES_MIN..typed.len();
        let shorter = ends.filter_map(move |end| {
            let known = typed.get(..end).filter(|_| !is_number(typed))?;
            Some((likeness::LONGER, self.words.get(known)?))
        });
        same.into_iter().chain(longer).chain(shorter)
    }

    /// The words that are one slip away.
    fn guessed<'a>(
        &'a self,
        typed: &str,
        effort: &'a mut Effort,
    ) -> impl Iterator<Item = &'a Word> {
        let typed: Vec<char> = typed.chars().collect();
        let is_worth_it = typed.len() >= GUESSED_BYTES_MIN
            && typed.iter().any(|letter| !letter.is_ascii_digit())
            && effort.guesses > 0;
        effort.guesses -= usize::from(is_worth_it);
        let lengths = typed.len().saturating_sub(1)..=typed.len() + 1;
        let buckets = lengths.filter_map(|length| self.by_length.get(length));
        buckets
            .flatten()
            .take_while(move |_| {
                let goes_on = is_worth_it && effort.comparisons > 0;
                effort.comparisons -= usize::from(goes_on);
                goes_on
            })
            .filter(move |known| is_one_slip_away(&typed, known))
            .filter_map(|known| self.words.get(known))
    }
}

fn own_texts(entry: &Entry, languages: &[Language]) -> Vec<(u32, String)> {
    let mut texts = vec![
        (weight::NUMBER, format!("{} {}", entry.number, entry.label())),
        (weight::NAME, spaced(entry.name)),
        (weight::ERROR, entry.error.to_owned()),
        (weight::ERROR, entry.error_on_authorize.unwrap_or_default().to_owned()),
        (weight::PARAMETER, entry.parameters.join(" ")),
        (weight::PARAMETER, entry.suberror.unwrap_or_default().to_owned()),
    ];
    for language in languages.iter().copied() {
        texts.push((weight::TITLE, entry.title(language)));
        texts.push((weight::HAPPENED, entry.happened(language)));
        texts.push((weight::REMEDY, entry.remedy(language)));
    }
    texts
}

fn foreign_texts(foreign: &Foreign, languages: &[Language]) -> Vec<(u32, String)> {
    let mut texts = vec![
        (weight::NUMBER, format!("{} {}", foreign.number, foreign.label())),
        (weight::HAPPENED, spaced(foreign.name.unwrap_or_default())),
        (weight::PARAMETER, foreign.error.unwrap_or_default().to_owned()),
    ];
    for language in languages.iter().copied() {
        texts.push((weight::HAPPENED, foreign.meaning(language)));
        texts.push((weight::HAPPENED, foreign.feature(language)));
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(query: &str, language: Language) -> Vec<u32> {
        let number = |found: &Found| match found {
            Found::Own(entry) => entry.number,
            Found::Foreign(foreign) => foreign.number,
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
        // Proof: a whole error body, as people paste it, and labels in small letters.
        let body = r#"{"error":"invalid_request","error_description":"AADSTS50011: The redirect URI
            Trace ID: 6a1f1c7e-53a2-4bb0-9f44-0a7a9d6c0b12","error_codes":[50011]}"#;
        assert_eq!(english(body), [50_011]);
        assert_eq!(english("aadsts50011"), [50_011]);
        assert_eq!(english("AADSTS50020: User account from identity provider"), [50_020]);
    }

    #[test]
    fn what_fits_best_comes_first() {
        // Proof: numbers whole and in part, names, OAuth errors, words in any order and case.
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
    fn every_word_must_be_there() {
        // Proof: a word that is nowhere, beside one that is; nothing asked finds nothing.
        assert_eq!(english("redirect kangaroo"), [0_u32; 0]);
        for empty in ["", "  ", "?!", "the"] {
            assert_eq!(english(empty), [0_u32; 0], "{empty}");
        }
    }

    #[test]
    fn one_wrong_letter_and_diacritics_do_not_hide_a_number() {
        // Proof: a letter changed, left out, doubled and swapped; two slips are too many.
        for query in
            ["redirekt uri", "rediret uri", "redirrect uri", "reidrect uri", "Rédirect üri"]
        {
            assert!(english(query).contains(&50_011), "{query}");
        }
        assert!(!english("redirektt uri").contains(&50_011));
        assert!(!english("50012").contains(&50_011));
    }

    #[test]
    fn an_indonesian_reader_finds_by_both_languages() {
        // Proof: words of each, and both in one search; an English reader has English alone.
        assert!(indonesian("kata sandi salah").contains(&50_126));
        assert!(indonesian("pengalihan").contains(&50_011));
        assert!(indonesian("redirect").contains(&50_011));
        assert!(indonesian("secret kedaluwarsa").contains(&7_000_222));
        assert_eq!(english("kedaluwarsa"), [0_u32; 0]);
    }

    #[test]
    fn a_search_compares_few_words_however_hostile_it_is() {
        // Proof: counts the comparisons of the longest query of misspelled words, each like a real
        // one in length, and of words that are longer than any.
        let spent = |query: &str| {
            let mut effort = Effort::default();
            let index = INDEXES.get("id").expect("an index");
            let found = index.search(query, &mut effort).len();
            let compared = COMPARISONS_MAX - effort.comparisons;
            (found, GUESSES_MAX - effort.guesses, compared)
        };
        let known: usize = INDEXES.get("id").expect("an index").words.len();
        let (found, guesses, compared) = spent("redirekt rediret redirrect reidrect rdirect");
        assert_eq!((found, guesses), (0, GUESSES_MAX));
        assert!(compared < known, "{compared} of {known}");
        assert_eq!(spent(&"x".repeat(399)), (0, 0, 0));
        assert_eq!(spent(&"zzzzzzz ".repeat(50)).1, 1);
        assert_eq!(spent("redirect client secret expired").2, 0);
    }
}
