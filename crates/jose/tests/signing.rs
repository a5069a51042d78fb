//! Signing: each key is parsed once, and each header is encoded once per key and `typ`.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::sync::Arc;

use jose::digest::{base64url, base64url_decode};
use jose::{
    Algorithm, CompactJws, Jwk, Padding, PreparedSigner, SignError, SigningKey, VerifiedSignatures,
    VerifyError, VerifyingKey,
};
use serde_json::{Value, json};

fn generate(algorithm: Algorithm) -> SigningKey {
    SigningKey::generate(algorithm).unwrap().0
}

#[test]
fn a_prepared_signer_signs_without_parsing_its_key() {
    // The signature of `sign` takes a payload and no key bytes. Several threads share a signer, and
    // all tokens begin with the same header text.
    fn shared<T: Send + Sync + Clone>(value: &T) -> T {
        value.clone()
    }
    for algorithm in Algorithm::ALL {
        let sign: fn(&PreparedSigner, &[u8]) -> Result<String, SignError> = PreparedSigner::sign;
        let signer = Arc::new(generate(algorithm)).prepare("at+jwt").unwrap();
        let verifying = VerifyingKey::new(signer.key().public_jwk()).unwrap();
        let header = base64url(
            json!({ "alg": algorithm, "kid": signer.key().kid(), "typ": "at+jwt" }).to_string(),
        );
        let threads: Vec<_> = (0..4)
            .map(|number| {
                let signer = shared(&signer);
                let payload = json!({ "number": number }).to_string();
                std::thread::spawn(move || sign(&signer, payload.as_bytes()).unwrap())
            })
            .collect();
        for thread in threads {
            let token = thread.join().unwrap();
            assert_eq!(token.split('.').next(), Some(header.as_str()));
            let compact = CompactJws::parse(&token, 4096, Padding::Refused).unwrap();
            let verified = compact.verify(&verifying).unwrap();
            assert_eq!(verified.algorithm(), algorithm);
            assert!(verified.claims().unwrap().contains_key("number"));
        }
    }
}

#[test]
fn a_remembered_signature_is_valid_for_its_key_and_text_only() {
    // Verifies a token twice, then with another key, with a key restricted to another algorithm,
    // and with changes of the signed text and of the signature.
    let (key, other) = (generate(Algorithm::Rs256), generate(Algorithm::Rs256));
    let verifying = VerifyingKey::new(key.public_jwk()).unwrap();
    let signatures = VerifiedSignatures::default();
    let verify = |token: &str, key: &VerifyingKey| {
        let token = CompactJws::parse(token, 4096, Padding::Refused).unwrap();
        signatures.verify(token, key).map(|verified| verified.payload().to_vec())
    };
    let token = key.sign(&json!({}), b"{}").unwrap();
    for _ in 0..2 {
        assert_eq!(verify(&token, &verifying), Ok(b"{}".to_vec()));
    }
    let other = VerifyingKey::new(other.public_jwk()).unwrap();
    assert_eq!(verify(&token, &other), Err(VerifyError::Signature));
    let restricted = Jwk { alg: Some("PS256".to_owned()), ..key.public_jwk().clone() };
    assert!(verify(&token, &VerifyingKey::new(&restricted).unwrap()).is_err());
    let (text, signature) = token.rsplit_once('.').unwrap();
    let changed = base64url(vec![7; base64url_decode(signature).unwrap().len()]);
    assert_eq!(verify(&format!("{text}.{changed}"), &verifying), Err(VerifyError::Signature));
    let (header, _) = text.split_once('.').unwrap();
    let payload = base64url("[]");
    let changed = verify(&format!("{header}.{payload}.{signature}"), &verifying);
    assert_eq!(changed, Err(VerifyError::Signature));
}

