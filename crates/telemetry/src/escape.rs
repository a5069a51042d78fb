//! Values made fit for a log line: nothing that a caller sends can forge or flood one.

/// Bytes that one value may take in a line, its quotes and escapes included.
pub(super) const LENGTH_MAX: usize = 1024;

const ELLIPSIS: &str = "…";

/// Appends `text` as a JSON string. Everything that a terminal or a line reader could act on is
/// escaped; what does not fit into [`LENGTH_MAX`] is cut off, visibly.
pub(super) fn write_quoted(out: &mut Vec<u8>, text: &str) {
    let start = out.len();
    out.push(b'"');
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

/// Appends `text` bare where that is unmistakable, else quoted.
pub(super) fn write_plain(out: &mut Vec<u8>, text: &str) {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/{}*+".contains(&byte);
    if !text.is_empty() && text.len() < LENGTH_MAX && text.bytes().all(plain) {
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
        // C1 controls begin escape sequences too; the others turn the order of what is read.
        _ if character.is_control() || is_invisible(character) => {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                out.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
            }
        }
        _ => out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
    }
}

/// Line and paragraph separators, and marks that change the direction of the text after them.
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
    fn a_value_cannot_begin_a_line_or_a_terminal_sequence() {
        // Row M11: line breaks, ANSI in both spellings, a direction mark, a quote.
        let hostile = "a\r\n{\"x\":1}\u{1b}[31m\u{9b}31m\u{202e}\u{2028}\u{7f}\\";
        let line = quoted(hostile);
        assert_eq!(line, r#""a\r\n{\"x\":1}\u001b[31m\u009b31m\u202e\u2028\u007f\\""#);
        assert_eq!(serde_json::from_str::<String>(&line).expect("JSON"), hostile);
    }

    #[test]
    fn a_value_takes_at_most_a_kibibyte_however_it_is_escaped() {
        // A megabyte of plain, wide and escaped characters: each is cut, none in the middle.
        for character in ["a", "€", "\n", "\u{1b}", "\u{10ffff}"] {
            let line = quoted(&character.repeat(1_000_000 / character.len()));
            assert!((LENGTH_MAX - 16..=LENGTH_MAX).contains(&line.len()), "{}", line.len());
            let back: String = serde_json::from_str(&line).expect("JSON");
            assert!(back.ends_with(ELLIPSIS));
        }
        assert_eq!(quoted("short"), "\"short\"");
    }

    #[test]
    fn only_unmistakable_values_go_without_quotes() {
        // One value of each kind through the text form.
        let plain = |text| {
            let mut out = Vec::new();
            write_plain(&mut out, text);
            String::from_utf8(out).expect("UTF-8")
        };
        assert_eq!(plain("/{tenant}/oauth2/v2.0/token"), "/{tenant}/oauth2/v2.0/token");
        assert_eq!(plain(""), "\"\"");
        assert_eq!(plain("a b"), "\"a b\"");
        assert_eq!(plain("a=b"), "\"a=b\"");
    }
}
