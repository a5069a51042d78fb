//! Encrypted tokens: every algorithm encrypts and decrypts, and malformed tokens are refused.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use jose::digest::{base64url, base64url_decode};
use jose::json::JsonError;
use jose::jwe::{
    CompactJwe, ContentEncryption, DecryptionKey, EncryptionKey, JweError, KeyManagement, encrypt,
};
use jose::{Algorithm, Curve, Jwk, JwkError, KeyKind, KeyUse, SigningKey};
use serde_json::{Value, json};

const LENGTH_MAX: usize = 16 * 1024;

fn private(algorithm: Algorithm) -> DecryptionKey {
    let (_, pkcs8) = SigningKey::generate(algorithm).unwrap();
    DecryptionKey::from_pkcs8(&pkcs8).unwrap()
}

fn x25519() -> DecryptionKey {
    let jwk = json!({ "kty": "OKP", "crv": "X25519", "d": base64url([7; 32]) });
    DecryptionKey::from_private_jwk(jwk.to_string().as_bytes()).unwrap()
}

fn public(key: &DecryptionKey) -> EncryptionKey {
    EncryptionKey::new(key.public_jwk().unwrap()).unwrap()
}

/// A pair of keys for every combination of key management, content encryption and key type.
fn pairs() -> Vec<(KeyManagement, ContentEncryption, EncryptionKey, DecryptionKey)> {
    // The generation of an RSA key is slow, so all pairs share one.
    let (_, rsa) = SigningKey::generate(Algorithm::Rs256).unwrap();
    let mut pairs = Vec::new();
    for management in KeyManagement::ALL {
        for content in ContentEncryption::ALL {
            let shared = |length: usize| {
                let key = vec![9; length];
                vec![(EncryptionKey::symmetric(&key), DecryptionKey::symmetric(&key))]
            };
            let keys = match management {
                KeyManagement::Direct => shared(content.key_length()),
                KeyManagement::A128Kw => shared(16),
                KeyManagement::A256Kw => shared(32),
                KeyManagement::RsaOaep | KeyManagement::RsaOaep256 => {
                    let key = DecryptionKey::from_pkcs8(&rsa).unwrap();
                    vec![(public(&key), key)]
                }
                _ => [private(Algorithm::Es256), private(Algorithm::Es384), x25519()]
                    .map(|key| (public(&key), key))
                    .into(),
            };
            pairs.extend(keys.into_iter().map(|(to, from)| (management, content, to, from)));
        }
    }
    pairs
}

fn parse(token: &str) -> Result<CompactJwe<'_>, JweError> {
    CompactJwe::parse(token, LENGTH_MAX)
}

fn decrypt(token: &str, key: &DecryptionKey) -> Result<Vec<u8>, JweError> {
    parse(token)?.decrypt(key).map(|plaintext| plaintext.to_vec())
}

/// Returns the token with a changed header.
fn with_header(token: &str, change: impl FnOnce(&mut Value)) -> String {
    let (header, rest) = token.split_once('.').unwrap();
    let mut header: Value = serde_json::from_slice(&base64url_decode(header).unwrap()).unwrap();
    change(&mut header);
    format!("{}.{rest}", base64url(header.to_string()))
}

#[test]
fn every_jwe_algorithm_decrypts_its_own_tokens() {
    // Goes through every pair, with an empty and a long plaintext.
    let pairs = pairs();
    assert_eq!(pairs.len(), 4 * (3 + 2 + 3 * 3));
    for (management, content, to, from) in pairs {
        for plaintext in [&b""[..], &[b'a'; 1000]] {
            let header = json!({ "cty": "JWT" });
            let token = encrypt(&to, management, content, &header, plaintext).unwrap();
            assert_eq!(decrypt(&token, &from).as_deref(), Ok(plaintext), "{management} {content}");
            let compact = parse(&token).unwrap();
            assert_eq!((compact.header().alg, compact.header().enc), (management, content));
            assert_eq!(compact.header().cty.as_deref(), Some("JWT"));
        }
    }
}

#[test]
fn a_changed_jwe_segment_is_not_authentic() {
    // Flips one bit in the middle of each segment but the header of every kind of token.
    for (management, content, to, from) in pairs() {
        let token = encrypt(&to, management, content, &json!({}), b"secret").unwrap();
        let segments: Vec<&str> = token.split('.').collect();
        for index in 1..5 {
            let mut bytes = base64url_decode(segments[index]).unwrap();
            let middle = bytes.len() / 2;
            match bytes.get_mut(middle) {
                Some(byte) => *byte ^= 1,
                None => bytes.push(1),
            }
            let changed = base64url(bytes);
            let mut changed_segments = segments.clone();
            changed_segments[index] = &changed;
            let refused = decrypt(&changed_segments.join("."), &from);
            assert_eq!(refused, Err(JweError::NotAuthentic), "{management} {content} {index}");
        }
        let changed = with_header(&token, |header| header["typ"] = "JWT".into());
        assert_eq!(decrypt(&changed, &from), Err(JweError::NotAuthentic));
    }
}

