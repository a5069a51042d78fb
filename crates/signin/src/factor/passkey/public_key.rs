//! The public key of a passkey: a COSE_Key (RFC 9052 §7, RFC 9053 §7, RFC 8230 §4) of one of three
//! algorithms, and the verification of its signatures.

use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
};
use ciborium::Value;

use super::cbor::Map;
use super::flaw::PasskeyFlaw;

/// The accepted algorithms, the preferred one first: ES256, Ed25519 (as `EdDSA`) and RS256, which
/// Windows Hello needs. WebAuthn §5.8.5 fixes the curve of the first two.
pub(super) const ALGORITHMS: [i64; 3] = [ES256, EDDSA, RS256];
const ES256: i64 = -7;
const EDDSA: i64 = -8;
const RS256: i64 = -257;

/// The name of the key in an explanation.
const MEMBER: &str = "credentialPublicKey";
/// Maximum length of the COSE_Key in bytes: RSA of 8192 bits needs 1,050.
pub(super) const COSE_BYTES_MAX: usize = 2_048;

// Labels of a COSE_Key. Those below 0 depend on the type of the key.
const KTY: i64 = 1;
const ALG: i64 = 3;
const CRV: i64 = -1;
const X: i64 = -2;
const Y: i64 = -3;
const N: i64 = -1;
const E: i64 = -2;
// Types of keys, and curves.
const OKP: i64 = 1;
const EC2: i64 = 2;
const RSA: i64 = 3;
const P256: i64 = 1;
const CURVE_ED25519: i64 = 6;

/// A public key that is valid for its algorithm.
pub(super) struct PublicKey(ParsedPublicKey);

impl PublicKey {
    /// Reads the key of a new passkey, or a stored one.
    ///
    /// # Errors
    /// The algorithm is not one of [`ALGORITHMS`], or the numbers are not a key of it.
    pub(super) fn parse(cose: &Map) -> Result<Self, PasskeyFlaw> {
        let malformed = || PasskeyFlaw::Malformed(MEMBER);
        let key = match algorithm(cose).ok_or_else(malformed)? {
            ES256 => p256(cose),
            EDDSA => ed25519(cose),
            RS256 => rsa(cose),
            other => return Err(PasskeyFlaw::UnknownAlgorithm(other)),
        };
        key.map(Self).ok_or_else(malformed)
    }

    /// Returns whether a signature of a message is by this key.
    pub(super) fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        self.0.verify_sig(message, signature).is_ok()
    }
}

/// Returns the algorithm of a key: its number in COSE.
pub(super) fn algorithm(cose: &Map) -> Option<i64> {
    integer(cose, ALG)
}

/// Returns a key for ECDSA on P-256 with SHA-256, whose signatures are in DER (WebAuthn §6.5.5).
fn p256(cose: &Map) -> Option<ParsedPublicKey> {
    if (integer(cose, KTY)?, integer(cose, CRV)?) != (EC2, P256) {
        return None;
    }
    // The compressed form, in which y is a boolean, is not allowed (WebAuthn §5.8.5).
    let (x, y) = (coordinate(cose, X)?, coordinate(cose, Y)?);
    let point = [&[4][..], x, y].concat();
    ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).ok()
}

fn ed25519(cose: &Map) -> Option<ParsedPublicKey> {
    if (integer(cose, KTY)?, integer(cose, CRV)?) != (OKP, CURVE_ED25519) {
        return None;
    }
    ParsedPublicKey::new(&ED25519, coordinate(cose, X)?).ok()
}

/// Returns a key for RSASSA-PKCS1-v1_5 with SHA-256.
fn rsa(cose: &Map) -> Option<ParsedPublicKey> {
    if integer(cose, KTY)? != RSA {
        return None;
    }
    let (n, e) = (cose.at(N)?.as_bytes()?, cose.at(E)?.as_bytes()?);
    // Refuses the keys of the TPMs with weak primes (ROCA), too.
    jose::PublicKey::rsa(n, e).ok()?;
    PublicKeyComponents { n, e }.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256).ok()
}

fn integer(cose: &Map, label: i64) -> Option<i64> {
    cose.at(label).and_then(Value::as_integer)?.try_into().ok()
}

fn coordinate(cose: &Map, label: i64) -> Option<&[u8; 32]> {
    cose.at(label)?.as_bytes()?.as_slice().try_into().ok()
}
