//! Keys, tokens and headers that must be refused, each with its exact error.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
#![expect(clippy::indexing_slicing, reason = "a test stops at the first surprise")]

use std::sync::LazyLock;

use jose::digest::{base64url, hmac_sha256};
use jose::json::JsonError;
use jose::{
    Algorithm, CompactError, CompactJws, Curve, Jwk, JwkError, JwkSet, KeyKind, Padding, Pkcs8,
    SigningKey, UnknownAlgorithm, VerifyError, VerifyingKey,
};
use serde_json::{Value, json};

const LENGTH_MAX: usize = 16 * 1024;

fn rsa_jwk(n: &[u8], e: &[u8]) -> Result<Jwk, JwkError> {
    let jwk = json!({ "kty": "RSA", "n": base64url(n), "e": base64url(e) });
    Jwk::from_json(jwk.to_string().as_bytes())
}

/// An odd modulus of this number of bits.
fn modulus(bits: usize) -> Vec<u8> {
    let mut n = vec![0xff; bits.div_ceil(8)];
    n[0] = 0xff >> (n.len() * 8 - bits);
    n
}

fn token(header: &Value, payload: &[u8], signature: &[u8]) -> String {
    [base64url(header.to_string()), base64url(payload), base64url(signature)].join(".")
}

fn parse(token: &str) -> Result<CompactJws<'_>, CompactError> {
    CompactJws::parse(token, LENGTH_MAX, Padding::Refused)
}

fn verify(token: &str, key: &VerifyingKey) -> Result<(), VerifyError> {
    parse(token).unwrap().verify(key).map(|_| ())
}

fn keys() -> Vec<(SigningKey, VerifyingKey)> {
    // The generation of an RSA key is slow, so the tests share the keys.
    static STORED: LazyLock<[Pkcs8; 5]> = LazyLock::new(|| {
        Algorithm::ALL.map(|algorithm| SigningKey::generate(algorithm).unwrap().1)
    });
    let pair = |(algorithm, pkcs8): (Algorithm, &Pkcs8)| {
        let key = SigningKey::from_pkcs8(algorithm, pkcs8).unwrap();
        let verifying = VerifyingKey::new(key.public_jwk()).unwrap();
        (key, verifying)
    };
    Algorithm::ALL.into_iter().zip(STORED.iter()).map(pair).collect()
}

#[test]
fn rsa_keys_outside_2048_to_8192_bits_are_refused() {
    // Reads moduli at both limits and one bit beyond each.
    for bits in [512, 1024, 2047, 8193, 16384] {
        assert_eq!(rsa_jwk(&modulus(bits), &[1, 0, 1]), Err(JwkError::RsaSize(bits)));
    }
    for bits in [2048, 8192] {
        assert!(rsa_jwk(&modulus(bits), &[1, 0, 1]).is_ok());
    }
}

#[test]
fn invalid_rsa_exponents_and_even_moduli_are_refused() {
    // Reads 1, even, oversized and padded exponents, and an even modulus.
    let n = modulus(2048);
    for e in [&[1][..], &[2], &[1, 0, 0], &[2, 0, 0, 0, 1], &[1, 0, 0, 0, 0, 1]] {
        assert_eq!(rsa_jwk(&n, e), Err(JwkError::RsaExponent), "{e:?}");
    }
    for e in [&[][..], &[0, 3], &[0]] {
        assert_eq!(rsa_jwk(&n, e), Err(JwkError::Malformed("e")), "{e:?}");
    }
    assert!(rsa_jwk(&n, &[3]).is_ok());
    let mut even = n.clone();
    even[255] = 0xfe;
    assert_eq!(rsa_jwk(&even, &[3]), Err(JwkError::Malformed("n")));
    assert_eq!(rsa_jwk(&[&[0], n.as_slice()].concat(), &[3]), Err(JwkError::Malformed("n")));
}