#[test]
fn a_jwe_does_not_decrypt_with_another_key() {
    // Decrypts with a second key of each kind.
    for (algorithm, management) in [
        (Algorithm::Rs256, KeyManagement::RsaOaep256),
        (Algorithm::Es256, KeyManagement::EcdhEs),
        (Algorithm::Es384, KeyManagement::EcdhEsA256Kw),
    ] {
        let (own, other) = (private(algorithm), private(algorithm));
        let content = ContentEncryption::A128CbcHs256;
        let token = encrypt(&public(&own), management, content, &json!({}), b"a").unwrap();
        assert_eq!(decrypt(&token, &other), Err(JweError::NotAuthentic));
        assert_eq!(decrypt(&token, &own), Ok(b"a".to_vec()));
    }
}

#[test]
fn a_jwe_key_of_a_wrong_kind_is_refused() {
    // Encrypts and decrypts with keys of a kind that the algorithm cannot use.
    let rsa = private(Algorithm::Rs256);
    let ec = private(Algorithm::Es256);
    let content = ContentEncryption::A128Gcm;
    let mismatch = |algorithm, kind| Err(JweError::AlgorithmNotOfKind { algorithm, kind });
    for (key, management, kind) in [
        (public(&rsa), KeyManagement::EcdhEs, KeyKind::Rsa),
        (public(&rsa), KeyManagement::Direct, KeyKind::Rsa),
        (public(&ec), KeyManagement::RsaOaep, KeyKind::Ec(Curve::P256)),
        (EncryptionKey::symmetric(&[1; 16]), KeyManagement::EcdhEs, KeyKind::Symmetric),
    ] {
        let refused = encrypt(&key, management, content, &json!({}), b"");
        assert_eq!(refused, mismatch(management, kind).map(|(): ()| String::new()));
    }
    let to_ec = encrypt(&public(&ec), KeyManagement::EcdhEs, content, &json!({}), b"").unwrap();
    let refused = mismatch(KeyManagement::EcdhEs, KeyKind::Rsa).map(|(): ()| vec![]);
    assert_eq!(decrypt(&to_ec, &rsa), refused);
    let p384 = private(Algorithm::Es384);
    assert_eq!(decrypt(&to_ec, &p384), Err(JweError::Malformed("epk")));
}

#[test]
fn a_shared_key_of_the_wrong_length_is_refused() {
    // Uses a key of 24 bytes with algorithms that need 16 and 32.
    let content = ContentEncryption::A256Gcm;
    for (management, expected) in
        [(KeyManagement::Direct, 32), (KeyManagement::A128Kw, 16), (KeyManagement::A256Kw, 32)]
    {
        let key = EncryptionKey::symmetric(&[1; 24]);
        let refused = encrypt(&key, management, content, &json!({}), b"");
        assert_eq!(refused, Err(JweError::KeyLength { expected, received: 24 }));
    }
}

#[test]
fn a_jwe_key_is_used_with_its_registered_alg_only() {
    // Registers a key for RSA-OAEP-256 and asks for RSA-OAEP.
    let mut jwk = private(Algorithm::Rs256).public_jwk().unwrap().clone();
    jwk.alg = Some("RSA-OAEP-256".into());
    let key = EncryptionKey::new(&jwk).unwrap();
    let content = ContentEncryption::A128Gcm;
    assert!(encrypt(&key, KeyManagement::RsaOaep256, content, &json!({}), b"").is_ok());
    let refused = encrypt(&key, KeyManagement::RsaOaep, content, &json!({}), b"");
    let expected = JweError::AlgorithmNotOfKey {
        algorithm: KeyManagement::RsaOaep,
        required_alg: "RSA-OAEP-256".into(),
    };
    assert_eq!(refused, Err(expected));
    jwk.key_use = Some(KeyUse::Signature);
    assert_eq!(EncryptionKey::new(&jwk).err(), Some(JweError::KeyRejected));
}

