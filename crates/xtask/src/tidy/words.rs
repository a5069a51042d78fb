//! Checks that names and comments use the standard terms of the glossary.

mod comments;
mod names;
mod openings;

use std::collections::{BTreeMap, BTreeSet};

use super::Violation;
use super::exceptions;
use super::source::{Kind, Source};

/// Words that no name may contain, with the term to use instead. A word of several segments, such
/// as `is_over`, is forbidden only as a whole.
#[rustfmt::skip]
const FORBIDDEN: [(&[&str], &str); 31] = [
    (&["anybody", "anyone", "everybody", "everyone", "nobody", "somebody", "someone"],
        "the actor: `user`, `client`, `operator`"),
    (&["who", "whoever", "whom", "whose"], "the actor: `user`, `client`, `operator`"),
    (&["person", "persons", "people"], "`user`"),
    (&["asker", "askers"], "`client`"),
    (&["denial", "denials", "turned_down"], "`refusal`"),
    (&["standing", "standings"], "`grant`"),
    (&["exchange", "exchanges"], "`request_context`"),
    (&["book", "books", "bookkeeping"], "`store`"),
    (&["journal", "journals"], "`history`"),
    (&["desk", "desks"], "`request_context`"),
    (&["seat", "seats", "seated", "sits"], "`session`"),
    (&["shelf", "shelves"], "`cache`"),
    (&["glance", "glances"], "`read_only`"),
    (&["household", "households"], "`tenant`"),
    (&["realm", "realms"], "`tenant` or `tenant_context`"),
    (&["journey", "journeys", "way_back"], "`sign_in_flow` or `redirect_target`"),
    (&["pace", "paces", "paced"], "`rate_limit`"),
    (&["rehearse", "rehearsed", "rehearsal", "rehearsals"], "`error_simulation`"),
    (&["neighbour", "neighbours", "neighbor", "neighbors"], "`adjacent` or `other_clients`"),
    (&["tell", "tells", "told"], "`format`, `print`, `report` or `summary`"),
    (&["say", "said"], "`format`, `print`, `message` or `text`"),
    (&["unsaid", "sayable", "withhold", "withholds", "withheld"], "`redact` or `redacted`"),
    (&["mend", "mends", "mended", "mender"], "`fix` or `fixed_by`"),
    (&["gone", "is_over"], "`expired`, `revoked`, `ended` or `deleted`"),
    (&["forget", "forgets", "forgotten"], "`delete`, `remove` or `invalidate`"),
    (&["jar", "jars"], "`cookies`"),
    (&["reasoning", "reasonings"], "`details` or `refusal_details`"),
    (&["chance"], "`random` or `randomness`"),
    (&["fact", "facts"], "`comparison` or `input`"),
    (&["stranger", "strangers"], "`other_client`, `other_origin` or `unknown`"),
    (&["trouble", "troubles"], "`fault` or `form_error`"),
];

/// Terms of SQLite that contain a forbidden word.
const PERMITTED: [&str; 1] = ["journal_mode"];

/// Checks the names and the comments of every file that is written by hand.
pub(super) fn check(sources: &[Source], listed: &BTreeMap<String, String>) -> Vec<Violation> {
    let written = || sources.iter().filter(|source| source.kind != Kind::Generated);
    let mut found = Vec::new();
    for source in written() {
        let mut reported = BTreeSet::new();
        for (line, name) in names::of(source) {
            let Some((word, term)) = forbidden(&name) else { continue };
            if reported.insert((line, name.clone())) {
                let message = format!("{name}: say {term} instead of `{word}`");
                let violation = Violation::new(&source.path, line, message);
                found.push((format!("{}:{name}", source.path), violation));
            }
        }
    }
    let mut violations = exceptions::apply("words", listed, found);
    violations.extend(written().flat_map(openings::check));
    violations.extend(written().flat_map(comments::check));
    violations
}

