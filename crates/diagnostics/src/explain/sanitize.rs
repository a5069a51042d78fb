//! Values of a pasted text, made fit for a terminal: nothing that it acts on, nothing secret.

use jose::digest;
use model::{Seconds, Timestamp};

/// Characters of one value that are shown.
const CHARS_MAX: usize = 300;
/// Parameters and headers that hold what nobody else may see, by their whole names.
const SECRET: [&str; 6] = ["authorization", "code", "cookie", "dpop", "flow", "request"];
/// Words in the names of others.
const WORDS: [&str; 9] =
    ["secret", "passw", "pwd", "token", "assertion", "verifier", "api_key", "apikey", "credential"];
/// Ends of names that only tell of a secret.
const TELLING: [&str; 4] = ["_type", "_type_hint", "_method", "_expires_in"];
/// Parameters and headers whose values are shown.
const OPEN: [&str; 40] = [
    "accept",
    "accept-language",
    "acr_values",
    "admit_rehearse",
    "audience",
    "claims",
    "client-request-id",
    "client_id",
    "client_info",
    "code_challenge",
    "content-type",
    "display",
    "domain_hint",
    "dpop_jkt",
    "error",
    "error_codes",
    "error_description",
    "error_uri",
    "expires_in",
    "ext_expires_in",
    "grant_type",
    "host",
    "id",
    "iss",
    "login_hint",
    "max_age",
    "mkt",
    "nonce",
    "origin",
    "prompt",
    "redirect_uri",
    "resource",
    "response_mode",
    "response_type",
    "scope",
    "session_state",
    "state",
    "suberror",
    "ui_locales",
    "user-agent",
];

/// A value as it may be shown: cut, and without anything that a terminal acts on or that lets it
/// pose as another value.
pub(crate) fn shown(value: &str) -> String {
    let value = catalogue::without_userinfo(value);
    let mut characters = value.chars();
    let mut shown: String = characters.by_ref().take(CHARS_MAX).map(visible).collect();
    if characters.next().is_some() {
        shown.push_str("...");
    }
    shown
}

/// Whether a value is shown as it is.
pub(crate) fn is_plain(value: &str) -> bool {
    value.len() <= CHARS_MAX && value.bytes().all(|byte| matches!(byte, 0x20..=0x7e))
}

fn visible(character: char) -> char {
    match character {
        '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{e0000}'..='\u{e0fff}' => '\u{fffd}',
        _ if character.is_control() => '\u{fffd}',
        _ => character,
    }
}

/// Whether a parameter or header holds what is not to be shown.
pub(crate) fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_named = SECRET.contains(&name.as_str()) || WORDS.iter().any(|word| name.contains(word));
    is_named && !TELLING.iter().any(|end| name.ends_with(end))
}

/// Whether the value of a parameter or header is shown: that of a name that nothing here knows
/// may be anything.
pub(crate) fn is_open(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    !is_secret(&name)
        && (OPEN.contains(&name.as_str()) || TELLING.iter().any(|end| name.ends_with(end)))
}

/// Whether a parameter holds a fingerprint: public, and of the same shape as a secret.
pub(crate) fn is_fingerprint(name: &str) -> bool {
    ["code_challenge", "dpop_jkt"].contains(&name)
}

/// What is said of a token or handle, so that two can be told apart: the beginning of its digest.
pub(crate) fn fingerprint(value: &str) -> String {
    let digest = digest::base64url(digest::sha256(value.as_bytes()));
    digest.chars().take(12).collect()
}

/// `2026-01-01 00:00:00Z`.
pub(crate) fn moment(at: Timestamp) -> String {
    protocol::moment::shown(at)
}

/// Bytes in hexadecimal, in lower case.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect()
}

/// A span in the largest units that say enough: `12 s`, `3 min`, `5 h`, `2 d`. No word of any
/// language is in it.
pub(crate) fn span(seconds: Seconds) -> String {
    let seconds = seconds.get().unsigned_abs();
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7_200 => format!("{minutes} min"),
        7_200..172_800 => format!("{hours} h"),
        _ => format!("{days} d"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_acts_on_is_shown() {
        // Shows escape sequences, marks that turn the direction, invisible letters and a long text.
        assert_eq!(shown("a\u{1b}[31mb\r\n\u{9b}2J"), "a\u{fffd}[31mb\u{fffd}\u{fffd}\u{fffd}2J");
        assert_eq!(shown("x\u{202e}y\u{200b}z\u{e0041}"), "x\u{fffd}y\u{fffd}z\u{fffd}");
        assert_eq!(shown(&"x".repeat(10_000)).len(), CHARS_MAX + 3);
        assert_eq!(shown("é ✓"), "é ✓");
        assert_eq!(shown("https://me:hunter2@app.test/cb"), "https://***@app.test/cb");
    }

    #[test]
    fn what_is_secret_is_known_by_its_name() {
        // Asks for names as they are written in requests, and for names that hold nothing secret.
        for secret in [
            "client_secret",
            "client_secrets",
            "Authorization",
            "DPoP",
            "my_password",
            "passwd",
            "pwd",
            "code",
            "id_token",
            "id_token_hint",
            "X-Api_Key",
            "credentials",
        ] {
            assert!(is_secret(secret) && !is_open(secret), "{secret}");
        }
        assert!(!is_open("whatever"));
        for open in ["client_id", "scope", "code_challenge", "token_type_hint", "nonce", "state"] {
            assert!(!is_secret(open) && is_open(open), "{open}");
        }
    }

    #[test]
    fn spans_are_said_in_units_that_fit() {
        // One of each unit, and a negative one.
        let said = [-5, 119, 120, 7_200, 200_000].map(|seconds| span(Seconds::new(seconds)));
        assert_eq!(said, ["5 s", "119 s", "2 min", "2 h", "2 d"]);
    }
}
