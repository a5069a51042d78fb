//! Redacts secrets in texts: by their shape, or by their value if the request contains them.

use std::{borrow::Cow, ops::Range};

/// The replacement for a redacted value, in the alphabet of RFC 6749 §5.2.
pub const REDACTED: &str = "[a value of the shape of a secret]";
/// The replacement for the user name and password in a URL.
const USERINFO: &str = "***";
/// Generated secrets have 43 characters. A badly copied one still has most of them.
const RANDOM_CHARS_MIN: usize = 40;
/// The length of the tenant id in a sealed token, in characters.
const TENANT_CHARS: usize = 22;
/// A shorter secret is only redacted if it is the whole value.
const PART_CHARS_MIN: usize = 8;
/// A shorter secret is never redacted: it could be an ordinary word.
const WHOLE_CHARS_MIN: usize = 4;

/// Redacts what has the shape of a secret: a generated secret, a token, a sealed token, or the
/// password in a URL. Reads each byte once if there is none.
pub fn redact_secrets(text: &str) -> Cow<'_, str> {
    let mut redactions: Vec<(Range<usize>, &str)> = Vec::new();
    redactions.extend(userinfo(text).map(|range| (range, USERINFO)));
    let bytes = text.as_bytes();
    let mut start = 0;
    while start < bytes.len() {
        let rest = bytes.get(start..).unwrap_or_default();
        let length = rest.iter().take_while(|byte| is_word_byte(**byte)).count();
        let word = text.get(start..start + length).unwrap_or_default();
        if is_secret(word) {
            redactions.push((start..start + length, REDACTED));
        }
        start += length + 1;
    }
    replace(text, redactions)
}

/// Redacts what has the shape of a secret, like [`redact_secrets`], without a copy of other texts.
pub(crate) fn redacted(text: String) -> String {
    match redact_secrets(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(redacted) => redacted,
    }
}

/// Redacts the user name and password in a URL.
pub fn redact_userinfo(text: &str) -> Cow<'_, str> {
    replace(text, userinfo(text).map(|range| (range, USERINFO)).into_iter().collect())
}

/// Redacts a value if it contains one of these secrets.
pub fn redact_in_place(value: &mut String, secrets: &[String]) {
    if let Cow::Borrowed(REDACTED) = redact_values(value, secrets) {
        REDACTED.clone_into(value);
    }
}

/// Redacts the whole text if it contains one of these secrets, in upper or lower case.
pub fn redact_values<'a>(text: &'a str, secrets: &[String]) -> Cow<'a, str> {
    let is_redacted = secrets.iter().any(|secret| contains_secret(text, secret));
    Cow::Borrowed(if is_redacted { REDACTED } else { text })
}

/// Returns whether a text is a secret, contains it, or is the beginning of it with an ellipsis.
/// Compares in lower case, and allocates only if the secret fits into the text.
fn contains_secret(text: &str, secret: &str) -> bool {
    if secret.len() < WHOLE_CHARS_MIN {
        return false;
    }
    let is_beginning = |beginning: &str| {
        let start = secret.as_bytes().get(..beginning.len());
        beginning.len() >= PART_CHARS_MIN
            && start.is_some_and(|start| start.eq_ignore_ascii_case(beginning.as_bytes()))
    };
    let is_part = || {
        secret.len() >= PART_CHARS_MIN
            && secret.len() <= text.len()
            && text.to_ascii_lowercase().contains(&secret.to_ascii_lowercase())
    };
    text.trim().eq_ignore_ascii_case(secret)
        || text.strip_suffix("...").is_some_and(is_beginning)
        || is_part()
}

fn replace<'a>(text: &'a str, mut redactions: Vec<(Range<usize>, &str)>) -> Cow<'a, str> {
    if redactions.is_empty() {
        return Cow::Borrowed(text);
    }
    redactions.sort_by_key(|(range, _)| range.start);
    let (mut result, mut done) = (String::new(), 0);
    for (range, replacement) in redactions {
        // A secret within a user name or password is replaced together with it.
        if range.start >= done {
            result.push_str(text.get(done..range.start).unwrap_or_default());
            result.push_str(replacement);
            done = range.end;
        }
    }
    result.push_str(text.get(done..).unwrap_or_default());
    Cow::Owned(result)
}

/// The user name and password of the first URL: what precedes the `@` in its authority.
fn userinfo(text: &str) -> Option<Range<usize>> {
    // Most texts have none, which this finds out in a tenth of the time.
    if !text.as_bytes().contains(&b'@') {
        return None;
    }
    let start = text.find("://")? + "://".len();
    let authority = text.get(start..)?.split(['/', '?', '#', ' ', '\\']).next()?;
    Some(start..start + authority.rfind('@')?)
}

const fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~')
}

fn is_secret(word: &str) -> bool {
    match word.len() {
        ..20 => false,
        23 if is_generated_password(word) => true,
        _ => {
            word.starts_with("eyJ")
                || is_sealed_token(word)
                || (word.len() >= 34 && word.contains("Q~"))
                || word.split(['.', '~']).any(is_random)
        }
    }
}

