//! Tests of the entries: their rules, their texts in every language, their words on the wire.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the functions that read the files are only called by tests"
)]

use std::collections::{BTreeMap, BTreeSet, HashSet};

use catalogue::{Language, entries, entry};
use fluent_syntax::ast::{Entry as Part, Expression, InlineExpression, Pattern, PatternElement};

/// The words in `error_description` from which msal-common concludes that the user must act.
const STEERING_WORDS: [&str; 6] = [
    "interaction_required",
    "consent_required",
    "login_required",
    "bad_token",
    "ui_not_allowed",
    "interrupted_user",
];

/// Words that no text may contain, in any language (STYLE.md).
const FORBIDDEN_WORDS: [&str; 9] =
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

/// The variables in each text of a file, by `id` and by `id.attribute`.
fn variables_by_text(name: &str, text: &str) -> BTreeMap<String, BTreeSet<String>> {
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
fn entries_are_sorted_and_found_by_number() {
    // Compares adjacent entries, looks each one up, and looks up a number that does not exist.
    assert!(entries().windows(2).all(|pair| pair[0].number < pair[1].number));
    assert!(entries().iter().all(|known| entry(known.number) == Some(known)));
    assert_eq!(entry(1), None);
}

#[test]
fn label_prefix_distinguishes_own_numbers_from_those_of_microsoft() {
    // Compares every label with the prefix for its number.
    for entry in entries() {
        let family = if entry.number >= 88_000_001 { "ADMIT" } else { "AADSTS" };
        assert_eq!(entry.label(), format!("{family}{}", entry.number));
    }
}

#[test]
fn own_entries_have_unique_names() {
    // Collects the names; Microsoft itself uses InvalidRequest and others for several numbers.
    let mut names = HashSet::new();
    for entry in entries().iter().filter(|entry| entry.number >= 88_000_001) {
        assert!(names.insert(entry.name), "{} is used twice", entry.name);
    }
}

#[test]
fn each_oauth_error_has_its_rfc_status() {
    // Checks every entry against RFC 6749 §5.2, RFC 6750 §3.1 and the rule that faults are 5xx.
    for entry in entries() {
        let label = entry.label();
        match entry.error {
            "invalid_client" | "invalid_token" => assert_eq!(entry.status, 401, "{label}"),
            "insufficient_scope" => assert_eq!(entry.status, 403, "{label}"),
            "server_error" => assert_eq!(entry.status, 500, "{label}"),
            "temporarily_unavailable" => {
                assert!(matches!(entry.status, 429 | 503), "{label}");
            }
            "none" => assert!(entry.page_only, "{label}: without an error it must be page_only"),
            "invalid_request" => assert!((400..500).contains(&entry.status), "{label}"),
            _ => assert_eq!(entry.status, 400, "{label}"),
        }
        if entry.status >= 500 {
            assert_eq!(
                entry.fixed_by.as_str(),
                "operator",
                "{label}: only an operator fixes a 5xx"
            );
        }
    }
}

#[test]
fn error_and_suberror_are_lowercase_words() {
    // One lower-case word is within %x20-21 / %x23-5B / %x5D-7E of RFC 6749 §5.2.
    let one_word = |text: &str| text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    for entry in entries() {
        let values = [Some(entry.error), entry.error_on_authorize, entry.suberror];
        assert!(values.into_iter().flatten().all(one_word), "{}", entry.label());
    }
}

#[test]
fn every_language_explains_every_number_with_its_parameters() {
    // Parses the files: a title without parameters, a description with all of them, a remedy with
    // a subset, and no message for a number that does not exist.
    for (tag, files) in locales() {
        let variables = variables_by_text(&tag, &files["errors.ftl"]);
        let mut expected = HashSet::new();
        for entry in entries() {
            let id = format!("e{}", entry.number);
            let parameters: BTreeSet<String> =
                entry.parameters.iter().map(|name| (*name).to_owned()).collect();
            assert_eq!(variables.get(&id), Some(&parameters), "{tag}: {id}");
            let title = variables.get(&format!("{id}.title"));
            assert_eq!(title, Some(&BTreeSet::new()), "{tag}: {id}.title");
            let remedy = variables.get(&format!("{id}.remedy"));
            let remedy = remedy.unwrap_or_else(|| panic!("{tag}: {id} has no remedy"));
            assert!(remedy.is_subset(&parameters), "{tag}: {id}.remedy contains {remedy:?}");
            expected.extend([id.clone(), format!("{id}.title"), format!("{id}.remedy")]);
        }
        let unknown: Vec<_> = variables.keys().filter(|id| !expected.contains(*id)).collect();
        assert!(unknown.is_empty(), "{tag} explains unknown numbers: {unknown:?}");
    }
}

#[test]
fn every_language_has_the_same_message_ids_as_english() {
    // Compares every file of every folder with the English one: same ids, same variables.
    let locales = locales();
    let (_, english) = locales.iter().find(|(tag, _)| tag == "en").unwrap();
    for (tag, files) in &locales {
        assert!(files.keys().eq(english.keys()), "{tag} has other files than English");
        for (name, text) in files {
            let (variables, expected) =
                (variables_by_text(name, text), variables_by_text(name, &english[name]));
            assert_eq!(variables, expected, "{tag}/{name} differs from English");
        }
    }
}

#[test]
fn every_language_folder_is_shipped() {
    // Compares the folders with the languages that are compiled in.
    let folders: BTreeSet<String> = locales().into_iter().map(|(tag, _)| tag).collect();
    let shipped: BTreeSet<String> = Language::all().map(|one| one.tag().to_owned()).collect();
    assert_eq!(folders, shipped);
    assert_eq!(Language::all().next(), Some(Language::ENGLISH));
    assert_eq!(Language::ENGLISH.tag(), "en");
}

#[test]
fn every_text_is_translated() {
    // Compares description and remedy of each number with the English ones.
    for language in Language::all().filter(|language| *language != Language::ENGLISH) {
        for entry in entries() {
            let label = entry.label();
            assert_ne!(
                entry.description(language),
                entry.description(Language::ENGLISH),
                "{label}"
            );
            assert_ne!(entry.remedy(language), entry.remedy(Language::ENGLISH), "{label}");
        }
    }
}

#[test]
fn no_text_contains_a_word_that_msal_searches_for() {
    // Searches every text; a number whose error or suberror is the word may contain it.
    for entry in entries() {
        let own = [Some(entry.error), entry.error_on_authorize, entry.suberror];
        for language in Language::all() {
            let texts =
                [entry.title(language), entry.description(language), entry.remedy(language)];
            let found = STEERING_WORDS.iter().find(|word| {
                !own.contains(&Some(**word)) && texts.iter().any(|text| text.contains(**word))
            });
            assert_eq!(found, None, "{} in {}", entry.label(), language.tag());
        }
    }
}

#[test]
fn texts_are_plain_sentences_without_forbidden_words() {
    // Checks every text: no markup, no doubled spaces, a full stop at the end, no forbidden word,
    // and each step of a remedy begins with a role.
    for (entry, language) in entries().iter().flat_map(|one| Language::all().map(move |l| (one, l)))
    {
        let (title, description) = (entry.title(language), entry.description(language));
        let remedy = entry.remedy(language);
        let context = format!("{} in {}", entry.label(), language.tag());
        assert!(!title.ends_with('.') && title.chars().count() <= 80, "{context}: {title}");
        for sentence in std::iter::once(description.as_str()).chain(remedy.lines()) {
            assert!(sentence.ends_with(['.', ')', '}']), "{context}: {sentence}");
            assert!(!sentence.contains("  ") && !sentence.contains(['<', '>', '"']), "{context}");
        }
        let texts = format!("{title} {description} {remedy}").to_lowercase();
        let forbidden = FORBIDDEN_WORDS.iter().find(|word| texts.contains(**word));
        assert_eq!(forbidden, None, "{context}: {texts}");
        let have_roles = remedy.lines().all(|step| step.split_once(": ").is_some());
        assert!(have_roles, "{context}: a step does not begin with a role: {remedy}");
    }
}

#[test]
fn json_catalogue_contains_every_entry_in_every_language() {
    // Parses the document and compares it with the entries.
    let document: serde_json::Value = serde_json::from_str(catalogue::json()).unwrap();
    let refusals = document["refusals"].as_array().unwrap();
    assert_eq!(refusals.len(), entries().len());
    for (refusal, entry) in refusals.iter().zip(entries()) {
        assert_eq!(refusal["number"], entry.number);
        for language in Language::all() {
            let texts = &refusal["texts"][language.tag()];
            assert_eq!(texts["description"], entry.description(language));
        }
    }
}

#[test]
fn a_missing_text_falls_back_to_english_and_then_to_its_id() {
    // Requests a translated attribute, and a message and an attribute that do not exist.
    let indonesian = Language::negotiate(Some("id"), None, None);
    assert_eq!(catalogue::text(indonesian, "e50000.title", &[]), "Layanan gagal");
    assert_eq!(catalogue::text(indonesian, "no-such-text", &[]), "no-such-text");
    assert_eq!(catalogue::text(indonesian, "e50000.nothing", &[]), "e50000.nothing");
}

#[test]
fn durations_of_messages_have_the_unit_that_reads_best() {
    // Formats waits below and above each boundary in both languages, a lifetime in hours, and a
    // template without a value.
    let locked = |minutes: i64, language| {
        let refusal = catalogue::refusal::account_locked(minutes);
        refusal.description(language)
    };
    let [english, indonesian] = ["en", "id"].map(|tag| Language::from_tag(tag).unwrap());
    for (minutes, in_english, in_indonesian) in [
        (1, "about 1 min.", "sekitar 1 menit"),
        (89, "about 89 min.", "sekitar 89 menit"),
        (90, "about 2 hours.", "sekitar 2 jam"),
        (720, "about 12 hours.", "sekitar 12 jam"),
        (721, "about 13 hours.", "sekitar 13 jam"),
        (2_879, "about 48 hours.", "sekitar 48 jam"),
        (2_880, "about 2 days.", "sekitar 2 hari"),
    ] {
        let texts = [english, indonesian].map(|language| locked(minutes, language));
        assert!(texts[0].contains(in_english), "{}", texts[0]);
        assert!(texts[1].contains(in_indonesian), "{}", texts[1]);
    }
    let expired = catalogue::refusal::report_link_expired(168).description(english);
    assert!(expired.contains("more than 7 days ago"), "{expired}");
}
