//! Tests of the Microsoft-only numbers: the list is complete and every language explains each.
#![expect(clippy::unwrap_used, reason = "an unreadable number list fails the test")]

use std::collections::{BTreeSet, HashSet};

use catalogue::microsoft_only::{Reason, microsoft_only_error, microsoft_only_errors};
use catalogue::{Language, entries, entry};

/// Every number of Microsoft's reference, and whether it is common.
fn reference() -> Vec<(u32, bool)> {
    let list = include_str!("microsoft_numbers.txt").lines().filter(|line| !line.starts_with('#'));
    list.map(|line| {
        let (number, star) = line.split_once(' ').unwrap_or((line, ""));
        (number.parse().unwrap(), star == "*")
    })
    .collect()
}

#[test]
fn every_reference_number_is_either_an_entry_or_microsoft_only() {
    // Looks up each number of the reference in both lists, and each of both in the reference.
    let reference = reference();
    assert_eq!(reference.len(), 389);
    assert_eq!(reference.iter().filter(|(_, is_common)| *is_common).count(), 128);
    for (number, _) in &reference {
        let is_entry = entry(*number).is_some();
        assert_ne!(is_entry, microsoft_only_error(*number).is_some(), "{number}");
    }
    let reference: BTreeSet<u32> = reference.iter().map(|(number, _)| *number).collect();
    let own = entries().iter().map(|entry| entry.number).filter(|number| *number < 88_000_001);
    let listed: BTreeSet<u32> =
        own.chain(microsoft_only_errors().iter().map(|error| error.number)).collect();
    assert_eq!(listed, reference);
}

#[test]
fn no_common_number_has_the_reason_other_product() {
    // A common number has a feature to come, another number here, or no error here.
    for (number, _) in reference().into_iter().filter(|(_, is_common)| *is_common) {
        let reason = microsoft_only_error(number).map(|error| error.reason);
        assert_ne!(reason, Some(Reason::OtherProduct), "{number}");
    }
}

#[test]
fn microsoft_only_errors_are_sorted_and_found_by_number() {
    // Compares adjacent numbers, looks each one up, and looks up two that are not in the list.
    assert!(microsoft_only_errors().windows(2).all(|pair| pair[0].number < pair[1].number));
    for error in microsoft_only_errors() {
        assert_eq!(microsoft_only_error(error.number), Some(error));
    }
    assert_eq!(microsoft_only_error(1), None);
    assert_eq!(microsoft_only_error(50_011), None);
}

#[test]
fn nearest_is_an_entry_that_is_not_retired() {
    // Follows every `nearest` to an entry; a replaced number must have one.
    for error in microsoft_only_errors() {
        let nearest = error.nearest();
        assert_eq!(nearest.is_some(), error.nearest.is_some(), "{}", error.number);
        assert!(nearest.is_none_or(|entry| entry.retired.is_none()), "{}", error.number);
        assert!(error.reason != Reason::Replaced || nearest.is_some(), "{}", error.number);
    }
}

#[test]
fn every_language_has_meaning_feature_and_explanation_of_each_number() {
    // Reads the three texts of each number: present, translated, and plain sentences.
    for error in microsoft_only_errors() {
        for language in Language::all() {
            let (meaning, explanation) = (error.meaning(language), error.explanation(language));
            let context = format!("{} in {}", error.label(), language.tag());
            assert_ne!(meaning, format!("m{}", error.number), "{context}");
            assert!(!error.feature(language).starts_with("feature-"), "{context}");
            assert!(!explanation.starts_with("reason-"), "{context}");
            for text in [&meaning, &explanation] {
                assert!(text.ends_with('.') && !text.contains("  "), "{context}: {text}");
                assert!(!text.contains(['<', '>', '"', '!', '{']), "{context}: {text}");
            }
            assert!(meaning.split(". ").count() <= 2, "{context}: {meaning}");
            let english = language == Language::ENGLISH;
            assert!(english || meaning != error.meaning(Language::ENGLISH), "{context}");
        }
    }
}

#[test]
fn no_two_microsoft_only_numbers_have_the_same_meaning() {
    // Collects the meanings of each language; a repeated one explains neither number.
    for language in Language::all() {
        let mut meanings = HashSet::new();
        for error in microsoft_only_errors() {
            assert!(meanings.insert(error.meaning(language)), "{}", error.meaning(language));
        }
    }
}

#[test]
fn json_catalogue_lists_the_microsoft_only_numbers_apart() {
    // Parses the document and compares number, reason and texts.
    let document: serde_json::Value = serde_json::from_str(catalogue::json()).unwrap();
    let listed = document["microsoft_only"].as_array().unwrap();
    assert_eq!(listed.len(), microsoft_only_errors().len());
    for (json, error) in listed.iter().zip(microsoft_only_errors()) {
        assert_eq!(json["number"], error.number);
        assert_eq!(json["reason"], error.reason.as_str());
        for language in Language::all() {
            assert_eq!(json["texts"][language.tag()]["meaning"], error.meaning(language));
        }
    }
}
