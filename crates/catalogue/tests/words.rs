//! Tests of the words in the texts of every language.
#![expect(
    clippy::expect_used,
    reason = "the functions that read the files are only called by tests"
)]

use std::path::Path;

/// The words that no text has, with the word that replaces each. The words of other languages may
/// be written the same.
const REPLACED: [(&str, &str, &str); 15] = [
    ("en", "mend", "fix"),
    ("en", "mends", "fixes"),
    ("en", "mended", "fixed"),
    ("en", "mending", "fixing"),
    ("id", "klik", "ketuk"),
    ("id", "posel", "email"),
    ("id", "e-mail", "email"),
    ("id", "lintasan", "path"),
    ("id", "masuk kembali", "masuk lagi"),
    ("id", "surel", "email"),
    ("id", "menanyakan laporan", "menanyakan perkembangannya"),
    ("id", "porta", "port"),
    ("id", "jalur", "path"),
    ("id", "jalurnya", "path-nya"),
    ("id", "sentuh", "ketuk"),
];

/// The files whose texts appear on pages that also have texts with "tenant".
const WITH_TENANT: [&str; 7] = [
    "admin.ftl",
    "decode.ftl",
    "differences.ftl",
    "errors.ftl",
    "explain.ftl",
    "pages.ftl",
    "tickets.ftl",
];

#[test]
fn no_text_has_a_replaced_word() {
    // Searches every file of each language for whole words, in any case.
    for (language, word, instead) in REPLACED {
        for (file, text) in files(language) {
            let found = text.lines().find(|line| has_word(line, word));
            assert_eq!(found, None, "{language}/{file}: write \"{instead}\", not \"{word}\"");
        }
    }
}

#[test]
fn no_page_names_both_an_organization_and_a_tenant() {
    // No message has both words, and no file whose texts stand beside "tenant" says organization.
    for (language, organization) in [("en", "organization"), ("id", "organisasi")] {
        for (file, text) in files(language) {
            let says_both = |message: &str| {
                let message = message.to_lowercase();
                message.contains(organization) && message.contains("tenant")
            };
            // A message begins in the first column.
            for message in text.replace("\n ", " ").lines().filter(|line| says_both(line)) {
                let is_id = message.split_once(" =").is_some_and(|(id, text)| {
                    id.contains("tenant") && !text.to_lowercase().contains("tenant")
                });
                assert!(is_id, "{language}/{file}: {message}");
            }
            if WITH_TENANT.contains(&file.as_str()) {
                let found = text.lines().find(|line| line.to_lowercase().contains(organization));
                assert_eq!(found, None, "{language}/{file}");
            }
        }
    }
}

/// Returns the name and the text of each file of a language.
fn files(language: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales").join(language);
    let files = std::fs::read_dir(folder).expect("a folder").map(|file| {
        let file = file.expect("a file");
        let name = file.file_name().into_string().expect("a name");
        (name, std::fs::read_to_string(file.path()).expect("a text"))
    });
    files.collect()
}

/// Returns whether a line contains the words as whole words, ignoring case.
fn has_word(line: &str, words: &str) -> bool {
    let line = line.to_lowercase();
    let is_edge = |character: Option<char>| !character.is_some_and(char::is_alphanumeric);
    line.match_indices(words).any(|(at, found)| {
        let (before, after) = (&line[..at], &line[at + found.len()..]);
        is_edge(before.chars().next_back()) && is_edge(after.chars().next())
    })
}
