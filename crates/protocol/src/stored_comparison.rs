//! Conversion of the values that a rule compared into their stored form.

use std::borrow::Cow;

use catalogue::Comparison;
use model::{StoredComparison, StoredDifference};

/// The maximum length of a stored value, in characters.
pub const VALUE_CHARS_MAX: usize = 1_024;

/// Converts a comparison into its stored form. Long values are truncated.
pub fn stored_comparison(comparison: Comparison) -> StoredComparison {
    let stored = |value: String| truncated(value, VALUE_CHARS_MAX);
    StoredComparison {
        name: Cow::Borrowed(comparison.name),
        expected: comparison.expected.map(stored),
        received: comparison.received.map(stored),
        difference: comparison.difference.map(|difference| StoredDifference {
            kind: Cow::Borrowed(difference.kind),
            arguments: stored_arguments(difference.arguments),
        }),
        operator_only: comparison.operator_only,
    }
}

/// Converts the named values of a text into their stored form. Long values are truncated.
pub fn stored_arguments(
    arguments: Vec<(&'static str, String)>,
) -> Vec<(Cow<'static, str>, String)> {
    let stored = |(name, value)| (Cow::Borrowed(name), truncated(value, VALUE_CHARS_MAX));
    arguments.into_iter().map(stored).collect()
}

/// Truncates a text to at most `chars_max` characters.
pub fn truncated(mut text: String, chars_max: usize) -> String {
    if text.len() > chars_max
        && let Some((end, _)) = text.char_indices().nth(chars_max)
    {
        text.truncate(end);
    }
    text
}