/// Long, with letters of both cases and digits. Ids and names do not have all three.
fn is_random(part: &str) -> bool {
    let has = |class: fn(&u8) -> bool| part.bytes().any(|byte| class(&byte));
    part.len() >= RANDOM_CHARS_MIN
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_digit)
}

/// `ac.<tenant>.<sealed>` or `rt.<tenant>.<sealed>`, complete or truncated.
fn is_sealed_token(word: &str) -> bool {
    let mut parts = word.split('.');
    let kind = parts.next().unwrap_or_default();
    let tenant = parts.next().unwrap_or_default();
    matches!(kind, "ac" | "rt") && tenant.len() == TENANT_CHARS
}

/// A password that `admit apply` generated: four groups of five characters.
fn is_generated_password(word: &str) -> bool {
    let is_group_byte = |byte: u8| byte.is_ascii_lowercase() || matches!(byte, b'2'..=b'9');
    let is_group = |group: &str| group.len() == 5 && group.bytes().all(is_group_byte);
    word.split('-').all(is_group) && word.bytes().any(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Comparison, Difference, refusal};

    const SECRET: &str = "q8Zt3_bN0xW7vY-kLmP2sRfG5hJdCaUe1oIiTzQyBnM";

    #[test]
    fn values_of_the_shape_of_a_secret_are_redacted() {
        // Passes each alone, within other text, and with a character missing.
        let sealed = format!("rt.{}.{}", "A".repeat(22), "b".repeat(80));
        let jwe = format!("eyJhbGciOiJkaXIifQ..{}", "x".repeat(60));
        let password = "abcde-23fgh-jkmnp-qrst9";
        let of_microsoft = "abc8Q~0123456789abcdefghijABCDEFGHIJ-_.a";
        for secret in [SECRET, &sealed, &jwe, password, of_microsoft] {
            assert_eq!(redact_secrets(secret), REDACTED, "{secret}");
            let within = redact_secrets(&format!("read {secret} write")).into_owned();
            assert_eq!(within, format!("read {REDACTED} write"));
            let url = format!("https://app.example/cb?x={secret}&y=1");
            assert!(!redact_secrets(&url).contains(secret), "{url}");
        }
        assert_eq!(redact_secrets(&SECRET[1..]), REDACTED);
    }

    #[test]
    fn ids_urls_scopes_and_names_are_not_redacted() {
        // Ids, URLs, scopes, hexadecimal thumbprints, long names, other alphabets.
        let hexadecimal = "0123456789abcdef".repeat(4);
        for text in [
            "6f1c2f0e-0000-4000-8000-000000000001",
            "https://web.test/callback/?x=1#y",
            "openid profile offline_access api://orders/read.all",
            "a-client-with-a-rather-long-name-of-many-words-0123",
            "urn:ietf:params:oauth:grant-type:device_code",
            "https://login.example/6f1c2f0e-0000-4000-8000-000000000001/oauth2/v2.0/token",
            "é ✓ 語",
            "",
            &hexadecimal,
        ] {
            assert!(matches!(redact_secrets(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }

    #[test]
    fn the_password_in_a_url_is_redacted() {
        // One URL with a user name and a password, and two with an `@` outside the authority.
        assert_eq!(redact_secrets("https://me:hunter2@app.test/cb"), "https://***@app.test/cb");
        assert_eq!(redact_secrets("https://app.test/@me"), "https://app.test/@me");
        assert_eq!(redact_secrets("https://app.test?x=a@b"), "https://app.test?x=a@b");
    }

    #[test]
    fn known_secrets_are_redacted_in_all_values_of_a_refusal() {
        // Puts a secret without a typical shape into an argument, both values and a difference.
        let secrets = ["Tr0ub4dor&3".to_owned()];
        let comparison = Comparison::mismatch("scope", "Tr0ub4dor&3", "read tr0ub4dor&3")
            .with_difference(Difference::new("malformed").with("detail", "x Tr0ub4dor&3"));
        let refusal = refusal::redirect_uri_not_registered("https://x/?Tr0ub4dor&3", "Orders")
            .with(comparison)
            .redacted(&secrets);
        assert!(!format!("{refusal:?}").to_ascii_lowercase().contains("tr0ub4dor"), "{refusal:?}");
        assert!(format!("{refusal:?}").contains("Orders"));
        assert_eq!(redact_values("a cut begin...", &["a cut beginning".to_owned()]), REDACTED);
        assert_eq!(redact_values("read", &["rea".to_owned(), "re".to_owned()]), "read");
        assert_eq!(redact_values(" REad\n", &["reaD".to_owned()]), REDACTED);
        assert_eq!(redact_values("read", &["reader".to_owned(), "read-write".to_owned()]), "read");
        assert_eq!(redact_values("a cut...", &["a cut beginning".to_owned()]), "a cut...");
    }

    #[test]
    fn a_public_fingerprint_is_not_redacted() {
        // The same text as a received value and as a fingerprint.
        let received = Comparison::new("scope").received(SECRET).received;
        assert_eq!(received.as_deref(), Some(REDACTED));
        let fingerprint = Comparison::new("jkt").fingerprint(SECRET).received;
        assert_eq!(fingerprint.as_deref(), Some(SECRET));
    }
}
