//! Bounds the length of values from requests, and removes characters that could deceive a reader.

/// Returns the first `chars_max` characters, followed by `...` if the value is longer.
pub(crate) fn shortened(value: &str, chars_max: usize) -> String {
    match value.char_indices().nth(chars_max) {
        Some((end, _)) => format!("{}...", value.get(..end).unwrap_or_default()),
        None => value.to_owned(),
    }
}

/// Replaces control characters, which split log lines, and direction marks, which make a value look
/// like another one.
pub(crate) fn visible(character: char) -> char {
    match character {
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        _ if character.is_control() => '\u{fffd}',
        _ => character,
    }
}