#[test]
fn a_jwk_with_a_private_member_is_refused() {
    // Adds each private member to a valid key: alone, in a set, and in a header.
    let (key, _) = SigningKey::generate(Algorithm::Es256).unwrap();
    for name in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
        let mut jwk = key.public_jwk().to_json();
        jwk[name] = "AQAB".into();
        let refused = Err(JwkError::Private(name));
        assert_eq!(Jwk::from_json(jwk.to_string().as_bytes()), refused);
        let set = json!({ "keys": [key.public_jwk(), jwk] });
        assert_eq!(JwkSet::from_json(set.to_string().as_bytes()), Err(JwkError::Private(name)));
        let token = token(&json!({ "alg": "ES256", "jwk": jwk }), b"{}", &[1; 64]);
        assert_eq!(parse(&token).err(), Some(CompactError::Jwk(JwkError::Private(name))));
    }
}

#[test]
fn symmetric_jwks_are_refused_and_key_sets_skip_unknown_types() {
    // Reads oct, P-521, secp256k1 and made-up types.
    let read = |jwk: &Value| Jwk::from_json(jwk.to_string().as_bytes());
    assert_eq!(read(&json!({ "kty": "oct", "k": "AQAB" })), Err(JwkError::Symmetric));
    assert_eq!(read(&json!({ "kty": "oct" })), Err(JwkError::Symmetric));
    assert_eq!(read(&json!({})), Err(JwkError::Missing("kty")));
    let unknown = json!({ "kty": "EC", "crv": "P-521", "x": "AA", "y": "AA" });
    assert_eq!(read(&unknown), Err(JwkError::UnknownType("P-521".into())));
    let made_up = json!({ "kty": "AKP", "pub": "AA" });
    assert_eq!(read(&made_up), Err(JwkError::UnknownType("AKP".into())));
    let (key, _) = SigningKey::generate(Algorithm::EdDsa).unwrap();
    let set = json!({ "keys": [unknown, made_up, key.public_jwk()] });
    let set = JwkSet::from_json(set.to_string().as_bytes()).unwrap();
    assert_eq!(set.keys, [key.public_jwk().clone()]);
    let set = json!({ "keys": [{ "kty": "oct", "k": "AA" }] }).to_string();
    assert_eq!(JwkSet::from_json(set.as_bytes()), Err(JwkError::Symmetric));
}

#[test]
fn a_key_set_is_limited_in_keys_and_bytes() {
    // Parses one key too many, a repeated key id, and one byte too many.
    let set = json!({ "keys": vec![json!({ "kty": "AKP" }); JwkSet::KEYS_MAX + 1] }).to_string();
    assert_eq!(JwkSet::from_json(set.as_bytes()), Err(JwkError::TooMany(JwkSet::KEYS_MAX)));
    let (key, _) = SigningKey::generate(Algorithm::EdDsa).unwrap();
    let set = json!({ "keys": [key.public_jwk(), key.public_jwk()] }).to_string();
    let repeated = JwkError::DuplicateKid(key.kid().to_owned());
    assert_eq!(JwkSet::from_json(set.as_bytes()), Err(repeated));
    let set = " ".repeat(JwkSet::LENGTH_MAX + 1);
    assert_eq!(JwkSet::from_json(set.as_bytes()), Err(JwkError::TooLong(JwkSet::LENGTH_MAX)));
}

#[test]
fn a_public_key_off_its_curve_is_refused() {
    // Changes one coordinate of a valid point.
    for algorithm in [Algorithm::Es256, Algorithm::Es384] {
        let (key, _) = SigningKey::generate(algorithm).unwrap();
        let mut jwk = key.public_jwk().to_json();
        jwk["y"] = jwk["x"].clone();
        let jwk = Jwk::from_json(jwk.to_string().as_bytes()).unwrap();
        assert_eq!(VerifyingKey::new(&jwk).err(), Some(VerifyError::InvalidKey));
    }
}

#[test]
fn a_signature_verifies_with_its_own_key_only() {
    // Signs with each key and verifies with each.
    let keys = keys();
    for (own, (signing, _)) in keys.iter().enumerate() {
        let token = signing.sign(&json!({}), b"{}").unwrap();
        for (other, (_, verifying)) in keys.iter().enumerate() {
            assert_eq!(verify(&token, verifying).is_ok(), own == other, "{own} {other}");
        }
    }
}

