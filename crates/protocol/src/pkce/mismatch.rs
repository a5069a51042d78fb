//! Describes how a verifier or a challenge differs from an accepted one. A challenge is public; of
//! a verifier, only its length and the position of an invalid character are shown.

use catalogue::{Comparison, Difference};

use super::challenge;
use crate::difference::wrapping;

/// The length of a verifier (RFC 7636 §4.1).
const LENGTH: std::ops::RangeInclusive<usize> = 43..=128;
/// The length of a challenge of method S256 (§4.2).
const CHALLENGE_LENGTH: usize = 43;

/// Describes a malformed verifier.
pub(crate) fn malformed_verifier(sent: &str) -> Comparison {
    let comparison = Comparison::new("code_verifier").expected("43-128: A-Z a-z 0-9 - . _ ~");
    if let Some(difference) = wrapping(sent) {
        return comparison.with_difference(difference);
    }
    let is_valid = |letter: char| letter.is_ascii_alphanumeric() || "-._~".contains(letter);
    comparison.with_difference(match sent.chars().position(|letter| !is_valid(letter)) {
        Some(_) if is_padded(sent, is_valid) => Difference::new("padded"),
        Some(at) => Difference::new("character_at").with("position", at + 1),
        None => length(sent.len(), LENGTH),
    })
}

/// Describes a verifier that does not match the challenge: shows the challenge that it would match,
/// and how the client made the mistake, if that can be recognized.
pub(crate) fn mismatch(verifier: &str, expected: &str) -> Comparison {
    let matching = challenge(verifier);
    let kind = if verifier == expected {
        // The client used the method `plain`.
        "verifier_is_challenge"
    } else if challenge(&matching) == expected {
        "verifier_hashed_twice"
    } else if matching.eq_ignore_ascii_case(expected) {
        "letter_case"
    } else {
        "verifier_of_another_challenge"
    };
    Comparison::new("code_challenge")
        .expected(expected)
        .fingerprint(matching)
        .with_difference(Difference::new(kind))
}

/// Describes a malformed challenge of method S256.
pub(crate) fn malformed_challenge(sent: &str) -> Comparison {
    let comparison =
        Comparison::new("code_challenge").expected("43: A-Z a-z 0-9 - _").fingerprint(sent);
    if let Some(difference) = wrapping(sent) {
        return comparison.with_difference(difference);
    }
    let is_valid = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
    let is_hexadecimal = sent.len() == 64 && sent.bytes().all(|byte| byte.is_ascii_hexdigit());
    comparison.with_difference(
        if is_padded(sent, |letter| is_valid(letter) || "+/ ".contains(letter)) {
            Difference::new("padded")
        } else if is_hexadecimal {
            Difference::new("hexadecimal")
        } else if sent.chars().any(|letter| "+/ ".contains(letter)) {
            Difference::new("base64_not_url")
        } else if let Some(at) = sent.chars().position(|letter| !is_valid(letter)) {
            Difference::new("character_at").with("position", at + 1)
        } else {
            length(sent.len(), CHALLENGE_LENGTH..=CHALLENGE_LENGTH)
        },
    )
}

fn is_padded(sent: &str, is_valid: impl Fn(char) -> bool) -> bool {
    let bare = sent.trim_end_matches('=');
    bare.len() < sent.len() && bare.chars().all(is_valid)
}

fn length(received: usize, range: std::ops::RangeInclusive<usize>) -> Difference {
    Difference::new("length")
        .with("received", received)
        .with("least", range.start())
        .with("most", range.end())
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    #[test]
    fn wrong_verifier_is_described_without_revealing_it() {
        // Compares a verifier with challenges that were derived in each wrong way.
        let twice = challenge(&challenge(VERIFIER));
        for (expected, kind) in [
            (twice.as_str(), "verifier_hashed_twice"),
            (&challenge(VERIFIER).to_lowercase(), "letter_case"),
            (&challenge("another"), "verifier_of_another_challenge"),
        ] {
            let comparison = mismatch(VERIFIER, expected);
            assert_eq!(comparison.expected.as_deref(), Some(expected));
            assert_eq!(comparison.received, Some(challenge(VERIFIER)));
            assert_eq!(comparison.difference.map(|it| it.kind), Some(kind));
        }
        // A verifier that equals the challenge is public already.
        let plain = mismatch(VERIFIER, VERIFIER).difference.map(|it| it.kind);
        assert_eq!(plain, Some("verifier_is_challenge"));
    }

    #[test]
    fn malformed_verifier_is_described_by_its_defect() {
        // Passes verifiers of a wrong length, with an invalid character, padding and white space.
        let long = "a".repeat(129);
        for (sent, kind, value) in [
            ("short", "length", Some("5")),
            (long.as_str(), "length", Some("129")),
            ("dBjftJeZ4CVP+mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "character_at", Some("13")),
            ("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk=", "padded", None),
            ("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk\n", "line_break_at_end", None),
            ("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk ", "white_space_around", None),
        ] {
            let comparison = malformed_verifier(sent);
            assert_eq!(comparison.received, None);
            let difference = comparison.difference.expect("one");
            assert_eq!(difference.kind, kind, "{sent:?}");
            let first = difference.arguments.first().map(|(_, value)| value.as_str());
            assert_eq!(first, value, "{sent:?}");
        }
    }

    #[test]
    fn malformed_challenge_is_described_by_its_encoding() {
        // Passes one digest in each wrong encoding.
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
