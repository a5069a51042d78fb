//! Public keys that verify signatures.

use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, ParsedPublicKey,
    RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, VerificationAlgorithm,
};

use crate::algorithm::{Algorithm, UnknownAlgorithm};
use crate::jwk::{Curve, Jwk, KeyKind, KeyUse, PublicKey, Thumbprint};

/// A parsed public key and the algorithms that it allows. RSA allows RS256 and PS256, every other
/// kind exactly one. The `alg` of the JWK restricts the key to that algorithm.
pub struct VerifyingKey {
    kind: KeyKind,
    thumbprint: Thumbprint,
    allowed: Vec<(Algorithm, ParsedPublicKey)>,
    required_alg: Option<String>,
    signature_length: usize,
}

impl VerifyingKey {
    /// Parses the key. A key for encryption, or a point off its curve, is an error.
    pub fn new(jwk: &Jwk) -> Result<Self, VerifyError> {
        if jwk.key_use == Some(KeyUse::Encryption) {
            return Err(VerifyError::NotForSignatures);
        }
        let (allowed, signature_length) = parse(&jwk.key)?;
        let required_alg = jwk.alg.clone();
        Ok(Self {
            kind: jwk.key.kind(),
            thumbprint: jwk.thumbprint(),
            allowed: allowed
                .into_iter()
                .filter(|(algorithm, _)| {
                    required_alg.as_ref().is_none_or(|alg| alg == algorithm.as_str())
                })
                .collect(),
            required_alg,
            signature_length,
        })
    }

    /// Returns the kind of the key.
    pub const fn kind(&self) -> KeyKind {
        self.kind
    }

    /// Returns the thumbprint of the key.
    pub const fn thumbprint(&self) -> Thumbprint {
        self.thumbprint
    }

    /// Returns the algorithms that the key allows.
    pub fn algorithms(&self) -> impl Iterator<Item = Algorithm> {
        self.allowed.iter().map(|(algorithm, _)| *algorithm)
    }

    /// Verifies the signature of `signing_input`. `algorithm` comes from the token, so the key must
    /// allow it (algorithm confusion).
    pub fn verify(
        &self,
        algorithm: Algorithm,
        signing_input: &[u8],
        signature: &[u8],
    ) -> Result<(), VerifyError> {
        let (_, key) = self
            .allowed
            .iter()
            .find(|(allowed, _)| *allowed == algorithm)
            .ok_or_else(|| self.not_allowed(algorithm))?;
        if signature.len() != self.signature_length {
            return Err(VerifyError::SignatureLength {
                expected: self.signature_length,
                received: signature.len(),
            });
        }
        key.verify_sig(signing_input, signature).map_err(|_| VerifyError::Signature)
    }

    fn not_allowed(&self, algorithm: Algorithm) -> VerifyError {
        match &self.required_alg {
            Some(required) if required != algorithm.as_str() => {
                VerifyError::AlgorithmNotOfKey { algorithm, required_alg: required.clone() }
            }
            _ => VerifyError::AlgorithmNotOfKind { algorithm, kind: self.kind },
        }
    }
}

impl std::fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "VerifyingKey({} {})", self.kind, self.thumbprint)
    }
}

type Parsed = (Vec<(Algorithm, ParsedPublicKey)>, usize);

fn parse(key: &PublicKey) -> Result<Parsed, VerifyError> {
    let one = |algorithm, verification: &'static dyn VerificationAlgorithm, length| {
        let parsed = ParsedPublicKey::new(verification, key.encoded_point())
            .map_err(|_| VerifyError::InvalidKey)?;
        Ok((vec![(algorithm, parsed)], length))
    };
    match key {
        PublicKey::Rsa { n, e } => {
            let parsed = |parameters| {
                PublicKeyComponents { n, e }
                    .to_parsed_public_key(parameters)
                    .map_err(|_| VerifyError::InvalidKey)
            };
            let pkcs1 = parsed(&RSA_PKCS1_2048_8192_SHA256)?;
            let pss = parsed(&RSA_PSS_2048_8192_SHA256)?;
            Ok((vec![(Algorithm::Rs256, pkcs1), (Algorithm::Ps256, pss)], n.len()))
        }
        PublicKey::Ec { curve: Curve::P256, .. } => {
            one(Algorithm::Es256, &ECDSA_P256_SHA256_FIXED, 64)
        }
        PublicKey::Ec { curve: Curve::P384, .. } => {
            one(Algorithm::Es384, &ECDSA_P384_SHA384_FIXED, 96)
        }
        PublicKey::Ed25519(_) => one(Algorithm::EdDsa, &ED25519, 64),
        PublicKey::X25519(_) => Err(VerifyError::NotForSignatures),
    }
}

/// The reason why a signature was not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The header names an unsupported algorithm.
    #[error(transparent)]
    UnknownAlgorithm(#[from] UnknownAlgorithm),
    /// The algorithm needs another kind of key.
    #[error("alg {algorithm} is not possible with a key of type {kind}")]
    AlgorithmNotOfKind {
        /// The algorithm in the header.
        algorithm: Algorithm,
        /// The kind of the key.
        kind: KeyKind,
    },
    /// The key was registered for another algorithm.
    #[error("alg {algorithm} is not possible with a key for {required_alg:?} only")]
    AlgorithmNotOfKey {
        /// The algorithm in the header.
        algorithm: Algorithm,
        /// The key's own `alg`.
        required_alg: String,
    },
    /// The key is for encryption.
    #[error("the key is not for signatures")]
    NotForSignatures,
    /// The numbers are not a valid key, for example a point off the curve.
    #[error("the key is invalid")]
    InvalidKey,
    /// The length is not that of this key's signatures.
    #[error("the signature has {received} bytes where {expected} are needed")]
    SignatureLength {
        /// Bytes that this key's signatures have.
        expected: usize,
        /// Bytes received.
        received: usize,
    },
    /// The signature is of another key or another text.
    #[error("the signature does not verify")]
    Signature,
}
