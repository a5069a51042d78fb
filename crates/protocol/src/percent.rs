//! Percent-encoding: decodes `application/x-www-form-urlencoded` text (RFC 6749 appendix B), and
//! encodes values of parameters.

use std::{borrow::Cow, str::Utf8Error};

/// The reason why text cannot be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DecodeError {
    /// A `%` at this byte is not followed by two hexadecimal digits.
    BrokenEscape(usize),
    /// The decoded bytes are not UTF-8 from this byte on.
    NotUtf8(usize),
}

/// Decodes `+` and percent escapes. Stricter than browsers: a broken escape is an error and not a
/// literal, and the bytes must be UTF-8. Every reader of a request then sees the same text.
pub(crate) fn decode(encoded: &[u8]) -> Result<Cow<'_, str>, DecodeError> {
    let not_utf8 = |error: Utf8Error| DecodeError::NotUtf8(error.valid_up_to());
    // Most values contain neither: they are copied once, by the caller.
    if !encoded.contains(&b'%') && !encoded.contains(&b'+') {
        return std::str::from_utf8(encoded).map(Cow::Borrowed).map_err(not_utf8);
    }
    let mut decoded = Vec::with_capacity(encoded.len());
    let mut bytes = encoded.iter().copied().enumerate();
    while let Some((at, byte)) = bytes.next() {
        let mut digit = || bytes.next().and_then(|(_, digit)| hex(digit));
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => match (digit(), digit()) {
                (Some(high), Some(low)) => high << 4 | low,
                _ => return Err(DecodeError::BrokenEscape(at)),
            },
            other => other,
        });
    }
    String::from_utf8(decoded).map(Cow::Owned).map_err(|error| not_utf8(error.utf8_error()))
}

/// Escapes every byte that is not unreserved (RFC 3986 §2.3), so that no value can end a header or
/// begin a parameter.
pub(crate) fn encode_into(location: &mut String, value: &str) {
    const HEX: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            location.push(char::from(byte));
        } else {
            let digit = |nibble: u8| HEX.get(usize::from(nibble)).copied().unwrap_or('0');
            location.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}
