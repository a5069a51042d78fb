//! Project Wycheproof's vectors for complete tokens and for keys.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use jose::{CompactJws, Jwk, JwkError, JwkSet, Padding, VerifyingKey};
use serde_json::Value;

fn vectors() -> Value {
    serde_json::from_str(include_str!("vectors/wycheproof_jose.json")).unwrap()
}

/// Returns whether `jws` verifies with `jwk`, with all steps of a caller.
fn verifies(jws: &str, jwk: &Jwk) -> bool {
    let Ok(compact) = CompactJws::parse(jws, 4096, Padding::Refused) else { return false };
    VerifyingKey::new(jwk).is_ok_and(|key| compact.verify(&key).is_ok())
}

#[test]
fn complete_tokens_agree_with_wycheproof() {
    // Verifies each token with the key of its group, never with a key in the token.
    let vectors = vectors();
    let mut counts = [0, 0];
    for vector in vectors["signatures"].as_array().unwrap() {
        let jwk = vectors["keys"][vector["key"].as_str().unwrap()].to_string();
        let jwk = Jwk::from_json(jwk.as_bytes()).unwrap();
        let valid = vector["result"] == "valid";
        assert_eq!(verifies(vector["jws"].as_str().unwrap(), &jwk), valid, "{vector}");
        counts[usize::from(valid)] += 1;
    }
    assert_eq!(counts, [42, 3]);
}

#[test]
fn key_sets_agree_with_wycheproof() {
    // Parses each set and verifies with its only key; all but one must fail.
    let mut counts = [0, 0];
    for vector in vectors()["key_sets"].as_array().unwrap() {
        let set = JwkSet::from_json(vector["set"].to_string().as_bytes()).unwrap_or_default();
        let jws = vector["jws"].as_str().unwrap();
        let valid = vector["result"] == "valid";
        assert_eq!(set.keys.iter().any(|jwk| verifies(jws, jwk)), valid, "{vector}");
        counts[usize::from(valid)] += 1;
    }
    assert_eq!(counts, [11, 1]);
}

#[test]
fn weak_rsa_keys_are_refused_with_the_exact_error() {
    // Parses the three weak keys, and compares the errors.
    let vectors = vectors();
    for (number, expected) in
        [(7, JwkError::Roca), (8, JwkError::RsaSize(1024)), (9, JwkError::RsaExponent)]
    {
        let mut sets = vectors["key_sets"].as_array().unwrap().iter();
        let vector = sets.find(|vector| vector["tcId"] == number).unwrap();
        let set = vector["set"].to_string();
        assert_eq!(JwkSet::from_json(set.as_bytes()), Err(expected));
    }
}
