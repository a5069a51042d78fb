//! Checks that no paragraph of a doc comment begins with a relative clause or with "Tells".

use crate::tidy::Violation;
use crate::tidy::source::Source;

const FORBIDDEN: [&str; 8] = ["What", "Whoever", "Whom", "Who", "Where", "How", "So", "Tells"];

/// Reports the forbidden openings of a file.
pub(super) fn check(source: &Source) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (line, text) in paragraphs(source) {
        let text = text.trim_start_matches(['#', '*', '-', '_', '>', ' ']);
        let word = text.split(|letter: char| !letter.is_alphabetic()).next().unwrap_or_default();
        let word = if text.starts_with("The same") { "The same" } else { word };
        if FORBIDDEN.contains(&word) || word == "The same" {
            let message = format!(
                "a doc comment begins with \"{word}\": begin with a noun (a type, a field) or a \
                 verb in the third person (a function)"
            );
            violations.push(Violation::new(&source.path, line, message));
        }
    }
    violations
}

/// Returns the first line of every paragraph of the doc comments outside code blocks.
fn paragraphs(source: &Source) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut in_paragraph = false;
    let mut in_code = false;
    for (number, line) in source.numbered_lines() {
        let line = line.trim_start();
        let text = line.strip_prefix("///").or_else(|| line.strip_prefix("//!")).map(str::trim);
        let Some(text) = text else {
            (in_paragraph, in_code) = (false, false);
            continue;
        };
        if text.starts_with("```") {
            in_code = !in_code;
        } else if !in_code && !in_paragraph && !text.is_empty() {
            found.push((number, text));
        }
        in_paragraph = !text.is_empty();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{FORBIDDEN, Source, check};

    fn lines(text: &str) -> Vec<usize> {
        check(&Source::new("crates/a/src/b.rs", text)).iter().map(|one| one.line).collect()
    }

    #[test]
    fn every_forbidden_opening_of_a_doc_comment_is_a_violation() {
        // Begins a file's and an item's doc comment with each of them.
        for word in FORBIDDEN.into_iter().chain(["The same"]) {
            assert_eq!(
                lines(&format!("//! {word} it is.\n\n/// {word}'s it.\n")),
                [1, 3],
                "{word}"
            );
        }
    }

    #[test]
    fn only_the_first_word_of_a_doc_paragraph_is_checked() {
        // Writes the word within a paragraph, at a second line, in code, and in a plain comment.
        // Then begins paragraphs with it: a text, a heading, and an entry of a list.
        let text =
            "/// A type. What\n/// What\n///\n/// ```\n/// What\n/// ```\n// What\n/// Whatever\n";
        assert!(lines(text).is_empty(), "{:?}", lines(text));
        assert_eq!(lines("/// A type.\n///\n/// What else.\n"), [3]);
        assert_eq!(lines("/// # What\n///\n/// - **What** else.\n"), [1, 3]);
    }
}
