//! What holds for every entry: its rules, its texts in every language, and its words on the wire.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the functions that read the files are only called by tests"
)]

use std::collections::{BTreeMap, BTreeSet, HashSet};

use catalogue::{Language, entries, entry};
use fluent_syntax::ast::{Entry as Part, Expression, InlineExpression, Pattern, PatternElement};

/// What msal-common looks for in a description to decide that a person must act.
const STEERING_WORDS: [&str; 6] = [
    "interaction_required",
    "consent_required",
    "login_required",
    "bad_token",
    "ui_not_allowed",
    "interrupted_user",
];

/// What the voice of refusals never says, in any language.
const UNSAID: [&str; 9] =
    ["!", "please", "sorry", "unfortunately", "illegal", "your fault", "tolong", "mohon", "maaf"];

fn locales() -> Vec<(String, BTreeMap<String, String>)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/locales");
    let tags = std::fs::read_dir(folder).unwrap();
    tags.map(|tag| {
        let tag = tag.unwrap();
        let files = std::fs::read_dir(tag.path()).unwrap().map(|file| {
            let file = file.unwrap();
            let name = file.file_name().into_string().unwrap();
            (name, std::fs::read_to_string(file.path()).unwrap())
        });
        (tag.file_name().into_string().unwrap(), files.collect())
    })
    .collect()
}

/// The values that each text of a file shows: by `id`, and by `id.attribute`.
fn shown_values(name: &str, text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let resource = fluent_syntax::parser::parse(text);
    let resource = resource.unwrap_or_else(|(_, errors)| panic!("{name}: {errors:?}"));
    let mut texts = BTreeMap::new();
    for part in resource.body {
        let Part::Message(message) = part else { continue };
        let id = message.id.name;
        let value = message.value.unwrap_or_else(|| panic!("{name}: {id} has no value"));
        assert!(texts.insert(id.to_owned(), variables(&value)).is_none(), "{name}: {id} twice");
        for attribute in message.attributes {
            let attribute_id = format!("{id}.{}", attribute.id.name);
            assert!(texts.insert(attribute_id, variables(&attribute.value)).is_none());
        }
    }
    texts
}

fn variables(pattern: &Pattern<&str>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else { continue };
        let (selector, variants) = match expression {
            Expression::Inline(inline) => (inline, [].as_slice()),
            Expression::Select { selector, variants } => (selector, variants.as_slice()),
        };
        if let InlineExpression::VariableReference { id } = selector {
            names.insert(id.name.to_owned());
        }
        names.extend(variants.iter().flat_map(|variant| variables(&variant.value)));
    }
    names
}

#[test]
fn entries_are_sorted_and_found_by_their_numbers() {
    // Compares neighbours, and looks each entry up.
    assert!(entries().windows(2).all(|pair| pair[0].number < pair[1].number));
    assert!(entries().iter().all(|known| entry(known.number) == Some(known)));
    assert_eq!(entry(1), None);
}

#[test]
fn a_label_tells_our_numbers_from_those_of_microsoft() {
    // Reads every label back.
    for entry in entries() {
        let family = if entry.number >= 88_000_001 { "ADMIT" } else { "AADSTS" };
        assert_eq!(entry.label(), format!("{family}{}", entry.number));
    }
}

#[test]
fn no_name_stands_for_two_numbers_of_ours() {
    // Collects the names; Microsoft itself gives InvalidRequest and others to several numbers.
    let mut names = HashSet::new();
    for entry in entries().iter().filter(|entry| entry.number >= 88_000_001) {
        assert!(names.insert(entry.name), "{} stands twice", entry.name);
    }
}

#[test]
fn status_and_error_fit_each_other() {
    // Holds every entry to the rules of RFC 6749 §5.2, RFC 6750 §3.1 and our own on faults.
    for entry in entries() {
        let label = entry.label();
        match entry.error {
            "invalid_client" | "invalid_token" => assert_eq!(entry.status, 401, "{label}"),
            "insufficient_scope" => assert_eq!(entry.status, 403, "{label}"),
            "server_error" => assert_eq!(entry.status, 500, "{label}"),
            "temporarily_unavailable" => {
                assert!(matches!(entry.status, 429 | 503), "{label}");
            }
            "none" => assert!(entry.page_only, "{label}: without a value it can only be a page"),
            "invalid_request" => assert!((400..500).contains(&entry.status), "{label}"),
            _ => assert_eq!(entry.status, 400, "{label}"),
        }
        if entry.status >= 500 {
            assert_eq!(entry.fixed_by.word(), "operator", "{label}: only we can mend a 5xx");
        }
    }
}

#[test]
fn wire_values_have_the_alphabet_of_the_rfc() {
    // Checks error and suberror against %x20-21 / %x23-5B / %x5D-7E, and for being one word.
    let one_word = |text: &str| text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    for entry in entries() {
        let values = [Some(entry.error), entry.error_on_authorize, entry.suberror];
        assert!(values.into_iter().flatten().all(one_word), "{}", entry.label());
    }
}

