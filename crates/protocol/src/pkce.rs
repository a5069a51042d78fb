//! Proof Key for Code Exchange (RFC 7636), method S256 only: `plain` proves nothing to whoever
//! saw the authorization request.

use jose::digest;

pub(crate) mod nearest;

/// Whether a text may be a `code_verifier` (§4.1): 43 to 128 unreserved characters.
pub fn is_verifier(text: &str) -> bool {
    (43..=128).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

/// Whether a text may be a `code_challenge` of method S256 (§4.2): a SHA-256 digest in base64url,
/// 43 characters without padding.
pub fn is_challenge(text: &str) -> bool {
    text.len() == 43
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// The challenge of a verifier (§4.2).
pub fn challenge(verifier: &str) -> String {
    digest::base64url(digest::sha256(verifier.as_bytes()))
}

/// Whether the verifier fits the challenge (§4.6), in constant time.
pub fn matches(verifier: &str, expected: &str) -> bool {
    digest::constant_time_eq(challenge(verifier).as_bytes(), expected.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_rfc_matches() {
        // RFC 7636 appendix B, and the same with one character changed.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let expected = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert!(is_verifier(verifier) && is_challenge(expected));
        assert!(matches(verifier, expected));
        assert!(!matches(&verifier.replace('d', "e"), expected));
    }

    #[test]
    fn lengths_and_characters_are_those_of_the_rfc() {
        // P9 of the hostile inputs: one below and one above each bound, and a bad character.
        let of = |length| "a".repeat(length);
        assert!(is_verifier(&of(43)) && is_verifier(&of(128)));
        assert!(!is_verifier(&of(42)) && !is_verifier(&of(129)));
        assert!(is_challenge(&of(43)) && !is_challenge(&of(42)) && !is_challenge(&of(129)));
        assert!(!is_challenge(&format!("{}=", of(42))) && !is_verifier(&format!("{}+", of(42))));
    }
}
