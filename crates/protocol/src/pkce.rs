//! Proof Key for Code Exchange (RFC 7636), method S256 only. With `plain`, an attacker who saw the
//! authorization request could redeem the code.

use jose::digest;

pub(crate) mod mismatch;

/// Returns whether a text is a well-formed `code_verifier` (§4.1): 43 to 128 unreserved characters.
pub fn is_verifier(text: &str) -> bool {
    (43..=128).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

/// Returns whether a text is a well-formed `code_challenge` of method S256 (§4.2): a SHA-256 digest
/// in base64url, 43 characters without padding.
pub fn is_challenge(text: &str) -> bool {
    text.len() == 43
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// Computes the challenge of a verifier (§4.2).
pub fn challenge(verifier: &str) -> String {
    digest::base64url(digest::sha256(verifier.as_bytes()))
}

/// Returns whether a verifier matches a challenge (§4.6), compared in constant time.
pub fn matches(verifier: &str, expected: &str) -> bool {
    digest::constant_time_eq(challenge(verifier).as_bytes(), expected.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn example_of_rfc_7636_matches() {
        // Checks the example of RFC 7636 appendix B, and the same with one character changed.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let expected = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert!(is_verifier(verifier) && is_challenge(expected));
        assert!(matches(verifier, expected));
        assert!(!matches(&verifier.replace('d', "e"), expected));
    }

    #[test]
    fn verifier_and_challenge_lengths_and_characters_follow_rfc_7636() {
        // Hostile input P9: one below and one above each limit, and an invalid character.
        let of = |length| "a".repeat(length);
        assert!(is_verifier(&of(43)) && is_verifier(&of(128)));
        assert!(!is_verifier(&of(42)) && !is_verifier(&of(129)));
        assert!(is_challenge(&of(43)) && !is_challenge(&of(42)) && !is_challenge(&of(129)));
        assert!(!is_challenge(&format!("{}=", of(42))) && !is_verifier(&format!("{}+", of(42))));
    }
}