#[test]
fn unsupported_jwe_algorithms_and_members_are_refused() {
    // Changes a valid header to each unsupported algorithm, compression and extension.
    let key = DecryptionKey::symmetric(&[1; 16]);
    let to = EncryptionKey::symmetric(&[1; 16]);
    let content = ContentEncryption::A128Gcm;
    let token = encrypt(&to, KeyManagement::A128Kw, content, &json!({}), b"a").unwrap();
    for alg in ["RSA1_5", "PBES2-HS256+A128KW", "A128GCMKW", "none", "A192KW", "RSA-OAEP-512"] {
        let refused = with_header(&token, |header| header["alg"] = alg.into());
        assert_eq!(decrypt(&refused, &key), Err(JweError::UnknownAlgorithm(alg.into())));
    }
    let refused = with_header(&token, |header| header["enc"] = "A192GCM".into());
    assert_eq!(decrypt(&refused, &key), Err(JweError::UnknownAlgorithm("A192GCM".into())));
    for (name, value) in [
        ("zip", json!("DEF")),
        ("crit", json!(["exp"])),
        ("p2c", json!(1_000_000_000)),
        ("p2s", json!("AAAA")),
    ] {
        let refused = with_header(&token, |header| header[name] = value);
        assert_eq!(decrypt(&refused, &key), Err(JweError::Refused(name)));
    }
    for name in ["alg", "enc", "epk", "zip", "crit"] {
        let header = json!({ name: "x" });
        let refused = encrypt(&to, KeyManagement::A128Kw, content, &header, b"");
        assert_eq!(refused, Err(JweError::Refused(name)));
    }
}

#[test]
fn an_invalid_ephemeral_key_is_refused() {
    // Replaces the ephemeral key by a point off the curve (invalid curve attack), by a private key,
    // by text, and by nothing.
    for key in [private(Algorithm::Es256), private(Algorithm::Es384), x25519()] {
        let content = ContentEncryption::A128CbcHs256;
        let to = public(&key);
        let token = encrypt(&to, KeyManagement::EcdhEs, content, &json!({}), b"a").unwrap();
        let with_epk =
            |epk: Value| decrypt(&with_header(&token, |header| header["epk"] = epk), &key);
        let width = if key.kind() == KeyKind::Ec(Curve::P384) { 48 } else { 32 };
        let [zero, one] = [0, 1].map(|byte| base64url(vec![byte; width]));
        let epk = match key.kind() {
            KeyKind::Ec(curve) => {
                json!({ "kty": "EC", "crv": curve.as_str(), "x": zero, "y": one })
            }
            // A point of small order: the agreed secret would be zero.
            _ => json!({ "kty": "OKP", "crv": "X25519", "x": zero }),
        };
        assert_eq!(with_epk(epk.clone()), Err(JweError::Malformed("epk")), "{}", key.kind());
        let mut leaking = epk;
        leaking["d"] = "AQAB".into();
        assert_eq!(with_epk(leaking), Err(JweError::Jwk(JwkError::Private("d"))));
        assert_eq!(with_epk(json!("x")), Err(JweError::Malformed("epk")));
        let missing = with_header(&token, |header| {
            header.as_object_mut().unwrap().remove("epk");
        });
        assert_eq!(decrypt(&missing, &key), Err(JweError::Missing("epk")));
    }
}

#[test]
fn a_malformed_jwe_is_refused() {
    // Parses wrong numbers of segments, invalid base64url, repeated members and oversized tokens.
    for (text, count) in [("", 1), ("a.b.c", 3), ("a.b.c.d", 4), ("a.b.c.d.e.f", 6)] {
        assert_eq!(parse(text).err(), Some(JweError::Segments(count)), "{text:?}");
    }
    let header = base64url(r#"{"alg":"dir","enc":"A128GCM"}"#);
    for (text, number) in [
        ("e30=....".to_owned(), 1),
        (format!("{header}.?..."), 2),
        (format!("{header}..A.."), 3),
        (format!("{header}...A=."), 4),
        (format!("{header}....A"), 5),
    ] {
        assert_eq!(parse(&text).err(), Some(JweError::NotBase64Url(number)), "{text:?}");
    }
    let repeated = format!("{}....", base64url(r#"{"alg":"dir","alg":"dir"}"#));
    let duplicate = JweError::Header(JsonError::DuplicateMember("alg".into()));
    assert_eq!(parse(&repeated).err(), Some(duplicate));
    let huge = ".".repeat(10_000_000);
    assert_eq!(parse(&huge).err(), Some(JweError::TooLong { length_max: LENGTH_MAX }));
    let key = DecryptionKey::symmetric(&[1; 16]);
    assert_eq!(decrypt(&format!("{header}...."), &key), Err(JweError::NotAuthentic));
}

#[test]
fn a_published_encryption_key_is_public() {
    // Publishes a key of each kind and parses it as another party would.
    for key in [private(Algorithm::Rs256), private(Algorithm::Es256), x25519()] {
        let published = key.public_jwk().unwrap();
        let json = published.to_json().to_string();
        assert_eq!(Jwk::from_json(json.as_bytes()).as_ref(), Ok(published));
        assert_eq!(published.key_use, Some(KeyUse::Encryption));
        assert_eq!(published.kid, Some(published.thumbprint().to_string()));
    }
    assert!(DecryptionKey::symmetric(&[1; 16]).public_jwk().is_none());
}
