//! What holds for every difference: a sentence in every language, and a rule that says it.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the functions that read the files are only called by tests"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use catalogue::Language;

/// Sentences by kind, as they stand in a language's file.
fn sentences(tag: &str) -> BTreeMap<String, String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/locales");
    let text = fs::read_to_string(format!("{folder}/{tag}/differences.ftl")).unwrap();
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let kind = line.strip_prefix("difference-").and_then(|rest| rest.split_once(" = "));
            let (kind, sentence) = kind.unwrap_or_else(|| panic!("{tag}: {line}"));
            (kind.to_owned(), sentence.to_owned())
        })
        .collect()
}

/// The names of the values that a sentence shows.
fn values(sentence: &str) -> BTreeSet<&str> {
    let parts = sentence.split("{ $").skip(1);
    parts.filter_map(|part| part.split_once(" }")).map(|(name, _)| name).collect()
}

/// Every source of the rooms whose rules compare values.
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
    for room in ["protocol", "signin", "service"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(room).join("src");
        read(&folder, &mut text);
    }
    text
}

#[test]
fn every_language_says_every_difference_with_the_same_values() {
    // Compares the files of the languages, kind by kind, and the form of each sentence.
    let english = sentences("en");
    for language in Language::all() {
        let said = sentences(language.tag());
        let kinds = |said: &BTreeMap<String, String>| said.keys().cloned().collect::<BTreeSet<_>>();
        assert_eq!(kinds(&said), kinds(&english), "{}", language.tag());
        for (kind, sentence) in &said {
            assert_eq!(values(sentence), values(&english[kind]), "{kind}");
            assert!(sentence.ends_with('.') && !sentence.contains("  "), "{kind}: {sentence}");
            let own = language == Language::ENGLISH || *sentence != english[kind];
            assert!(own, "{kind} is left in English");
        }
    }
}

#[test]
fn every_difference_that_a_rule_names_has_a_sentence_and_every_sentence_a_rule() {
    // Looks for the kinds in the rules' sources, and for the sources' kinds among the sentences.
    let (said, sources) = (sentences("en"), sources());
    let named = sources.split("Difference::of(\"").skip(1);
    let named: BTreeSet<&str> = named.filter_map(|rest| rest.split('"').next()).collect();
    assert!(named.len() > 50, "{named:?}");
    for kind in named {
        assert!(said.contains_key(kind), "{kind} has no sentence");
    }
    for kind in said.keys() {
        assert!(sources.contains(&format!("\"{kind}\"")), "nothing differs by {kind}");
    }
}
