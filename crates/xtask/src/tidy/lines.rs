//! Checks each line: the first sentence of a file, 100 columns, and forbidden text.

use super::Violation;
use super::source::{Kind, Source};

const COLUMNS_MAX: usize = 100;

/// Forbidden text in two halves, so that this file keeps its own rule.
const FORBIDDEN: [(&str, &str, &str); 5] = [
    ("#[al", "low(", "say #[expect(lint, reason = \"...\")], which ends when its cause does"),
    ("#![al", "low(", "say #![expect(lint, reason = \"...\")], which ends when its cause does"),
    ("TO", "DO", "finish it, or plan it in the issue tracker"),
    ("FIX", "ME", "finish it, or plan it in the issue tracker"),
    ("#[ig", "nore", "a skipped test proves nothing"),
];

/// Checks every line of a file; of a generated file only the first.
pub(super) fn check(source: &Source) -> Vec<Violation> {
    let mut violations = Vec::new();
    if !source.text.starts_with("//! ") {
        let message = "the first line states the purpose of the file: //! ...";
        violations.push(Violation::new(&source.path, 1, message));
    }
    if source.kind == Kind::Generated {
        return violations;
    }
    for (number, line) in source.numbered_lines() {
        let columns = line.chars().count();
        if columns > COLUMNS_MAX {
            let message = format!("{columns} columns; a line has at most {COLUMNS_MAX}");
            violations.push(Violation::new(&source.path, number, message));
        }
        let found =
            FORBIDDEN.iter().find(|(head, tail, _)| line.contains(&format!("{head}{tail}")));
        if let Some((head, tail, advice)) = found {
            let message = format!("{head}{tail}: {advice}");
            violations.push(Violation::new(&source.path, number, message));
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::{FORBIDDEN, Source, check};

    fn violations(text: &str) -> usize {
        check(&Source::new("crates/a/src/b.rs", text)).len()
    }

    #[test]
    fn a_file_without_a_first_sentence_is_a_violation() {
        // Begins one file with the sentence and one with code.
        assert_eq!(violations("//! For something.\n"), 0);
        assert_eq!(violations("use std::fmt;\n"), 1);
    }

    #[test]
    fn columns_are_counted_in_characters() {
        // Writes lines of 100 and 101 characters that have more bytes.
        assert_eq!(violations(&format!("//! {}\n", "\u{e9}".repeat(96))), 0);
        assert_eq!(violations(&format!("//! {}\n", "\u{e9}".repeat(97))), 1);
    }

    #[test]
    fn every_forbidden_text_is_a_violation() {
        // Writes each forbidden text once.
        for (head, tail, _) in FORBIDDEN {
            assert_eq!(
                violations(&format!("//! For something.\n// {head}{tail}\n")),
                1,
                "{head}{tail}"
            );
        }
    }
}
