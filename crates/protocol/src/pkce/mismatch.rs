//! How a verifier or a challenge differs from one that would have been taken. A challenge is a
//! public value; of a verifier nothing is said but its length and where it goes wrong.

use catalogue::{Difference, Fact};

use super::challenge;
use crate::difference::wrapping;

/// RFC 7636 §4.1.
const LENGTH: std::ops::RangeInclusive<usize> = 43..=128;
/// Of every challenge of method S256 (§4.2).
const CHALLENGE_LENGTH: usize = 43;

/// What is wrong with a text that is no verifier.
pub(crate) fn malformed_verifier(sent: &str) -> Fact {
    let fact = Fact::about("code_verifier").expected("43-128: A-Z a-z 0-9 - . _ ~");
    if let Some(difference) = wrapping(sent) {
        return fact.differing(difference);
    }
    let good = |letter: char| letter.is_ascii_alphanumeric() || "-._~".contains(letter);
    fact.differing(match sent.chars().position(|letter| !good(letter)) {
        Some(_) if is_padded(sent, good) => Difference::of("padded"),
        Some(at) => Difference::of("character_at").with("position", at + 1),
        None => length(sent.len(), LENGTH),
    })
}

/// How a verifier that does not fit comes to the challenge that was sent with the request, where
/// that can be told; and the challenge that would have gone with it.
pub(crate) fn mismatch(verifier: &str, expected: &str) -> Fact {
    let of_it = challenge(verifier);
    let kind = if verifier == expected {
        // The request was made as if by method `plain`.
        "verifier_is_challenge"
    } else if challenge(&of_it) == expected {
        "verifier_hashed_twice"
    } else if of_it.eq_ignore_ascii_case(expected) {
        "letter_case"
    } else {
        "verifier_of_another_challenge"
    };
    Fact::about("code_challenge")
        .expected(expected)
        .fingerprint(of_it)
        .differing(Difference::of(kind))
}

/// What is wrong with a text that is no challenge of method S256. It is public.
pub(crate) fn malformed_challenge(sent: &str) -> Fact {
    let fact = Fact::about("code_challenge").expected("43: A-Z a-z 0-9 - _").fingerprint(sent);
    if let Some(difference) = wrapping(sent) {
        return fact.differing(difference);
    }
    let good = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
    let is_hexadecimal = sent.len() == 64 && sent.bytes().all(|byte| byte.is_ascii_hexdigit());
    fact.differing(if is_padded(sent, |letter| good(letter) || "+/ ".contains(letter)) {
        Difference::of("padded")
    } else if is_hexadecimal {
        Difference::of("hexadecimal")
    } else if sent.chars().any(|letter| "+/ ".contains(letter)) {
        Difference::of("base64_not_url")
    } else if let Some(at) = sent.chars().position(|letter| !good(letter)) {
        Difference::of("character_at").with("position", at + 1)
    } else {
        length(sent.len(), CHALLENGE_LENGTH..=CHALLENGE_LENGTH)
    })
}

fn is_padded(sent: &str, good: impl Fn(char) -> bool) -> bool {
    let bare = sent.trim_end_matches('=');
    bare.len() < sent.len() && bare.chars().all(good)
}

fn length(received: usize, range: std::ops::RangeInclusive<usize>) -> Difference {
    Difference::of("length")
        .with("received", received)
        .with("least", range.start())
        .with("most", range.end())
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    #[test]
    fn a_verifier_that_does_not_fit_says_why_and_never_itself() {
        // Makes challenges in each wrong way, and looks for the verifier in what is said.
        let twice = challenge(&challenge(VERIFIER));
        for (expected, kind) in [
            (twice.as_str(), "verifier_hashed_twice"),
            (&challenge(VERIFIER).to_lowercase(), "letter_case"),
            (&challenge("another"), "verifier_of_another_challenge"),
        ] {
            let fact = mismatch(VERIFIER, expected);
            assert_eq!(fact.expected.as_deref(), Some(expected));
            assert_eq!(fact.received, Some(challenge(VERIFIER)));
            assert_eq!(fact.difference.map(|it| it.kind), Some(kind));
        }
        // Here the verifier is the public value itself.
        let plain = mismatch(VERIFIER, VERIFIER).difference.map(|it| it.kind);
        assert_eq!(plain, Some("verifier_is_challenge"));
    }

    #[test]
    fn a_malformed_verifier_says_where_it_goes_wrong() {
        // Breaks the verifier of the RFC in each way.
        let long = "a".repeat(129);
        for (sent, kind, value) in [
            ("short", "length", Some("5")),
            (long.as_str(), "length", Some("129")),
            ("dBjftJeZ4CVP+mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "character_at", Some("13")),
            ("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk=", "padded", None),
            ("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk\n", "white_space_around", None),
        ] {
            let fact = malformed_verifier(sent);
            assert_eq!(fact.received, None);
            let difference = fact.difference.expect("one");
            assert_eq!(difference.kind, kind, "{sent:?}");
            let first = difference.arguments.first().map(|(_, value)| value.as_str());
            assert_eq!(first, value, "{sent:?}");
        }
    }

    #[test]
    fn a_malformed_challenge_says_how_it_was_made() {
        // Writes one digest in each wrong way.
        for (sent, kind) in [
            ("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM=", "padded"),
            ("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM", "base64_not_url"),
            ("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw cM", "base64_not_url"),
            ("13d31e961a1ad8ec2f16b10c4c982e0876a878ad6df144566ee1894acb70f9c3", "hexadecimal"),
            ("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw.cM", "character_at"),
            ("E9Melhoa", "length"),
            (" E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "white_space_around"),
        ] {
            let kind_of = malformed_challenge(sent).difference.map(|it| it.kind);
            assert_eq!(kind_of, Some(kind), "{sent}");
        }
    }
}