#[test]
fn every_language_explains_every_number_with_exactly_its_values() {
    // Parses the files themselves: a title without values, what happened with all of them, a
    // remedy with some of them, and nothing about a number that does not exist.
    for (tag, files) in locales() {
        let shown = shown_values(&tag, &files["errors.ftl"]);
        let mut expected = HashSet::new();
        for entry in entries() {
            let id = format!("e{}", entry.number);
            let parameters: BTreeSet<String> =
                entry.parameters.iter().map(|name| (*name).to_owned()).collect();
            assert_eq!(shown.get(&id), Some(&parameters), "{tag}: {id}");
            let title = shown.get(&format!("{id}.title"));
            assert_eq!(title, Some(&BTreeSet::new()), "{tag}: {id}.title");
            let remedy = shown.get(&format!("{id}.remedy"));
            let remedy = remedy.unwrap_or_else(|| panic!("{tag}: {id} has no remedy"));
            assert!(remedy.is_subset(&parameters), "{tag}: {id}.remedy shows {remedy:?}");
            expected.extend([id.clone(), format!("{id}.title"), format!("{id}.remedy")]);
        }
        let unknown: Vec<_> = shown.keys().filter(|id| !expected.contains(*id)).collect();
        assert!(unknown.is_empty(), "{tag} explains what does not exist: {unknown:?}");
    }
}

#[test]
fn every_language_has_the_same_texts_as_english() {
    // Compares every file of every folder with the English one: same ids, same values.
    let locales = locales();
    let (_, english) = locales.iter().find(|(tag, _)| tag == "en").unwrap();
    for (tag, files) in &locales {
        assert!(files.keys().eq(english.keys()), "{tag} has other files than English");
        for (name, text) in files {
            let (own, theirs) = (shown_values(name, text), shown_values(name, &english[name]));
            assert_eq!(own, theirs, "{tag}/{name} differs from English");
        }
    }
}

#[test]
fn every_language_in_a_folder_is_shipped() {
    // Compares the folders with the languages that are linked in.
    let folders: BTreeSet<String> = locales().into_iter().map(|(tag, _)| tag).collect();
    let shipped: BTreeSet<String> = Language::all().map(|one| one.tag().to_owned()).collect();
    assert_eq!(folders, shipped);
    assert_eq!(Language::all().next(), Some(Language::ENGLISH));
    assert_eq!(Language::ENGLISH.tag(), "en");
}

#[test]
fn no_text_is_left_in_english() {
    // Compares what each other language says about each number with English.
    for language in Language::all().filter(|language| *language != Language::ENGLISH) {
        for entry in entries() {
            let label = entry.label();
            assert_ne!(entry.happened(language), entry.happened(Language::ENGLISH), "{label}");
            assert_ne!(entry.remedy(language), entry.remedy(Language::ENGLISH), "{label}");
        }
    }
}

#[test]
fn no_text_holds_a_word_that_steers_clients() {
    // Reads every text of every language; a number whose error is the word may say it.
    for entry in entries() {
        let own = [Some(entry.error), entry.error_on_authorize, entry.suberror];
        for language in Language::all() {
            let texts = [entry.title(language), entry.happened(language), entry.remedy(language)];
            let said = STEERING_WORDS.iter().find(|word| {
                !own.contains(&Some(**word)) && texts.iter().any(|text| text.contains(**word))
            });
            assert_eq!(said, None, "{} in {}", entry.label(), language.tag());
        }
    }
}

#[test]
fn texts_are_plain_sentences() {
    // Holds every text to marks of form: no markup, no doubled blanks, a full stop at the end; and
    // to the voice: nothing begged, shouted or blamed.
    for (entry, language) in entries().iter().flat_map(|one| Language::all().map(move |l| (one, l)))
    {
        let (title, happened) = (entry.title(language), entry.happened(language));
        let remedy = entry.remedy(language);
        let place = format!("{} in {}", entry.label(), language.tag());
        assert!(!title.ends_with('.') && title.chars().count() <= 80, "{place}: {title}");
        for sentence in std::iter::once(happened.as_str()).chain(remedy.lines()) {
            assert!(sentence.ends_with(['.', ')', '}']), "{place}: {sentence}");
            assert!(!sentence.contains("  ") && !sentence.contains(['<', '>', '"']), "{place}");
        }
        let said = format!("{title} {happened} {remedy}").to_lowercase();
        let begging = UNSAID.iter().find(|word| said.contains(**word));
        assert_eq!(begging, None, "{place}: {said}");
        let steps = remedy.lines().all(|step| step.split_once(": ").is_some());
        assert!(steps, "{place}: each step begins with who does it: {remedy}");
    }
}

#[test]
fn the_json_catalogue_holds_every_entry_in_every_language() {
    // Reads it back and counts.
    let document: serde_json::Value = serde_json::from_str(catalogue::json()).unwrap();
    let refusals = document["refusals"].as_array().unwrap();
    assert_eq!(refusals.len(), entries().len());
    for (refusal, entry) in refusals.iter().zip(entries()) {
        assert_eq!(refusal["number"], entry.number);
        for language in Language::all() {
            let texts = &refusal["texts"][language.tag()];
            assert_eq!(texts["happened"], entry.happened(language));
        }
    }
}

#[test]
fn a_text_falls_back_to_english_and_then_to_its_id() {
    // Asks for a text that exists, for an attribute, and for texts that do not exist.
    let indonesian = Language::negotiate(Some("id"), None, None);
    assert_eq!(catalogue::text(indonesian, "e50000.title", &[]), "Layanan gagal");
    assert_eq!(catalogue::text(indonesian, "no-such-text", &[]), "no-such-text");
    assert_eq!(catalogue::text(indonesian, "e50000.nothing", &[]), "e50000.nothing");
}
