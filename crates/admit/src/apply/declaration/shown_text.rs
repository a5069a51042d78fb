//! The rule for texts in one language that pages and lists show: names of users and clients, and
//! publishers.

use crate::toml_document::{Declared, Problem, Spanned, TableReader};

const CHARS_MAX: usize = 128;

/// Reads an option with a text that is shown. An empty text brings the default back.
pub(super) fn read(reader: &mut TableReader<'_>, option: &'static str) -> Declared<String> {
    let text: Declared<Spanned<String>> = reader.declared(option);
    if let Some(text) = text.value() {
        check(text, option, reader);
    }
    text.without_span()
}

/// Checks a text that is shown.
pub(super) fn check(text: &Spanned<String>, option: &str, reader: &TableReader<'_>) {
    let is_blank = text.trim().is_empty();
    if is_blank || text.contains(char::is_control) || text.chars().count() > CHARS_MAX {
        let message = format!("this `{option}` cannot be shown");
        let found = format!("expected 1 to {CHARS_MAX} characters in one line");
        reader.problems().add(Problem::new(text.span.clone(), message, found));
    }
}
