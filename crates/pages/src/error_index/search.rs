//! Finds numbers by what people type: a number, words, a misspelled word, a whole pasted error.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use catalogue::foreign::{Foreign, foreign, foreigners};
use catalogue::{Entry, Language, entries, entry};

/// More words than this only slow the search down.
const WORDS_MAX: usize = 12;
/// Shorter words have too many neighbours to guess at.
const GUESSED_CHARS_MIN: usize = 5;

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
    INDEXES.get(&language.tag()).map_or(Vec::new(), |index| index.search(query))
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

/// Every word of every number, once in the reader's language and once in English.
#[derive(Default)]
struct Index {
    words: Vec<String>,
    places: HashMap<String, usize>,
    documents: Vec<(Found, Vec<(usize, u32)>)>,
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
        index
    }

    fn add(&mut self, found: Found, texts: Vec<(u32, String)>) {
        let mut weights: BTreeMap<usize, u32> = BTreeMap::new();
        for (weight, text) in texts {
            for word in words(&text) {
                let next = self.words.len();
                let place = *self.places.entry(word.clone()).or_insert(next);
                if place == next {
                    self.words.push(word);
                }
                let kept = weights.entry(place).or_default();
                *kept = weight.max(*kept);
            }
        }
        self.documents.push((found, weights.into_iter().collect()));
    }

    fn search(&self, query: &str) -> Vec<Found> {
        let asked: Vec<String> =
            words(query).filter(|word| !is_filler(word)).take(WORDS_MAX).collect();
        if asked.is_empty() {
            return Vec::new();
        }
        let likeness: Vec<Vec<u32>> = asked
            .iter()
            .map(|word| self.words.iter().map(|known| likeness(word, known)).collect())
            .collect();
        let score = |weights: &[(usize, u32)]| {
            let mut total = 0;
            for alike in &likeness {
                let at = |(place, weight): &(usize, u32)| alike.get(*place).map(|it| it * weight);
                let best = weights.iter().filter_map(at).max().filter(|best| *best > 0)?;
                total += best;
            }
            Some(total)
        };
        let scored =
            self.documents.iter().filter_map(|(found, weights)| Some((score(weights)?, *found)));
        let mut scored: Vec<(u32, Found)> = scored.collect();
        // A stable sort: what is equally good keeps the order of the numbers, ours first.
        scored.sort_by_key(|(score, _)| Reverse(*score));
        scored.into_iter().map(|(_, found)| found).collect()
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

/// `InvalidReplyTo` as it is and as `Invalid Reply To`.
fn spaced(name: &str) -> String {
    let mut spaced = format!("{name} ");
    for letter in name.chars() {
        if letter.is_uppercase() {
            spaced.push(' ');
        }
        spaced.push(letter);
    }
    spaced
}

/// The words of a text as they are compared: in small letters, without diacritics. What is joined
/// by underscores is one word, and also each of its parts.
fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    let whole = text.split(|one: char| !one.is_alphanumeric() && one != '_');
    whole.filter(|word| !word.is_empty()).flat_map(|word| {
        let folded: String = word.chars().flat_map(char::to_lowercase).map(plain).collect();
        let parts: Vec<String> = if folded.contains('_') {
            folded.split('_').map(str::to_owned).collect()
        } else {
            Vec::new()
        };
        std::iter::once(folded).chain(parts).filter(|word| !word.is_empty())
    })
}

/// A letter without its diacritics.
fn plain(letter: char) -> char {
    match letter {
        'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' => 'e',
        'ì'..='ï' | 'ī' | 'į' | 'ı' => 'i',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => 'o',
        'ś' | 'š' | 'ş' => 's',
        'ù'..='ü' | 'ū' | 'ů' | 'ű' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        _ => letter,
    }
}

/// Words that say nothing about what is looked for.
fn is_filler(word: &str) -> bool {
    const FILLERS: [&str; 29] = [
        "a",
        "an",
        "and",
        "at",
        "by",
        "for",
        "in",
        "is",
        "it",
        "not",
        "of",
        "on",
        "or",
        "the",
        "to",
        "was",
        "atau",
        "dan",
        "dari",
        "di",
        "ini",
        "ke",
        "tidak",
        "yang",
        // Everything that is looked for here is wrong.
        "wrong",
        "bad",
        "incorrect",
        "salah",
        "keliru",
    ];
    FILLERS.contains(&word)
}

/// How alike a word that was typed is to one that is known; 0 if it is another one.
fn likeness(typed: &str, known: &str) -> u32 {
    let digits = typed.bytes().all(|byte| byte.is_ascii_digit());
    match () {
        () if typed == known => 10,
        () if typed.len() >= 3 && known.starts_with(typed) => 7,
        () if digits => 0,
        () if known.len() >= GUESSED_CHARS_MIN && typed.starts_with(known) => 6,
        () if typed.chars().count() >= GUESSED_CHARS_MIN && is_one_slip_away(typed, known) => 4,
        () => 0,
    }
}

/// One letter is another, missing or too many, or two neighbours changed places.
fn is_one_slip_away(typed: &str, known: &str) -> bool {
    let (typed, known): (Vec<char>, Vec<char>) = (typed.chars().collect(), known.chars().collect());
    if typed.len().abs_diff(known.len()) > 1 {
        return false;
    }
    let same = typed.iter().zip(&known).take_while(|(one, other)| one == other).count();
    let (typed, known) = (typed.get(same..), known.get(same..));
    match (typed.unwrap_or_default(), known.unwrap_or_default()) {
        ([a, b, rest @ ..], [c, d, others @ ..]) if a == d && b == c && rest == others => true,
        ([_, rest @ ..], [_, others @ ..]) if rest == others => true,
        ([_, rest @ ..], others) if rest == others => true,
        (rest, [_, others @ ..]) => rest == others,
        _ => false,
    }
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
}
