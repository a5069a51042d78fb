//! Describes how a received value differs from the accepted one. Runs only after a request is
//! refused.

use std::borrow::Cow;

use catalogue::Difference;
use model::{Seconds, Timestamp};

use crate::percent;

pub(crate) mod clock;
pub(crate) mod jws;
mod name;
mod url;

pub use name::{nearest, suggestion};
pub(crate) use name::{suggest, suggest_in_list};
pub(crate) use url::url;

/// Names the difference if a text differs from the expected one in one way only, such as its case
/// or a slash at its end. Returns `None` for any other difference.
pub(crate) fn spelling(sent: &str, expected: &str) -> Option<Difference> {
    if sent == expected {
        return None;
    }
    if sent.trim() == expected {
        return Some(Difference::new("white_space_around"));
    }
    if unquoted(sent) == Some(expected) {
        return Some(Difference::new("quoted"));
    }
    if sent.eq_ignore_ascii_case(expected) {
        return Some(Difference::new("letter_case"));
    }
    if decoded(sent).is_some_and(|decoded| decoded == expected) {
        return Some(Difference::new("encoded_twice"));
    }
    if sent.strip_suffix('/').unwrap_or(sent) == expected.strip_suffix('/').unwrap_or(expected) {
        return Some(Difference::new("trailing_slash"));
    }
    None
}

/// The byte order mark that some editors write at the start of a file.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// Describes what pasting left around a text: a byte order mark, a line break, white space or
/// quotation marks. `None` if there is nothing.
pub(crate) fn wrapping(sent: &str) -> Option<Difference> {
    let kind = if sent.starts_with(BYTE_ORDER_MARK) {
        "byte_order_mark"
    } else if sent.ends_with(['\r', '\n']) {
        "line_break_at_end"
    } else if sent.trim() != sent {
        "white_space_around"
    } else {
        unquoted(sent).map(|_| "quoted")?
    };
    Some(Difference::new(kind))
}

/// Returns a text without a byte order mark and white space around it.
pub(crate) fn unwrapped(sent: &str) -> &str {
    sent.trim_start_matches(BYTE_ORDER_MARK).trim()
}

/// Returns the text between quotation marks.
pub(crate) fn unquoted(text: &str) -> Option<&str> {
    ['"', '\''].into_iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote))
}

/// Decodes the text once more, if it has percent escapes.
pub(crate) fn decoded(text: &str) -> Option<String> {
    let decoded = text.contains('%').then(|| percent::decode(text.as_bytes()).ok());
    decoded.flatten().map(Cow::into_owned)
}

/// Recognizes codes, tokens and ids by their syntax. Returns the kind of difference for such a text
/// in the place of something else.
pub(crate) fn kind_of(text: &str) -> Option<&'static str> {
    let segments = text.split('.').count();
    match text {
        _ if text.starts_with("rt.") && segments == 3 => Some("refresh_token_sent"),
        _ if text.starts_with("ac.") && segments == 3 => Some("code_sent"),
        _ if text.starts_with("eyJ") && segments == 3 => Some("signed_token_sent"),
        _ if text.starts_with("eyJ") && segments == 5 => Some("encrypted_token_sent"),
        _ if is_uuid(text) => Some("id_sent"),
        _ => None,
    }
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

/// Returns how long ago something expired.
pub fn expired(end: Timestamp, now: Timestamp) -> Difference {
    Difference::new("expired").with("ago", span(now - end))
}

/// Formats a span of time in one unit, whose symbol is the same in every language.
pub(crate) fn span(span: Seconds) -> String {
    match span.get() {
        seconds @ ..600 => format!("{seconds} s"),
        seconds @ 600..7_200 => format!("{} min", seconds / 60),
        seconds @ 7_200..259_200 => format!("{} h", seconds / 3_600),
        seconds => format!("{} d", seconds / 86_400),
    }
}

/// Joins the accepted values for a comparison, at most 20 of them.
pub(crate) fn list<T: AsRef<str>>(values: impl IntoIterator<Item = T>) -> String {
    let mut text = String::new();
    for value in values.into_iter().take(20) {
        text.push_str(if text.is_empty() { "" } else { ", " });
        text.push_str(value.as_ref());
    }
    if text.is_empty() { "none".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_names_a_single_difference() {
        // Compares a text with a variation of each kind, and with another text.
        for (sent, kind) in [
            (" app ", Some("white_space_around")),
            ("\"app\"", Some("quoted")),
            ("'app'", Some("quoted")),
            ("App", Some("letter_case")),
            ("%61pp", Some("encoded_twice")),
            ("app/", Some("trailing_slash")),
            ("another", None),
        ] {
            assert_eq!(spelling(sent, "app").map(|it| it.kind), kind, "{sent}");
        }
    }

    #[test]
    fn codes_tokens_and_ids_are_recognized_by_their_syntax() {
        // Passes one text of each kind, and texts that are almost of a kind.
        for (text, kind) in [
            ("rt.AAAA.BBBB", Some("refresh_token_sent")),
            ("ac.AAAA.BBBB", Some("code_sent")),
            ("eyJhbGciOi.e30.AA", Some("signed_token_sent")),
            ("eyJhbGciOi.a.b.c.d", Some("encrypted_token_sent")),
            ("6f1c2f0e-0000-4000-8000-000000000001", Some("id_sent")),
            ("rt.AAAA", None),
            ("6f1c2f0e-0000-4000-8000-00000000000x", None),
            ("", None),
        ] {
            assert_eq!(kind_of(text), kind, "{text}");
        }
    }

    #[test]
    fn span_is_formatted_in_the_largest_suitable_unit() {
        // Formats the longest span of each unit, and the shortest of the next.
        for (seconds, text) in
            [(599, "599 s"), (600, "10 min"), (7_199, "119 min"), (7_200, "2 h"), (259_200, "3 d")]
        {
            assert_eq!(span(Seconds::new(seconds)), text);
        }
        assert_eq!(
            expired(Timestamp::from_seconds(3), Timestamp::from_seconds(10)).arguments,
            [("ago", "7 s".to_owned())]
        );
    }
}
