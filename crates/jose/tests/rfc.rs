//! The examples that the RFCs print: 7515 A, 7516 A, 7520, 7638, 8037 A.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
#![expect(clippy::indexing_slicing, reason = "a test stops at the first surprise")]

mod keys;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jose::digest::{base64url, base64url_decode};
use jose::jwe::{self, DecryptionKey, JweError};
use jose::{Algorithm, Certificate, Compact, Padding, UnknownAlgorithm, VerifyError, VerifyingKey};
use serde_json::{Value, json};

const LENGTH_MAX: usize = 16 * 1024;

fn vectors(section: &str) -> Vec<Value> {
    let mut all: Value = serde_json::from_str(include_str!("vectors/rfc.json")).unwrap();
    serde_json::from_value(all[section].take()).unwrap()
}

fn text<'a>(vector: &'a Value, name: &str) -> &'a str {
    vector[name].as_str().unwrap()
}

#[test]
fn signed_examples_verify_and_algorithms_we_lack_are_named() {
    // Verifies each compact JWS with the key printed beside it.
    let (mut verified, mut refused) = (0, 0);
    for vector in vectors("signed") {
        let compact = Compact::parse(text(&vector, "token"), LENGTH_MAX, Padding::Refused).unwrap();
        let payload = base64url_decode(text(&vector, "payload")).unwrap();
        assert_eq!(compact.unverified_payload(), payload);
        let key = VerifyingKey::new(&keys::public(&vector["key"])).unwrap();
        let verdict = match compact.verify(&key) {
            Ok(found) => {
                assert_eq!(found.payload(), payload);
                verified += 1;
                "valid".to_owned()
            }
            Err(VerifyError::UnknownAlgorithm(UnknownAlgorithm(name))) => {
                refused += 1;
                format!("unknown algorithm {name}")
            }
            Err(other) => other.to_string(),
        };
        assert_eq!(verdict, text(&vector, "result"), "{}", vector["source"]);
    }
    assert_eq!((verified, refused), (5, 6));
}

#[test]
fn our_deterministic_signatures_are_the_printed_ones() {
    // Signs the printed input with the printed private key.
    let mut ran = 0;
    for vector in vectors("signed") {
        if text(&vector, "result") != "valid" || vector["key"]["d"].is_null() {
            continue;
        }
        let token = text(&vector, "token");
        let compact = Compact::parse(token, LENGTH_MAX, Padding::Refused).unwrap();
        let algorithm: Algorithm = compact.header().alg.parse().unwrap();
        let key = keys::signing(algorithm, &vector["key"]);
        let (input, expected) = token.rsplit_once('.').unwrap();
        let signature = key.sign_bytes(input.as_bytes()).unwrap();
        if algorithm == Algorithm::Es256 {
            let verifying = VerifyingKey::new(key.public_jwk()).unwrap();
            assert_eq!(verifying.verify(algorithm, input.as_bytes(), &signature), Ok(()));
        } else {
            assert_eq!(base64url(signature), expected, "{}", vector["source"]);
        }
        ran += 1;
    }
    assert_eq!(ran, 4);
}

#[test]
fn encrypted_examples_decrypt_and_what_we_refuse_is_named() {
    // Decrypts each compact JWE with the key printed beside it.
    let (mut decrypted, mut refused) = (0, 0);
    for vector in vectors("encrypted") {
        let source = text(&vector, "source");
        let verdict = match jwe::Compact::parse(text(&vector, "token"), LENGTH_MAX) {
            Ok(compact) => {
                let key = serde_json::to_vec(&vector["key"]).unwrap();
                let key = DecryptionKey::from_private_jwk(&key).unwrap();
                let plaintext = compact.decrypt(&key).unwrap();
                assert_eq!(base64url(&*plaintext), text(&vector, "plaintext"), "{source}");
                decrypted += 1;
                "valid".to_owned()
            }
            Err(JweError::UnknownAlgorithm(name)) => format!("unknown algorithm {name}"),
            Err(JweError::Refused("p2c" | "p2s")) => "refused p2s or p2c".to_owned(),
            Err(JweError::Refused(name)) => format!("refused {name}"),
            Err(other) => other.to_string(),
        };
        refused += usize::from(verdict != "valid");
        assert_eq!(verdict, text(&vector, "result"), "{source}");
    }
    assert_eq!((decrypted, refused), (8, 5));
}

#[test]
fn thumbprints_are_the_printed_ones() {
    // Computes both printed thumbprints (RFC 7638 §3.1, RFC 8037 A.3).
    let vectors = vectors("thumbprints");
    assert_eq!(vectors.len(), 2);
    for vector in vectors {
        let thumbprint = keys::public(&vector["key"]).thumbprint().to_string();
        assert_eq!(thumbprint, text(&vector, "thumbprint"), "{}", vector["source"]);
    }
}

#[test]
fn a_certificate_names_the_key_that_it_holds() {
    // Reads the certificate of RFC 7517 appendix B from DER and PEM, and from a header's x5c.
    let vectors = vectors("certificates");
    assert_eq!(vectors.len(), 1);
    for vector in vectors {
        let base64 = vector["key"]["x5c"][0].as_str().unwrap();
        let pem = format!("-----BEGIN CERTIFICATE-----\n{base64}\n-----END CERTIFICATE-----\n");
        let certificate = Certificate::from_pem(&pem).unwrap();
        assert_eq!(certificate.jwk().thumbprint(), keys::public(&vector["key"]).thumbprint());
        assert_eq!(base64url(certificate.sha1_thumbprint()), text(&vector, "x5t"));
        assert_eq!(base64url(certificate.sha256_thumbprint()), text(&vector, "x5t#S256"));
        assert_eq!(jose::Jwk::from_pem(&pem).unwrap(), *certificate.jwk());
        let (start, end) = base64.split_at(64);
        let broken = format!("{start}\n{end}\n");
        for x5c in [json!([base64]), json!([broken, "ignored"]), json!(broken)] {
            let header = json!({ "alg": "RS256", "x5c": x5c }).to_string();
            let token = format!("{}.e30.AAAA", base64url(header));
            let compact = Compact::parse(&token, LENGTH_MAX, Padding::Refused).unwrap();
            let der = compact.header().x5c.as_deref().unwrap();
            assert_eq!(Certificate::from_der(der).unwrap(), certificate);
        }
        for cut in [0, 1, 10, 300] {
            let der = &STANDARD.decode(base64).unwrap()[cut + 1..];
            assert!(Certificate::from_der(der).is_err());
        }
    }
}
