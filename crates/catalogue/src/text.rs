//! Bounds the length of values from requests, and removes characters that could deceive a reader.

use std::borrow::Cow;

/// Returns a value as it is shown: without control characters and direction marks, and with at most
/// `chars_max` characters, followed by `...` if it has more.
pub(crate) fn bounded(value: String, chars_max: usize) -> String {
    // Most values are returned as they are. Every byte is checked, because a loop that ends early
    // checks one at a time.
    if value.len() <= chars_max
        && value.bytes().fold(true, |plain, byte| plain & matches!(byte, b' '..=b'~'))
    {
        return value;
    }
    let plain: String = value.chars().take(chars_max + 1).map(visible).collect();
    shortened(&plain, chars_max).into_owned()
}

/// Returns the first `chars_max` characters, followed by `...` if the value is longer.
pub(crate) fn shortened(value: &str, chars_max: usize) -> Cow<'_, str> {
    if value.len() <= chars_max {
        return Cow::Borrowed(value);
    }
    match value.char_indices().nth(chars_max) {
        Some((end, _)) => Cow::Owned(format!("{}...", value.get(..end).unwrap_or_default())),
        None => Cow::Borrowed(value),
    }
}

/// Replaces control characters, which split log lines, and direction marks, which make a value look
/// like another one.
fn visible(character: char) -> char {
    match character {
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        _ if character.is_control() => '\u{fffd}',
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn value_is_bounded_in_characters_whatever_their_bytes() {
        // Bounds to three characters: shorter, equal and longer values, of one byte and of two for
        // each character, and values with a control character or a direction mark.
        for (value, expected) in [
            ("", ""),
            ("ab", "ab"),
            ("abc", "abc"),
            ("abcd", "abc..."),
            ("\u{e9}\u{e9}\u{e9}", "\u{e9}\u{e9}\u{e9}"),
            ("\u{e9}\u{e9}\u{e9}\u{e9}", "\u{e9}\u{e9}\u{e9}..."),
            ("a\nb", "a\u{fffd}b"),
            ("a\u{7f}", "a\u{fffd}"),
            ("\u{202e}abc", "\u{fffd}ab..."),
        ] {
            assert_eq!(bounded(value.to_owned(), 3), expected, "{value:?}");
            assert_eq!(shortened(value, 100), value);
        }
    }
}
