//! Sanitizing of pasted values for a terminal: no control characters and no secrets.

use jose::digest;
use model::Seconds;
use protocol::request_secrets::{is_metadata, is_secret};

/// The maximum length of a shown value, in characters.
const CHARS_MAX: usize = 300;
/// The full names of parameters and headers whose values are shown.
const PUBLIC_PARAMETERS: [&str; 40] = [
    "accept",
    "accept-language",
    "acr_values",
    "admit_simulate_error",
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

/// Truncates a value and replaces control, direction and invisible characters. Such characters
/// could control the terminal, or make the value look like another one. The user information of a
/// URL is removed.
pub fn sanitize(value: &str) -> String {
    let value = catalogue::redact_userinfo(value);
    let mut characters = value.chars();
    let mut sanitized: String = characters.by_ref().take(CHARS_MAX).map(visible).collect();
    if characters.next().is_some() {
        sanitized.push_str("...");
    }
    sanitized
}

/// Returns whether `sanitize` leaves the value unchanged, apart from the user information of a URL.
pub(super) fn is_plain(value: &str) -> bool {
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

/// Returns whether the value of a parameter or header may be shown. Unknown names may hold secrets.
pub(super) fn is_public(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    !is_secret(&name) && (PUBLIC_PARAMETERS.contains(&name.as_str()) || is_metadata(&name))
}

/// Returns whether a parameter holds a fingerprint: public, with the syntax of a secret.
pub(super) fn is_fingerprint(name: &str) -> bool {
    ["code_challenge", "dpop_jkt"].contains(&name)
}

/// Returns the first 12 characters of the SHA-256 digest, so that two tokens can be distinguished.
pub(super) fn fingerprint(value: &str) -> String {
    let digest = digest::base64url(digest::sha256(value.as_bytes()));
    digest.chars().take(12).collect()
}

/// Encodes bytes as lower-case hexadecimal.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect()
}

/// Formats a duration in one unit, without words of any language: `12 s`, `3 min`, `5 h`, `2 d`.
pub(super) fn span(seconds: Seconds) -> String {
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
    fn sanitize_replaces_control_and_invisible_characters() {
        // Sanitizes escape sequences, direction marks, invisible characters and a long text.
        assert_eq!(
            sanitize("a\u{1b}[31mb\r\n\u{9b}2J"),
            "a\u{fffd}[31mb\u{fffd}\u{fffd}\u{fffd}2J"
        );
        assert_eq!(sanitize("x\u{202e}y\u{200b}z\u{e0041}"), "x\u{fffd}y\u{fffd}z\u{fffd}");
        assert_eq!(sanitize(&"x".repeat(10_000)).len(), CHARS_MAX + 3);
        assert_eq!(sanitize("é ✓"), "é ✓");
        assert_eq!(sanitize("https://me:hunter2@app.test/cb"), "https://***@app.test/cb");
    }

    #[test]
    fn secret_parameters_are_recognized_by_name() {
        // Checks the names of secrets as requests have them, and names that hold no secret.
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
            assert!(is_secret(secret) && !is_public(secret), "{secret}");
        }
        assert!(!is_public("whatever"));
        for public in ["client_id", "scope", "code_challenge", "token_type_hint", "nonce", "state"]
        {
            assert!(!is_secret(public) && is_public(public), "{public}");
        }
    }

    #[test]
    fn a_duration_is_formatted_in_the_largest_suitable_unit() {
        // Formats a duration in each unit, and a negative one.
        let formatted = [-5, 119, 120, 7_200, 200_000].map(|seconds| span(Seconds::new(seconds)));
        assert_eq!(formatted, ["5 s", "119 s", "2 min", "2 h", "2 d"]);
    }
}
