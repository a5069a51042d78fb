//! What of a request is never said again: what has the shape of a secret, and what is one by where
//! it stood.

use std::{borrow::Cow, ops::Range};

use crate::{Difference, Fact, Refusal};

/// What stands for a value that is not said. In the alphabet of RFC 6749 §5.2.
pub const WITHHELD: &str = "[a value of the shape of a secret]";
/// What stands for the name and the password in a URL.
const USERINFO: &str = "***";
/// Secrets of ours have 43 characters; one that was copied badly is still most of one.
const RANDOM_CHARS_MIN: usize = 40;
/// The tenant in a sealed handle.
const TENANT_CHARS: usize = 22;
/// A shorter one is only looked for as a whole value, and the shortest are words.
const PART_CHARS_MIN: usize = 8;
const WHOLE_CHARS_MIN: usize = 4;

/// A text without what in it has the shape of a secret: one of ours, a token, a sealed handle, or
/// the password in a URL. Costs one look at each byte where there is none.
pub fn showable(text: &str) -> Cow<'_, str> {
    let mut hidden: Vec<(Range<usize>, &str)> = Vec::new();
    hidden.extend(userinfo(text).map(|range| (range, USERINFO)));
    let bytes = text.as_bytes();
    let mut start = 0;
    while start < bytes.len() {
        let rest = bytes.get(start..).unwrap_or_default();
        let length = rest.iter().take_while(|byte| is_of_word(**byte)).count();
        let word = text.get(start..start + length).unwrap_or_default();
        if is_secret(word) {
            hidden.push((start..start + length, WITHHELD));
        }
        start += length + 1;
    }
    replaced(text, hidden)
}

/// A text without the name and the password in a URL.
pub fn without_userinfo(text: &str) -> Cow<'_, str> {
    replaced(text, userinfo(text).map(|range| (range, USERINFO)).into_iter().collect())
}

/// A text without any of the secrets, however their letters' case was changed.
pub fn without<'a>(text: &'a str, secrets: &[String]) -> Cow<'a, str> {
    let lower = text.to_ascii_lowercase();
    let beginning = lower.strip_suffix("...").filter(|it| it.len() >= PART_CHARS_MIN);
    for secret in secrets.iter().filter(|secret| secret.len() >= WHOLE_CHARS_MIN) {
        let secret = secret.to_ascii_lowercase();
        let is_part = secret.len() >= PART_CHARS_MIN && lower.contains(&secret);
        let is_cut = beginning.is_some_and(|beginning| secret.starts_with(beginning));
        if is_part || is_cut || lower.trim() == secret {
            return Cow::Borrowed(WITHHELD);
        }
    }
    Cow::Borrowed(text)
}

impl Refusal {
    /// The same refusal with none of these values in what it says: the secrets that stood
    /// elsewhere in the same request.
    #[must_use]
    pub fn without(mut self, secrets: &[String]) -> Self {
        let each = |value: &mut String| {
            if let Cow::Borrowed(WITHHELD) = without(value, secrets) {
                WITHHELD.clone_into(value);
            }
        };
        self.values_mut().for_each(each);
        self
    }
}

/// Every value of a fact.
pub(crate) fn values_of(fact: &mut Fact) -> impl Iterator<Item = &mut String> {
    let Fact { expected, received, difference, .. } = fact;
    let arguments = difference.iter_mut().flat_map(|Difference { arguments, .. }| arguments);
    expected.iter_mut().chain(received).chain(arguments.map(|(_, value)| value))
}

fn replaced<'a>(text: &'a str, mut hidden: Vec<(Range<usize>, &str)>) -> Cow<'a, str> {
    if hidden.is_empty() {
        return Cow::Borrowed(text);
    }
    hidden.sort_by_key(|(range, _)| range.start);
    let (mut shown, mut done) = (String::new(), 0);
    for (range, mark) in hidden {
        // A secret within a userinfo is gone with it.
        if range.start >= done {
            shown.push_str(text.get(done..range.start).unwrap_or_default());
            shown.push_str(mark);
            done = range.end;
        }
    }
    shown.push_str(text.get(done..).unwrap_or_default());
    Cow::Owned(shown)
}

/// What stands before the `@` of the first URL.
fn userinfo(text: &str) -> Option<Range<usize>> {
    let start = text.find("://")? + "://".len();
    let authority = text.get(start..)?.split(['/', '?', '#', ' ', '\\']).next()?;
    Some(start..start + authority.rfind('@')?)
}

const fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~')
}

fn is_secret(word: &str) -> bool {
    match word.len() {
        ..20 => false,
        23 if is_made_password(word) => true,
        _ => {
            word.starts_with("eyJ")
                || is_handle(word)
                || (word.len() >= 34 && word.contains("Q~"))
                || word.split(['.', '~']).any(is_random)
        }
    }
}

/// Letters of both cases and digits, and none of the shape of an id or a name.
fn is_random(piece: &str) -> bool {
    let has = |of: fn(&u8) -> bool| piece.bytes().any(|byte| of(&byte));
    piece.len() >= RANDOM_CHARS_MIN
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_digit)
}

/// `ac.<tenant>.<sealed>`, whole or cut.
fn is_handle(word: &str) -> bool {
    let mut parts = word.split('.');
    let kind = parts.next().unwrap_or_default();
    let tenant = parts.next().unwrap_or_default();
    matches!(kind, "ac" | "rt") && tenant.len() == TENANT_CHARS
}

/// As `admit apply` makes them: four groups of five characters.
fn is_made_password(word: &str) -> bool {
    let of_group = |byte: u8| byte.is_ascii_lowercase() || matches!(byte, b'2'..=b'9');
    let is_group = |group: &str| group.len() == 5 && group.bytes().all(of_group);
    word.split('-').all(is_group) && word.bytes().any(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refusal;

    const SECRET: &str = "q8Zt3_bN0xW7vY-kLmP2sRfG5hJdCaUe1oIiTzQyBnM";

    #[test]
    fn what_has_the_shape_of_a_secret_is_not_said() {
        // Shows each alone, within other text, and with a character too few.
        let handle = format!("rt.{}.{}", "A".repeat(22), "b".repeat(80));
        let jwe = format!("eyJhbGciOiJkaXIifQ..{}", "x".repeat(60));
        let password = "abcde-23fgh-jkmnp-qrst9";
        let of_microsoft = "abc8Q~0123456789abcdefghijABCDEFGHIJ-_.a";
        for secret in [SECRET, &handle, &jwe, password, of_microsoft] {
            assert_eq!(showable(secret), WITHHELD, "{secret}");
            let within = showable(&format!("read {secret} write")).into_owned();
            assert_eq!(within, format!("read {WITHHELD} write"));
            let url = format!("https://app.example/cb?x={secret}&y=1");
            assert!(!showable(&url).contains(secret), "{url}");
        }
        assert_eq!(showable(&SECRET[1..]), WITHHELD);
    }

    #[test]
    fn what_people_have_to_read_stays_readable() {
        // Ids, URLs, scopes, thumbprints in hexadecimal, long names, other alphabets.
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
            assert!(matches!(showable(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }

    #[test]
    fn the_password_in_a_url_is_cut_out() {
        // One with a name and a password, one with an `@` that stands in its path.
        assert_eq!(showable("https://me:hunter2@app.test/cb"), "https://***@app.test/cb");
        assert_eq!(showable("https://app.test/@me"), "https://app.test/@me");
        assert_eq!(showable("https://app.test?x=a@b"), "https://app.test?x=a@b");
    }

    #[test]
    fn a_secret_that_stands_elsewhere_is_in_nothing_that_a_refusal_says() {
        // Puts one of no shape into an argument, both values of a fact and a difference.
        let secrets = ["Tr0ub4dor&3".to_owned()];
        let fact = Fact::mismatch("scope", "Tr0ub4dor&3", "read tr0ub4dor&3")
            .differing(Difference::of("malformed").with("detail", "x Tr0ub4dor&3"));
        let said = refusal::redirect_uri_not_registered("https://x/?Tr0ub4dor&3", "Orders")
            .with(fact)
            .without(&secrets);
        assert!(!format!("{said:?}").to_ascii_lowercase().contains("tr0ub4dor"), "{said:?}");
        assert!(format!("{said:?}").contains("Orders"));
        assert_eq!(without("a cut begin...", &["a cut beginning".to_owned()]), WITHHELD);
        assert_eq!(without("read", &["rea".to_owned(), "re".to_owned()]), "read");
    }

    #[test]
    fn a_fingerprint_that_is_public_is_said() {
        // The same text, given as what came and as a fingerprint.
        assert_eq!(Fact::about("scope").received(SECRET).received.as_deref(), Some(WITHHELD));
        assert_eq!(Fact::about("jkt").fingerprint(SECRET).received.as_deref(), Some(SECRET));
    }
}
