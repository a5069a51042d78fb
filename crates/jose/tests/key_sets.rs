//! The choice of the key that a token's header refers to.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
#![expect(clippy::indexing_slicing, reason = "a test stops at the first surprise")]

use jose::digest::base64url;
use jose::{Algorithm, Certificate, CompactJws, Jwk, JwkSet, Padding, SigningKey};
use serde_json::{Value, json};

/// The base64 of the certificate of RFC 7517 appendix B.
fn certificate_base64() -> String {
    let vectors: Value = serde_json::from_str(include_str!("vectors/rfc.json")).unwrap();
    vectors.pointer("/certificates/0/key/x5c/0").and_then(Value::as_str).unwrap().to_owned()
}

fn certificate() -> Certificate {
    let base64 = certificate_base64();
    let pem = format!("-----BEGIN CERTIFICATE-----\n{base64}\n-----END CERTIFICATE-----");
    Certificate::from_pem(&pem).unwrap()
}

fn key() -> Jwk {
    SigningKey::generate(Algorithm::Es256).unwrap().0.public_jwk().clone()
}

/// Returns the indices of the keys that a header with these members refers to.
fn candidates(set: &JwkSet, mut header: Value) -> Vec<usize> {
    header["alg"] = "RS256".into();
    let token = format!("{}.e30.AAAA", base64url(header.to_string()));
    let compact = CompactJws::parse(&token, 16 * 1024, Padding::Tolerated).unwrap();
    let keys = set.candidates(compact.header());
    (0..set.keys.len()).filter(|n| keys.contains(&set.keys.get(*n).unwrap())).collect()
}

#[test]
fn a_key_is_found_by_kid_x5t_x5t_s256_and_x5c() {
    // Registers a key and the key of a certificate, and refers to them by each header member.
    let (first, second) = (key(), certificate().into_jwk());
    let (x5t, x5t_s256) = (base64url(second.x5t.unwrap()), base64url(second.x5t_s256.unwrap()));
    let kid = first.kid.clone().unwrap();
    let set = JwkSet { keys: vec![first, second] };
    assert_eq!(candidates(&set, json!({ "kid": kid })), [0]);
    assert_eq!(candidates(&set, json!({ "x5t": x5t })), [1]);
    assert_eq!(candidates(&set, json!({ "x5t": format!("{x5t}=") })), [1]);
    assert_eq!(candidates(&set, json!({ "x5t#S256": x5t_s256 })), [1]);
    assert_eq!(candidates(&set, json!({ "x5c": certificate_base64() })), [1]);
    assert_eq!(candidates(&set, json!({ "kid": kid, "x5t": x5t })), [0, 1]);
    assert_eq!(candidates(&set, json!({})), [0, 1]);
    assert!(candidates(&set, json!({ "kid": "unknown" })).is_empty());
    assert!(candidates(&set, json!({ "x5t": base64url([0; 20]) })).is_empty());
    assert!(candidates(&set, json!({ "x5c": ["AAAA"] })).is_empty());
}

#[test]
fn a_key_without_kid_is_found_by_thumbprint_or_certificate() {
    // Registers the key of a certificate without its optional members.
    let mut bare = certificate().into_jwk();
    (bare.x5t, bare.x5t_s256) = (None, None);
    let thumbprint = bare.thumbprint();
    let set = JwkSet { keys: vec![bare, key()] };
    assert_eq!(candidates(&set, json!({ "kid": thumbprint.to_string() })), [0]);
    assert_eq!(candidates(&set, json!({ "x5c": [certificate_base64()] })), [0]);
    assert_eq!(set.by_thumbprint(thumbprint), set.keys.first());
    let kid = set.keys.get(1).and_then(|jwk| jwk.kid.clone()).unwrap();
    assert_eq!(set.by_kid(&kid).collect::<Vec<_>>(), [&set.keys[1]]);
}
