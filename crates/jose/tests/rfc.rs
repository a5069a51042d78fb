//! The printed examples of RFC 7515 A, 7516 A, 7520, 7638 and 8037 A.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
#![expect(clippy::indexing_slicing, reason = "a test stops at the first surprise")]

mod keys;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jose::digest::{base64url, base64url_decode};
use jose::jwe::{self, DecryptionKey, JweError};
use jose::{
    Algorithm, Certificate, CompactJws, Padding, UnknownAlgorithm, VerifyError, VerifyingKey,
};
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
fn rfc_signatures_verify_and_unsupported_ones_are_refused() {
    // Verifies each compact JWS with the printed key, and checks the result.
    let (mut verified, mut refused) = (0, 0);
    for vector in vectors("signed") {
        let compact =
            CompactJws::parse(text(&vector, "token"), LENGTH_MAX, Padding::Refused).unwrap();
        let payload = base64url_decode(text(&vector, "payload")).unwrap();
        assert_eq!(compact.unverified_payload(), payload);
        let key = VerifyingKey::new(&keys::public(&vector["key"])).unwrap();
        let result = match compact.verify(&key) {
            Ok(jws) => {
                assert_eq!(jws.payload(), payload);
                verified += 1;
                "valid".to_owned()
            }
            Err(VerifyError::UnknownAlgorithm(UnknownAlgorithm(name))) => {
                refused += 1;
                format!("unknown algorithm {name}")
            }
            Err(other) => other.to_string(),
        };
        assert_eq!(result, text(&vector, "result"), "{}", vector["source"]);
    }
    assert_eq!((verified, refused), (5, 6));
}

#[test]
fn deterministic_signatures_equal_those_of_the_rfcs() {
    // Signs the printed input with the printed private key.
    let mut count = 0;
    for vector in vectors("signed") {
        if text(&vector, "result") != "valid" || vector["key"]["d"].is_null() {
            continue;
        }
        let token = text(&vector, "token");
        let compact = CompactJws::parse(token, LENGTH_MAX, Padding::Refused).unwrap();
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
        count += 1;
    }
    assert_eq!(count, 4);
}

#[test]
fn rfc_jwes_decrypt_and_unsupported_ones_are_refused() {
    // Decrypts each compact JWE with the printed key, and checks the result.
    let (mut decrypted, mut refused) = (0, 0);
    for vector in vectors("encrypted") {
        let source = text(&vector, "source");
        let result = match jwe::CompactJwe::parse(text(&vector, "token"), LENGTH_MAX) {
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
        refused += usize::from(result != "valid");
        assert_eq!(result, text(&vector, "result"), "{source}");
    }
    assert_eq!((decrypted, refused), (8, 5));
}

#[test]
fn thumbprints_equal_those_of_the_rfcs() {
    // Computes both printed thumbprints (RFC 7638 §3.1, RFC 8037 A.3).
    let vectors = vectors("thumbprints");
    assert_eq!(vectors.len(), 2);
    for vector in vectors {
        let thumbprint = keys::public(&vector["key"]).thumbprint().to_string();
        assert_eq!(thumbprint, text(&vector, "thumbprint"), "{}", vector["source"]);
    }
}

#[test]
fn a_certificate_is_read_from_der_pem_and_x5c() {
    // Parses the certificate of RFC 7517 appendix B from each, and cut certificates.
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
            let compact = CompactJws::parse(&token, LENGTH_MAX, Padding::Refused).unwrap();
            let der = compact.header().x5c.as_deref().unwrap();
            assert_eq!(Certificate::from_der(der).unwrap(), certificate);
        }
        for cut in [0, 1, 10, 300] {
            let der = &STANDARD.decode(base64).unwrap()[cut + 1..];
            assert!(Certificate::from_der(der).is_err());
        }
    }
}