#[test]
fn an_rsa_key_allows_rs256_and_ps256_unless_alg_restricts_it() {
    // Signs RS256 and PS256 with one key, and verifies with and without `alg` in its JWK.
    let (rs256, pkcs8) = SigningKey::generate(Algorithm::Rs256).unwrap();
    let ps256 = SigningKey::from_pkcs8(Algorithm::Ps256, &pkcs8).unwrap();
    let mut jwk = rs256.public_jwk().clone();
    let only_rs256 = VerifyingKey::new(&jwk).unwrap();
    jwk.alg = None;
    let both = VerifyingKey::new(&jwk).unwrap();
    let [first, second] = [&rs256, &ps256].map(|key| key.sign(&json!({}), b"{}").unwrap());
    assert_eq!((verify(&first, &both), verify(&second, &both)), (Ok(()), Ok(())));
    assert_eq!(verify(&first, &only_rs256), Ok(()));
    let expected = VerifyError::AlgorithmNotOfKey {
        algorithm: Algorithm::Ps256,
        required_alg: "RS256".into(),
    };
    assert_eq!(verify(&second, &only_rs256), Err(expected));
    jwk.alg = Some("RSA-OAEP".into());
    assert!(VerifyingKey::new(&jwk).unwrap().algorithms().next().is_none());
}

#[test]
fn an_hmac_with_the_public_key_does_not_verify() {
    // Uses the public JWK of each key as an HMAC key, with every unsupported `alg` (algorithm
    // confusion).
    for (signing, verifying) in keys() {
        let jwk = signing.public_jwk().to_json();
        for alg in ["HS256", "hs256", "none", "nOnE", "", "RS512", "ES256K", "dir"] {
            let input = token(&json!({ "alg": alg }), b"{}", b"");
            let input = input.trim_end_matches('.');
            let mac = hmac_sha256(jwk.to_string().as_bytes(), input.as_bytes());
            for signature in [base64url(mac), String::new()] {
                let token = format!("{input}.{signature}");
                let expected = VerifyError::UnknownAlgorithm(UnknownAlgorithm(alg.into()));
                assert_eq!(verify(&token, &verifying), Err(expected), "{alg}");
            }
        }
    }
}

#[test]
fn an_algorithm_of_another_kind_of_key_is_refused() {
    // Names ES384 for a P-256 key, and ES256 for every other kind of key.
    for (signing, verifying) in keys() {
        let mut jwk = signing.public_jwk().clone();
        jwk.alg = None;
        let any = VerifyingKey::new(&jwk).unwrap();
        let (algorithm, kind) = match verifying.kind() {
            KeyKind::Ec(Curve::P256) => (Algorithm::Es384, verifying.kind()),
            kind => (Algorithm::Es256, kind),
        };
        let token = token(&json!({ "alg": algorithm }), b"{}", &[1; 64]);
        let expected = VerifyError::AlgorithmNotOfKind { algorithm, kind };
        assert_eq!(verify(&token, &any), Err(expected));
    }
    let error = VerifyError::AlgorithmNotOfKind { algorithm: Algorithm::Es256, kind: KeyKind::Rsa };
    assert_eq!(error.to_string(), "alg ES256 is not possible with a key of type RSA");
}

#[test]
fn zero_der_truncated_and_extended_signatures_are_refused() {
    // Tries r = s = 0 (CVE-2022-21449), DER, truncated, extended and empty signatures.
    for (signing, verifying) in keys() {
        let algorithm = signing.algorithm();
        let valid = signing.sign_bytes(b"a.b").unwrap();
        assert_eq!(verifying.verify(algorithm, b"a.b", &valid), Ok(()));
        assert_eq!(verifying.verify(algorithm, b"a.c", &valid), Err(VerifyError::Signature));
        let zeros = vec![0; valid.len()];
        assert_eq!(verifying.verify(algorithm, b"a.b", &zeros), Err(VerifyError::Signature));
        let expected = valid.len();
        let long = [valid.as_slice(), &[0]].concat();
        let der = [&[0x30, 0x44, 0x02, 0x20], &valid[..32], &[0x02, 0x20], &valid[32..]].concat();
        for wrong in [&valid[1..], &long, &der, &[]] {
            let refused = VerifyError::SignatureLength { expected, received: wrong.len() };
            assert_eq!(verifying.verify(algorithm, b"a.b", wrong), Err(refused));
        }
    }
}

