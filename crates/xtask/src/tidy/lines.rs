//! What can be seen line by line: a first sentence, 100 columns, and words that do not belong.

use super::Breach;
use super::source::{Kind, Source};

const COLUMNS_MAX: usize = 100;

/// In two halves, so that this file does not breach its own rule.
const WORDS: [(&str, &str, &str); 5] = [
    ("#[al", "low(", "say #[expect(lint, reason = \"...\")], which ends when its cause does"),
    ("#![al", "low(", "say #![expect(lint, reason = \"...\")], which ends when its cause does"),
    ("TO", "DO", "finish it, or write it down where work is planned"),
    ("FIX", "ME", "finish it, or write it down where work is planned"),
    ("#[ig", "nore", "a test that does not run proves nothing"),
];

pub(super) fn check(source: &Source) -> Vec<Breach> {
    let mut breaches = Vec::new();
    if !source.text.starts_with("//! ") {
        let message = "the first line says what the file is for: //! ...";
        breaches.push(Breach::new(&source.path, 1, message));
    }
    if source.kind == Kind::Generated {
        return breaches;
    }
    for (number, line) in source.numbered_lines() {
        let columns = line.chars().count();
        if columns > COLUMNS_MAX {
            let message = format!("{columns} columns; a line has at most {COLUMNS_MAX}");
            breaches.push(Breach::new(&source.path, number, message));
        }
        let found = WORDS.iter().find(|(head, tail, _)| line.contains(&format!("{head}{tail}")));
        if let Some((head, tail, advice)) = found {
            let message = format!("{head}{tail}: {advice}");
            breaches.push(Breach::new(&source.path, number, message));
        }
    }
    breaches
}

#[cfg(test)]
mod tests {
    use super::{Source, WORDS, check};

    fn breaches(text: &str) -> usize {
        check(&Source::new("crates/a/src/b.rs", text)).len()
    }

    #[test]
    fn a_file_without_a_first_sentence_is_a_breach() {
        // Begins one file with the sentence and one with code.
        assert_eq!(breaches("//! For something.\n"), 0);
        assert_eq!(breaches("use std::fmt;\n"), 1);
    }

    #[test]
    fn a_line_is_measured_in_characters() {
        // Writes lines of 100 and 101 characters that take more bytes.
        assert_eq!(breaches(&format!("//! {}\n", "\u{e9}".repeat(96))), 0);
        assert_eq!(breaches(&format!("//! {}\n", "\u{e9}".repeat(97))), 1);
    }

    #[test]
    fn each_word_that_does_not_belong_is_a_breach() {
        // Writes every one of them once.
        for (head, tail, _) in WORDS {
            assert_eq!(
                breaches(&format!("//! For something.\n// {head}{tail}\n")),
                1,
                "{head}{tail}"
            );
        }
    }
}
