//! Escapes and truncates values for log lines: prevents log injection and log flooding.

/// Maximum size of a value in a log line in bytes, including quotes and escapes.
pub(crate) const LENGTH_MAX: usize = 1024;

const ELLIPSIS: &str = "…";

/// Appends `text` as a JSON string. Escapes line breaks, terminal control characters and characters
/// that change the text direction. Truncates to [`LENGTH_MAX`] and appends an ellipsis.
pub(crate) fn write_quoted(out: &mut Vec<u8>, text: &str) {
    let start = out.len();
    out.push(b'"');
    // Most values: one copy instead of one for each character. Every byte is checked, because a
    // loop that ends early checks one at a time.
    if text.len() <= LENGTH_MAX - ELLIPSIS.len() - 2
        && text.bytes().fold(true, |plain, byte| plain & is_plain(byte))
    {
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
        return;
    }
    for character in text.chars() {
        let before = out.len();
        write_character(out, character);
        if out.len() - start > LENGTH_MAX - ELLIPSIS.len() - 1 {
            out.truncate(before);
            out.extend_from_slice(ELLIPSIS.as_bytes());
            break;
        }
    }
    out.push(b'"');
}

/// Returns whether a byte is a character that needs no escape.
const fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\'
}

/// Appends `text` without quotes if it has only harmless characters, otherwise quoted.
pub(crate) fn write_unquoted(out: &mut Vec<u8>, text: &str) {
    let is_harmless = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/{}*+".contains(&byte);
    if !text.is_empty() && text.len() < LENGTH_MAX && text.bytes().all(is_harmless) {
        out.extend_from_slice(text.as_bytes());
    } else {
        write_quoted(out, text);
    }
}

fn write_character(out: &mut Vec<u8>, character: char) {
    match character {
        '"' => out.extend_from_slice(b"\\\""),
        '\\' => out.extend_from_slice(b"\\\\"),
        '\n' => out.extend_from_slice(b"\\n"),
        '\r' => out.extend_from_slice(b"\\r"),
        '\t' => out.extend_from_slice(b"\\t"),
        // C1 control characters start terminal escape sequences too.
        _ if character.is_control() || is_invisible(character) => {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                out.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
            }
        }
        _ => out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
    }
}

/// Returns whether a character is a line or paragraph separator, has no width, or changes the text
/// direction.
const fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quoted(text: &str) -> String {
        let mut out = Vec::new();
        write_quoted(&mut out, text);
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn a_value_cannot_inject_a_line_or_a_terminal_sequence() {
        // Row M11 of the security test catalogue: line breaks, ANSI escapes, a direction mark.
        let hostile = "a\r\n{\"x\":1}\u{1b}[31m\u{9b}31m\u{202e}\u{2028}\u{7f}\\";
        let line = quoted(hostile);
        assert_eq!(line, r#""a\r\n{\"x\":1}\u001b[31m\u009b31m\u202e\u2028\u007f\\""#);
        assert_eq!(serde_json::from_str::<String>(&line).expect("JSON"), hostile);
    }

    #[test]
    fn a_value_is_truncated_to_one_kibibyte_including_escapes() {
        // A megabyte of plain, wide and escaped characters; no character or escape is split.
        for character in ["a", "€", "\n", "\u{1b}", "\u{10ffff}"] {
            let line = quoted(&character.repeat(1_000_000 / character.len()));
            assert!((LENGTH_MAX - 16..=LENGTH_MAX).contains(&line.len()), "{}", line.len());
            let back: String = serde_json::from_str(&line).expect("JSON");
            assert!(back.ends_with(ELLIPSIS));
        }
        // The longest value that is not truncated has the same length.
        let longest = "a".repeat(LENGTH_MAX - ELLIPSIS.len() - 2);
        assert_eq!(quoted(&longest), format!("\"{longest}\""));
        assert!(quoted(&format!("{longest}a")).ends_with("…\""));
        assert_eq!(quoted("short"), "\"short\"");
    }

    #[test]
    fn only_harmless_values_are_written_without_quotes() {
        // Writes one value of each kind in the text format.
        let unquoted = |text| {
            let mut out = Vec::new();
            write_unquoted(&mut out, text);
            String::from_utf8(out).expect("UTF-8")
        };
        assert_eq!(unquoted("/{tenant}/oauth2/v2.0/token"), "/{tenant}/oauth2/v2.0/token");
        assert_eq!(unquoted(""), "\"\"");
        assert_eq!(unquoted("a b"), "\"a b\"");
        assert_eq!(unquoted("a=b"), "\"a=b\"");
    }
}
