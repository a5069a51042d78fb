//! Conversion of the values that a rule compared into their stored form.

use std::borrow::Cow;

use catalogue::Comparison;
use model::{StoredComparison, StoredDifference};

/// The maximum length of a stored value, in characters.
pub const VALUE_CHARS_MAX: usize = 1_024;

/// Converts a comparison into its stored form. Long values are truncated.
pub fn stored_comparison(comparison: &Comparison) -> StoredComparison {
    let stored = |value: &String| truncate(value, VALUE_CHARS_MAX);
    StoredComparison {
        name: Cow::Borrowed(comparison.name),
        expected: comparison.expected.as_ref().map(stored),
        received: comparison.received.as_ref().map(stored),
        difference: comparison.difference.as_ref().map(|difference| StoredDifference {
            kind: Cow::Borrowed(difference.kind),
            arguments: difference
                .arguments
                .iter()
                .map(|(name, value)| (Cow::Borrowed(*name), stored(value)))
                .collect(),
        }),
        operator_only: comparison.operator_only,
    }
}

/// Returns at most `chars_max` characters of a text.
pub fn truncate(text: &str, chars_max: usize) -> String {
    match text.char_indices().nth(chars_max) {
        Some((end, _)) => text.get(..end).unwrap_or_default().to_owned(),
        None => text.to_owned(),
    }
}
