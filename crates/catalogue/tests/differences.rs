//! Tests of the differences: each has a sentence in every language and is used by a rule.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the functions that read the files are only called by tests"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use catalogue::Language;

/// The sentences in the file of a language, by kind.
fn sentences(tag: &str) -> BTreeMap<String, String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/locales");
    let text = fs::read_to_string(format!("{folder}/{tag}/differences.ftl")).unwrap();
    // An indented line is the remedy of the difference before it.
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with(['#', ' ']));
    lines
        .map(|line| {
            let kind = line.strip_prefix("difference-").and_then(|rest| rest.split_once(" = "));
            let (kind, sentence) = kind.unwrap_or_else(|| panic!("{tag}: {line}"));
            (kind.to_owned(), sentence.to_owned())
        })
        .collect()
}

/// The names of the values in a sentence.
fn values(sentence: &str) -> BTreeSet<&str> {
    let parts = sentence.split("{ $").skip(1);
    parts.filter_map(|part| part.split_once(" }")).map(|(name, _)| name).collect()
}

/// The sources of the crates whose rules compare values.
fn sources() -> String {
    fn read(folder: &Path, text: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read(&path, text);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                text.push_str(&fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut text = String::new();
    for krate in ["protocol", "signin", "service"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(krate).join("src");
        read(&folder, &mut text);
    }
    text
}

#[test]
fn every_language_has_every_difference_with_the_same_values() {
    // Compares each file with the English one, kind by kind, and checks the form of the sentences.
    let english = sentences("en");
    for language in Language::all() {
        let translated = sentences(language.tag());
        let kinds = |file: &BTreeMap<String, String>| file.keys().cloned().collect::<BTreeSet<_>>();
        assert_eq!(kinds(&translated), kinds(&english), "{}", language.tag());
        for (kind, sentence) in &translated {
            assert_eq!(values(sentence), values(&english[kind]), "{kind}");
            assert!(sentence.ends_with('.') && !sentence.contains("  "), "{kind}: {sentence}");
            let is_translated = language == Language::ENGLISH || *sentence != english[kind];
            assert!(is_translated, "{kind} is not translated");
        }
    }
}

#[test]
fn every_difference_in_a_rule_has_a_sentence_and_the_reverse() {
    // Looks up each kind of the sources among the sentences, and each sentence in the sources.
    let (sentences, sources) = (sentences("en"), sources());
    let kinds = sources.split("Difference::new(\"").skip(1);
    let kinds: BTreeSet<&str> = kinds.filter_map(|rest| rest.split('"').next()).collect();
    assert!(kinds.len() > 50, "{kinds:?}");
    for kind in kinds {
        assert!(sentences.contains_key(kind), "{kind} has no sentence");
    }
    for kind in sentences.keys() {
        assert!(sources.contains(&format!("\"{kind}\"")), "no rule uses {kind}");
    }
}