/// Returns the first forbidden word in a name, and the term to use instead.
fn forbidden(name: &str) -> Option<(&'static str, &'static str)> {
    let segments = segments(name);
    let words: Vec<&str> = segments
        .iter()
        .map(|word| word.trim_end_matches(|one: char| one.is_ascii_digit()))
        .collect();
    let mut name = format!("_{}_", words.join("_"));
    for term in PERMITTED {
        name = name.replace(&format!("_{term}_"), "_");
    }
    let contains = |word: &str| name.contains(&format!("_{word}_"));
    FORBIDDEN.iter().find_map(|(words, term)| {
        let word = words.iter().find(|word| contains(word))?;
        Some((*word, *term))
    })
}

/// The words of a name in `snake_case`, `CamelCase` or `UPPER_CASE`, in lower case.
fn segments(name: &str) -> Vec<String> {
    let mut segments = vec![String::new()];
    let mut after_lower_case = false;
    let mut letters = name.chars().peekable();
    while let Some(letter) = letters.next() {
        // An abbreviation ends before the upper-case letter that a lower-case one follows.
        let begins_word =
            after_lower_case || letters.peek().is_some_and(|next| next.is_lowercase());
        if letter == '_' || (letter.is_uppercase() && begins_word) {
            segments.push(String::new());
        }
        after_lower_case = letter.is_lowercase() || letter.is_ascii_digit();
        if let Some(segment) = segments.last_mut().filter(|_| letter != '_') {
            segment.extend(letter.to_lowercase());
        }
    }
    segments.retain(|segment| !segment.is_empty());
    segments
}

#[cfg(test)]
mod tests {
    use super::{BTreeMap, FORBIDDEN, Source, check, forbidden, segments};

    fn messages(path: &str, text: &str, listed: &[&str]) -> Vec<String> {
        let listed: BTreeMap<String, String> =
            listed.iter().map(|key| ((*key).to_owned(), "SQL's own term".to_owned())).collect();
        let found = check(&[Source::new(path, text)], &listed);
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_forbidden_word_is_found_in_names_of_each_case() {
        // Writes each word within a function's, a type's and a constant's name.
        for word in FORBIDDEN.iter().flat_map(|(words, _)| *words) {
            let camel: String =
                word.split('_').map(|part| part[..1].to_uppercase() + &part[1..]).collect();
            let numbered = format!("{word}_2 {word}2").replace(' ', "_");
            let upper = word.to_uppercase();
            for name in [
                format!("read_{word}_x"),
                format!("Read{camel}"),
                format!("ID{camel}"),
                numbered,
                upper,
            ] {
                assert!(forbidden(&name).is_some(), "{name}");
            }
        }
    }

    #[test]
    fn a_word_within_a_longer_word_is_permitted() {
        // Writes names that only contain the letters of forbidden words, and terms of others.
        for name in
            ["bookstore", "Factsheet4", "over_budget", "Seating", "journal_mode", "is_overdue"]
        {
            assert_eq!(forbidden(name), None, "{name}");
        }
        assert_eq!(segments("HTTPServerX2Y_aB"), ["http", "server", "x2", "y", "a", "b"]);
    }

    #[test]
    fn the_message_names_the_term_to_use_instead() {
        // Checks a struct, and reads the whole message.
        let message = "crates/a/src/b.rs:1: PaceLimits: say `rate_limit` instead of `pace`";
        assert_eq!(messages("crates/a/src/b.rs", "struct PaceLimits;", &[]), [message]);
    }

    #[test]
    fn a_listed_name_is_accepted_as_long_as_it_exists() {
        // Lists a name that exists, and one that does not.
        let (path, text) = ("crates/a/src/b.rs", "fn journal() {}");
        assert!(messages(path, text, &["crates/a/src/b.rs:journal"]).is_empty());
        let unused = messages(path, "fn history() {}", &["crates/a/src/b.rs:journal"]);
        assert_eq!(unused.len(), 1);
        assert!(unused[0].contains("not needed any more"));
    }

    #[test]
    fn generated_files_may_contain_every_word() {
        // Writes a forbidden name below the note of the generator.
        let text = "//! A.\n\n// Generated by `cargo xtask codegen`; do not edit.\nstruct Desk;";
        assert!(messages("crates/a/src/b.rs", text, &[]).is_empty());
    }
}