#[test]
fn a_signing_key_is_restored_from_pkcs8() {
    // Generates a key, parses its PKCS #8 form, signs, and verifies with the first public key.
    for algorithm in Algorithm::ALL {
        let (key, pkcs8) = SigningKey::generate(algorithm).unwrap();
        let restored = SigningKey::from_pkcs8(algorithm, &pkcs8).unwrap();
        assert_eq!(restored.public_jwk(), key.public_jwk());
        let signature = restored.sign_bytes(b"a.b").unwrap();
        let verifying = VerifyingKey::new(key.public_jwk()).unwrap();
        assert_eq!(verifying.verify(algorithm, b"a.b", &signature), Ok(()));
    }
}

#[test]
fn a_pkcs8_key_that_does_not_fit_the_algorithm_is_refused() {
    // Parses each key for each algorithm of another kind.
    let kind = |algorithm| match algorithm {
        Algorithm::Ps256 => Algorithm::Rs256,
        other => other,
    };
    for own in Algorithm::ALL {
        let (_, pkcs8) = SigningKey::generate(own).unwrap();
        for other in Algorithm::ALL {
            let parsed = SigningKey::from_pkcs8(other, &pkcs8);
            assert_eq!(parsed.is_ok(), kind(own) == kind(other), "{own} {other}");
        }
        assert!(SigningKey::from_pkcs8(own, b"").is_err());
        assert!(SigningKey::from_pkcs8(own, &[&[0], pkcs8.as_slice()].concat()).is_err());
    }
}

#[test]
fn a_published_signing_key_parses_to_the_same_key() {
    // Writes the JWK with both serializers and parses it.
    for algorithm in Algorithm::ALL {
        let key = generate(algorithm);
        let jwk = key.public_jwk();
        let json = serde_json::to_vec(jwk).unwrap();
        assert_eq!(Jwk::from_json(&json).as_ref(), Ok(jwk));
        assert_eq!(serde_json::from_slice::<Value>(&json).unwrap(), jwk.to_json());
        assert_eq!(jwk.kid, Some(jwk.thumbprint().to_string()));
        assert_eq!(jwk.to_json().get("use"), Some(&json!("sig")));
        assert_eq!(jwk.to_json().get("alg"), Some(&json!(algorithm)));
    }
}

#[test]
fn a_jws_header_cannot_contradict_its_key() {
    // Signs with another `alg`, with a header that is no object, and with another key's header.
    let (own, other) = (generate(Algorithm::Es256), generate(Algorithm::Es256));
    let mismatch = SignError::AlgorithmMismatch { algorithm: Algorithm::Es256 };
    assert_eq!(own.sign(&json!({ "alg": "none" }), b""), Err(mismatch));
    assert_eq!(own.sign(&json!([]), b""), Err(SignError::Header));
    let header = own.header(&json!({ "typ": "JWT" })).unwrap();
    assert!(own.sign_with(&header, b"").is_ok());
    assert_eq!(other.sign_with(&header, b""), Err(SignError::HeaderOfOtherKey));
    let (rs256, pkcs8) = SigningKey::generate(Algorithm::Rs256).unwrap();
    let ps256 = SigningKey::from_pkcs8(Algorithm::Ps256, &pkcs8).unwrap();
    let header = rs256.header(&json!({})).unwrap();
    assert_eq!(ps256.sign_with(&header, b""), Err(SignError::HeaderOfOtherKey));
}

#[test]
fn a_signing_key_can_have_another_kid() {
    // Changes the key id, and reads the header and the JWK.
    let key = generate(Algorithm::EdDsa).with_kid("2026-11");
    assert_eq!(key.public_jwk().kid.as_deref(), Some("2026-11"));
    let token = key.sign(&json!({ "typ": "JWT" }), b"{}").unwrap();
    let header = base64url_decode(token.split('.').next().unwrap()).unwrap();
    let expected = json!({ "alg": "EdDSA", "kid": "2026-11", "typ": "JWT" });
    assert_eq!(serde_json::from_slice::<Value>(&header).unwrap(), expected);
    let token = key.sign(&json!({ "kid": "other" }), b"{}").unwrap();
    let compact = CompactJws::parse(&token, 4096, Padding::Refused).unwrap();
    assert_eq!(compact.header().kid.as_deref(), Some("other"));
}
