//! How a value that came differs from the one that would have been right. Only ever asked once a
//! request is turned down.

use catalogue::Difference;
use model::{Seconds, Timestamp};

use crate::form;

pub(crate) mod clock;
pub(crate) mod jws;
mod name;
mod url;

pub(crate) use name::{among, named};
pub use name::{meant, nearest};
pub(crate) use url::url;

/// The one small thing in which a text differs from the expected one, where it is one.
pub(crate) fn spelling(sent: &str, expected: &str) -> Option<Difference> {
    if sent == expected {
        return None;
    }
    if sent.trim() == expected {
        return Some(Difference::of("white_space_around"));
    }
    if unquoted(sent) == Some(expected) {
        return Some(Difference::of("quoted"));
    }
    if sent.eq_ignore_ascii_case(expected) {
        return Some(Difference::of("letter_case"));
    }
    if decoded(sent).is_some_and(|once| once == expected) {
        return Some(Difference::of("encoded_twice"));
    }
    if sent.strip_suffix('/').unwrap_or(sent) == expected.strip_suffix('/').unwrap_or(expected) {
        return Some(Difference::of("trailing_slash"));
    }
    None
}

/// What stands around a value that should be bare: white space, or quotation marks.
pub(crate) fn wrapping(sent: &str) -> Option<Difference> {
    if sent.trim() != sent {
        return Some(Difference::of("white_space_around"));
    }
    unquoted(sent).map(|_| Difference::of("quoted"))
}

/// The text between quotation marks.
pub(crate) fn unquoted(text: &str) -> Option<&str> {
    ['"', '\''].into_iter().find_map(|mark| text.strip_prefix(mark)?.strip_suffix(mark))
}

/// The text with its percent-encoding undone once more, if it has any.
pub(crate) fn decoded(text: &str) -> Option<String> {
    text.contains('%').then(|| form::decode(text.as_bytes()).ok()).flatten()
}

/// What kind of thing a text is, by its form alone, where a code, a token or a secret should be:
/// the words that texts are found by.
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

/// Something that was over before it came.
pub(crate) fn expired(end: Timestamp, now: Timestamp) -> Difference {
    Difference::of("expired").with("ago", span(now - end))
}

/// A span of time, short enough for a sentence, in units that every language has.
pub(crate) fn span(span: Seconds) -> String {
    match span.get() {
        seconds @ ..600 => format!("{seconds} s"),
        seconds @ 600..7_200 => format!("{} min", seconds / 60),
        seconds @ 7_200..259_200 => format!("{} h", seconds / 3_600),
        seconds => format!("{} d", seconds / 86_400),
    }
}

/// Values in a row, as a fact shows what would have been accepted.
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
    fn a_small_difference_of_spelling_is_named() {
        // Compares variations of one text with it.
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
    fn what_was_sent_in_place_of_something_else_is_known_by_its_form() {
        // Shows one text of each form, and some of none.
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
    fn a_span_is_shown_in_the_unit_that_suits_it() {
        // Shows the last span of each unit, and the first of the next.
        for (seconds, shown) in
            [(599, "599 s"), (600, "10 min"), (7_199, "119 min"), (7_200, "2 h"), (259_200, "3 d")]
        {
            assert_eq!(span(Seconds::new(seconds)), shown);
        }
        assert_eq!(
            expired(Timestamp::from_seconds(3), Timestamp::from_seconds(10)).arguments,
            [("ago", "7 s".to_owned())]
        );
    }
}
