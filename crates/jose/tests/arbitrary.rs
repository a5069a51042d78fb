//! Arbitrary and slightly broken input is parsed or refused, and never causes a panic.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use jose::digest::base64url;
use jose::{Certificate, CompactJws, Jwk, JwkSet, Padding, json, jwe, numeric_date};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::Value;

const LENGTH_MAX: usize = 16 * 1024;

fn certificate() -> Vec<u8> {
    use base64::Engine;
    let vectors: Value = serde_json::from_str(include_str!("vectors/rfc.json")).unwrap();
    let base64 = vectors.pointer("/certificates/0/key/x5c/0").and_then(Value::as_str).unwrap();
    base64::engine::general_purpose::STANDARD.decode(base64).unwrap()
}

fn parse_everything(text: &str) {
    for padding in [Padding::Refused, Padding::Tolerated] {
        let parsed = CompactJws::parse(text, LENGTH_MAX, padding);
        assert!(parsed.is_err() || text.matches('.').count() == 2);
    }
    let parsed = jwe::CompactJwe::parse(text, LENGTH_MAX);
    assert!(parsed.is_err() || text.matches('.').count() == 4);
    let parsed = [
        Jwk::from_json(text.as_bytes()).is_ok(),
        JwkSet::from_json(text.as_bytes()).is_ok(),
        Jwk::from_pem(text).is_ok(),
        Certificate::from_pem(text).is_ok(),
    ];
    assert!(!parsed.contains(&true));
}

/// A JSON value with the member names of headers and keys.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[A-Za-z0-9_=+/-]{0,44}".prop_map(Value::from),
        prop::sample::select(vec!["RSA", "EC", "OKP", "P-256", "X25519", "dir", "ES256", "A128KW"])
            .prop_map(Value::from),
    ];
    let name = prop::sample::select(vec![
        "alg", "kid", "typ", "x5t", "x5c", "jwk", "enc", "epk", "apu", "kty", "crv", "x", "y", "n",
        "e", "use", "key_ops", "keys",
    ]);
    leaf.prop_recursive(3, 24, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((name.clone(), inner), 0..8).prop_map(|members| {
                members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
            }),
        ]
    })
}

proptest! {
    #[test]
    fn arbitrary_text_is_refused(text: String, dotted in "[A-Za-z0-9_.-]{0,60}") {
        // Parses arbitrary text, and text of the characters of tokens.
        parse_everything(&text);
        parse_everything(&dotted);
    }

    #[test]
    fn arbitrary_headers_and_keys_never_cause_a_panic(value in value()) {
        // Parses arbitrary JSON as headers and keys; writes an accepted key and parses it again.
        let json = value.to_string();
        let header = base64url(&json);
        let _ = CompactJws::parse(&format!("{header}.e30.AAAA"), LENGTH_MAX, Padding::Refused);
        let _ = jwe::CompactJwe::parse(&format!("{header}.AA.AA.AA.AA"), LENGTH_MAX);
        let _ = JwkSet::from_json(json.as_bytes());
        if let Ok(jwk) = Jwk::from_json(json.as_bytes()) {
            prop_assert_eq!(Jwk::from_json(jwk.to_json().to_string().as_bytes()), Ok(jwk));
        }
    }

    #[test]
    fn arbitrary_json_is_read_as_serde_json_reads_it(value in value()) {
        // Reads arbitrary JSON with both.
        let text = value.to_string();
        let expected: Value = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(json::object(text.as_bytes()).ok(), expected.as_object().cloned());
    }

    #[test]
    fn a_broken_certificate_never_causes_a_panic(index: Index, byte: u8, cut: Index) {
        // Changes one byte of a certificate, and cuts it.
        let mut der = certificate();
        let index = index.index(der.len());
        der[index] = byte;
        let _ = Certificate::from_der(&der);
        let _ = Jwk::from_spki_der(&der);
        prop_assert!(Certificate::from_der(&der[..cut.index(der.len())]).is_err());
    }

    #[test]
    fn an_arbitrary_numeric_date_is_in_range_or_refused(number: f64, integer: i64, text: String) {
        // Reads arbitrary numbers and texts.
        let bound = (numeric_date::SECONDS_MAX + 1) * 1_000_000;
        for value in [Value::from(number), integer.into(), text.into(), number.to_string().into()] {
            if let Ok(microseconds) = numeric_date::microseconds(&value) {
                prop_assert!(microseconds.abs() < bound, "{}", value);
            }
        }
    }
}