#[test]
fn a_jws_with_a_changed_byte_does_not_verify() {
    // Changes each character of a signed token to another base64url character.
    let (signing, verifying) = keys().swap_remove(2);
    let token = signing.sign(&json!({ "typ": "JWT" }), br#"{"sub":"a"}"#).unwrap();
    assert_eq!(verify(&token, &verifying), Ok(()));
    for index in 0..token.len() {
        let mut changed = token.clone().into_bytes();
        changed[index] = if changed[index] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        let verified = parse(&changed).ok().and_then(|compact| compact.verify(&verifying).ok());
        assert!(verified.is_none(), "{index}");
    }
}

#[test]
fn jws_segments_are_counted_and_decoded_strictly() {
    // Parses wrong numbers of segments, and invalid base64url in each segment.
    let header = base64url(r#"{"alg":"ES256"}"#);
    for (text, count) in [("", 1), ("a", 1), ("a.b", 2), ("a.b.c.d", 4), ("a.b.c.d.e", 5)] {
        assert_eq!(parse(text).err(), Some(CompactError::Segments(count)), "{text:?}");
    }
    for (text, number) in [
        ("e30=.e30.AAAA".to_owned(), 1),
        (format!("{header}.e3+0.AAAA"), 2),
        (format!("{header}.e30.AAAA\n"), 3),
        (format!("{header}.e30.AB"), 3),
        (format!("{header}.e30.é"), 3),
    ] {
        assert_eq!(parse(&text).err(), Some(CompactError::NotBase64Url(number)), "{text:?}");
    }
    assert_eq!(
        parse("..").err().map(|e| e.to_string()).unwrap(),
        "the header is not JSON (line 1, column 0)"
    );
}

#[test]
fn tolerated_padding_is_part_of_the_signing_input() {
    // Pads each segment before signing, as azure-identity's asyncio client does.
    let (signing, verifying) = keys().swap_remove(2);
    let input = "eyJhbGciOiJFUzI1NiJ9Cg==.eyJhIjoxfQ==";
    let signature = signing.sign_bytes(input.as_bytes()).unwrap();
    let token = format!("{input}.{}==", base64url(signature));
    assert_eq!(parse(&token).err(), Some(CompactError::NotBase64Url(1)));
    let compact = CompactJws::parse(&token, LENGTH_MAX, Padding::Tolerated).unwrap();
    assert_eq!(compact.signing_input(), input);
    assert_eq!(compact.verify(&verifying).unwrap().payload(), br#"{"a":1}"#);
    let triple = token.replace("==.", "===.");
    assert!(CompactJws::parse(&triple, LENGTH_MAX, Padding::Tolerated).is_err());
}

#[test]
fn malformed_jws_headers_are_refused() {
    // Parses repeated members, critical extensions, wrong types and oversized texts.
    let header = |text: &str| parse(&format!("{}.e30.AAAA", base64url(text))).err().unwrap();
    let repeated = CompactError::Header(JsonError::DuplicateMember("alg".into()));
    assert_eq!(header(r#"{"alg":"ES256","alg":"none"}"#), repeated);
    assert_eq!(header(r#"{"alg":"ES256","crit":["exp"]}"#), CompactError::Critical("crit"));
    assert_eq!(header(r#"{"alg":"ES256","crit":[]}"#), CompactError::Critical("crit"));
    assert_eq!(header(r#"{"alg":"ES256","b64":false}"#), CompactError::Critical("b64"));
    assert_eq!(header("[]"), CompactError::Header(JsonError::NotAnObject));
    assert_eq!(header("{}"), CompactError::Missing("alg"));
    assert_eq!(header(r#"{"alg":null}"#), CompactError::Malformed("alg"));
    assert_eq!(header(r#"{"alg":"ES256","kid":7}"#), CompactError::Malformed("kid"));
    assert_eq!(header(r#"{"alg":"ES256","x5t":"AAAA"}"#), CompactError::Malformed("x5t"));
    assert_eq!(header(r#"{"alg":"ES256","x5c":[]}"#), CompactError::Malformed("x5c"));
    assert_eq!(header(r#"{"alg":"ES256","x5c":["?"]}"#), CompactError::Malformed("x5c"));
    assert_eq!(header(r#"{"alg":"ES256","jwk":"x"}"#), CompactError::Malformed("jwk"));
    let long = json!({ "alg": "ES256", "kid": "k".repeat(1025) }).to_string();
    assert_eq!(header(&long), CompactError::Malformed("kid"));
}

#[test]
fn oversized_tokens_and_keys_are_refused_by_their_length() {
    // Parses ten megabytes, and a hundred thousand levels of nesting.
    let huge = "A".repeat(10_000_000);
    assert_eq!(parse(&huge).err(), Some(CompactError::TooLong { length_max: LENGTH_MAX }));
    let deep = format!("{}{}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
    let deep = format!("{}.e30.AAAA", base64url(deep));
    let parsed = CompactJws::parse(&deep, usize::MAX, Padding::Refused);
    assert!(matches!(parsed.err(), Some(CompactError::Header(JsonError::Malformed { .. }))));
    let jwk = format!("{{\"kty\":\"RSA\",\"n\":\"{}\"}}", "A".repeat(1_000_000));
    assert!(matches!(Jwk::from_json(jwk.as_bytes()), Err(JwkError::TooLong(_))));
    assert!(matches!(Jwk::from_spki_der(&[0x30; 5000]), Err(JwkError::TooLong(_))));
}

#[test]
fn repeated_claims_are_refused_after_verification() {
    // Signs a payload with two subjects.
    let (signing, verifying) = keys().swap_remove(2);
    let token = signing.sign(&json!({}), br#"{"sub":"a","sub":"b"}"#).unwrap();
    let verified = parse(&token).unwrap().verify(&verifying).unwrap();
    assert_eq!(verified.claims(), Err(JsonError::DuplicateMember("sub".into())));
}

#[test]
fn a_key_for_encryption_does_not_verify_signatures() {
    // Sets `use` and `key_ops` of a valid key, and lets them contradict each other.
    let (key, _) = SigningKey::generate(Algorithm::Es256).unwrap();
    let jwk = |members: Value| {
        let mut jwk = key.public_jwk().to_json();
        jwk.as_object_mut().unwrap().remove("use");
        jwk.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        Jwk::from_json(jwk.to_string().as_bytes())
    };
    for members in [json!({ "use": "enc" }), json!({ "key_ops": ["encrypt"] })] {
        let refused = VerifyingKey::new(&jwk(members).unwrap()).err();
        assert_eq!(refused, Some(VerifyError::NotForSignatures));
    }
    assert!(VerifyingKey::new(&jwk(json!({ "key_ops": ["verify"] })).unwrap()).is_ok());
    let both = jwk(json!({ "use": "sig", "key_ops": ["encrypt"] }));
    assert_eq!(both, Err(JwkError::Malformed("key_ops")));
    assert_eq!(jwk(json!({ "use": "other" })), Err(JwkError::Malformed("use")));
}

#[test]
fn debug_output_contains_no_secret() {
    // Formats each secret type and compares the output, which has no key bytes.
    for algorithm in Algorithm::ALL {
        let (key, pkcs8) = SigningKey::generate(algorithm).unwrap();
        let output = format!("{key:?}");
        assert_eq!(output, format!("SigningKey({algorithm} {})", key.thumbprint()));
        assert!(!output.contains(&base64url(&pkcs8)[40..60]));
    }
    let pem = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    assert_eq!(Jwk::from_pem(pem), Err(JwkError::Private("PRIVATE KEY")));
    let (key, verifying) = keys().swap_remove(2);
    let token = key.sign(&json!({}), b"{}").unwrap();
    let compact = parse(&token).unwrap();
    assert_eq!(format!("{compact:?}"), "CompactJws { alg: \"ES256\", .. }");
    let verified = compact.verify(&verifying).unwrap();
    assert_eq!(format!("{verified:?}"), "Verified { algorithm: Es256, .. }");
    let root = jose::seal::RootKey::from_bytes([7; 32]);
    assert_eq!(format!("{root:?}"), "RootKey");
    assert_eq!(
        format!("{:?}", root.sealer([0; 16], jose::seal::Purpose::Code).unwrap()),
        "Sealer(1)"
    );
    let symmetric = jose::jwe::DecryptionKey::symmetric(&[7; 32]);
    assert_eq!(format!("{symmetric:?}"), "DecryptionKey(symmetric)");
}
