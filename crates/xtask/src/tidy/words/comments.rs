//! Checks that no comment contains a word that the glossary replaces and that has no other meaning.

use crate::tidy::Violation;
use crate::tidy::source::Source;

/// Words that no comment may contain, with the term to use instead.
#[rustfmt::skip]
const FORBIDDEN: [(&[&str], &str); 8] = [
    (&["whoever", "somebody", "nobody"], "the actor: user, client, operator, process"),
    (&["books"], "store"),
    (&["desk", "desks"], "administration pages, or request context"),
    (&["seat", "seats", "seated"], "session"),
    (&["journey", "journeys"], "sign-in flow"),
    (&["household", "households"], "tenant"),
    (&["shelf", "shelves"], "cache"),
    (&["mend", "mends", "mended", "mending"], "fix"),
];

/// Reports the forbidden words in the comments of a file. Words in backticks are quotations.
pub(super) fn check(source: &Source) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (line, comment) in
        source.numbered_lines().filter_map(|(line, text)| Some((line, comment(text)?)))
    {
        let prose: String =
            comment.split('`').step_by(2).collect::<Vec<_>>().join(" ").to_lowercase();
        let words = prose.split(|letter: char| !letter.is_alphabetic());
        for word in words {
            let Some((_, term)) = FORBIDDEN.iter().find(|(words, _)| words.contains(&word)) else {
                continue;
            };
            let message = format!("a comment contains \"{word}\": say {term}");
            violations.push(Violation::new(&source.path, line, message));
        }
    }
    violations
}

/// Returns the comment of a line. Leaves out `//` within a string, such as that of a URL.
fn comment(line: &str) -> Option<&str> {
    let starts = line.match_indices("//").map(|(start, _)| start);
    let is_in_code = |start: &usize| {
        line.get(..*start).is_some_and(|code| code.matches('"').count().is_multiple_of(2))
    };
    starts.filter(is_in_code).find_map(|start| line.get(start..))
}

#[cfg(test)]
mod tests {
    use super::{FORBIDDEN, Source, check};

    fn lines(text: &str) -> Vec<usize> {
        check(&Source::new("crates/a/src/b.rs", text)).iter().map(|one| one.line).collect()
    }

    #[test]
    fn every_forbidden_word_of_a_comment_is_a_violation() {
        // Writes each word into every kind of comment, one of them behind a URL in a string.
        for word in FORBIDDEN.iter().flat_map(|(words, _)| *words) {
            let capital = word[..1].to_uppercase() + &word[1..];
            let text = format!(
                "//! The {word}.\n/// {capital}\n// A {word}'s.\nlet a = \"https://b\"; // {word}\n"
            );
            assert_eq!(lines(&text), [1, 2, 3, 4], "{word}");
        }
    }

    #[test]
    fn code_strings_quotations_and_longer_words_are_accepted() {
        // Writes a word in a URL, in a quotation, in code, and within a longer word.
        let word = "desk";
        let text = format!(
            "let a = \"https://{word}.test\";\n// The scope `api://{word}/read`.\n\
             let {word} = 1;\n// A {word}top that recommends bookstores.\n"
        );
        assert!(lines(&text).is_empty(), "{:?}", lines(&text));
    }
}
