//! Numbers that only Microsoft gives: none is left out, and each is explained in every language.
#![expect(clippy::unwrap_used, reason = "a list of ours that cannot be read fails the test")]

use std::collections::{BTreeSet, HashSet};

use catalogue::foreign::{Because, foreign, foreigners};
use catalogue::{Language, entries, entry};

/// Every number of Microsoft's reference, and whether it is one of every day.
fn reference() -> Vec<(u32, bool)> {
    let list = include_str!("microsoft_numbers.txt").lines().filter(|line| !line.starts_with('#'));
    list.map(|line| {
        let (number, star) = line.split_once(' ').unwrap_or((line, ""));
        (number.parse().unwrap(), star == "*")
    })
    .collect()
}

#[test]
fn every_number_of_the_reference_is_either_given_or_foreign() {
    // Looks up each number of the list in both, and each of both in the list.
    let reference = reference();
    assert_eq!(reference.len(), 389);
    assert_eq!(reference.iter().filter(|(_, daily)| *daily).count(), 128);
    for (number, _) in &reference {
        assert_ne!(entry(*number).is_some(), foreign(*number).is_some(), "{number}");
    }
    let listed: BTreeSet<u32> = reference.iter().map(|(number, _)| *number).collect();
    let own = entries().iter().map(|entry| entry.number).filter(|number| *number < 88_000_001);
    let known: BTreeSet<u32> = own.chain(foreigners().iter().map(|one| one.number)).collect();
    assert_eq!(known, listed);
}

#[test]
fn a_number_of_every_day_that_is_not_given_belongs_to_no_product_of_others() {
    // Such numbers wait for their feature, have another number here, or are no error.
    for (number, _) in reference().into_iter().filter(|(_, daily)| *daily) {
        let because = foreign(number).map(|foreign| foreign.because);
        assert_ne!(because, Some(Because::OtherProduct), "{number}");
    }
}

#[test]
fn foreign_numbers_are_sorted_and_found() {
    // Compares neighbours, looks each one up, and one that nobody gives.
    assert!(foreigners().windows(2).all(|pair| pair[0].number < pair[1].number));
    assert!(foreigners().iter().all(|known| foreign(known.number) == Some(known)));
    assert_eq!(foreign(1), None);
    assert_eq!(foreign(50_011), None);
}

#[test]
fn what_replaces_a_number_is_given_here() {
    // Follows every hint to an entry that is alive; a replaced number has one.
    for one in foreigners() {
        let nearest = one.nearest();
        assert_eq!(nearest.is_some(), one.nearest.is_some(), "{}", one.number);
        assert!(nearest.is_none_or(|entry| entry.retired.is_none()), "{}", one.number);
        assert!(one.because != Because::Replaced || nearest.is_some(), "{}", one.number);
    }
}

#[test]
fn every_language_says_what_a_foreign_number_means_and_why_it_is_not_given() {
    // Reads meaning, feature and reason of each number: none missing, none the id itself, none left
    // in English, all plain sentences.
    for one in foreigners() {
        for language in Language::all() {
            let (meaning, reason) = (one.meaning(language), one.reason(language));
            let place = format!("{} in {}", one.label(), language.tag());
            assert_ne!(meaning, format!("m{}", one.number), "{place}");
            assert!(!one.feature(language).starts_with("feature-"), "{place}");
            assert!(!reason.starts_with("because-"), "{place}");
            for text in [&meaning, &reason] {
                assert!(text.ends_with('.') && !text.contains("  "), "{place}: {text}");
                assert!(!text.contains(['<', '>', '"', '!', '{']), "{place}: {text}");
            }
            assert!(meaning.split(". ").count() <= 2, "{place}: {meaning}");
            let english = language == Language::ENGLISH;
            assert!(english || meaning != one.meaning(Language::ENGLISH), "{place}");
        }
    }
}

#[test]
fn no_two_foreign_numbers_mean_the_same() {
    // Collects what is said in each language; a text that stands twice explains neither.
    for language in Language::all() {
        let mut said = HashSet::new();
        for one in foreigners() {
            assert!(said.insert(one.meaning(language)), "{}", one.meaning(language));
        }
    }
}

#[test]
fn the_json_catalogue_lists_foreign_numbers_apart() {
    // Reads it back and compares number, reason and texts.
    let document: serde_json::Value = serde_json::from_str(catalogue::json()).unwrap();
    let listed = document["foreign"].as_array().unwrap();
    assert_eq!(listed.len(), foreigners().len());
    for (json, one) in listed.iter().zip(foreigners()) {
        assert_eq!(json["number"], one.number);
        assert_eq!(json["because"], one.because.word());
        for language in Language::all() {
            assert_eq!(json["texts"][language.tag()]["meaning"], one.meaning(language));
        }
    }
}
