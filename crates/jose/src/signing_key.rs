//! Private signing keys, and JWS compact serialization (RFC 7515 §7.1).

use std::sync::Arc;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
    EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PSS_SHA256,
    RsaKeyPair,
};
use serde::Serialize;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use crate::algorithm::Algorithm;
use crate::digest::{base64url, base64url_into};
use crate::jwk::{Curve, Jwk, KeyUse, PublicKey, Thumbprint};
use crate::random;

/// A private key in PKCS #8 DER. Wiped when dropped.
pub type Pkcs8 = Zeroizing<Vec<u8>>;

/// A private key for one algorithm, parsed once.
pub struct SigningKey {
    algorithm: Algorithm,
    pair: Pair,
    jwk: Jwk,
    thumbprint: Thumbprint,
}

enum Pair {
    Rsa(RsaKeyPair),
    Ecdsa(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl SigningKey {
    /// Parses a PKCS #8 private key, which must fit the algorithm.
    pub fn from_pkcs8(algorithm: Algorithm, pkcs8: &[u8]) -> Result<Self, SignError> {
        let ecdsa = |signing: &'static EcdsaSigningAlgorithm| {
            EcdsaKeyPair::from_pkcs8(signing, pkcs8).map(Pair::Ecdsa)
        };
        let pair = match algorithm {
            Algorithm::Rs256 | Algorithm::Ps256 => RsaKeyPair::from_pkcs8(pkcs8).map(Pair::Rsa),
            Algorithm::Es256 => ecdsa(&ECDSA_P256_SHA256_FIXED_SIGNING),
            Algorithm::Es384 => ecdsa(&ECDSA_P384_SHA384_FIXED_SIGNING),
            Algorithm::EdDsa => Ed25519KeyPair::from_pkcs8(pkcs8).map(Pair::Ed25519),
        };
        Self::new(algorithm, pair.map_err(|_| SignError::KeyRejected { algorithm })?)
    }

    /// Generates a key (RSA: 2048 bits). Also returns its PKCS #8 form, to be stored.
    pub fn generate(algorithm: Algorithm) -> Result<(Self, Pkcs8), SignError> {
        let pkcs8 = generate_pkcs8(algorithm).ok_or(SignError::Generation { algorithm })?;
        Ok((Self::from_pkcs8(algorithm, &pkcs8)?, pkcs8))
    }

    /// Returns the algorithm of its signatures.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Returns its public key with `alg`, `use` and `kid`.
    pub const fn public_jwk(&self) -> &Jwk {
        &self.jwk
    }

    /// Returns the thumbprint of its public key.
    pub const fn thumbprint(&self) -> Thumbprint {
        self.thumbprint
    }

    /// Returns its key id: the thumbprint, unless [`Self::with_kid`] set another.
    pub fn kid(&self) -> &str {
        self.jwk.kid.as_deref().unwrap_or_default()
    }

    /// Replaces the key id.
    pub fn with_kid(mut self, kid: impl Into<String>) -> Self {
        self.jwk.kid = Some(kid.into());
        self
    }

    /// Signs a payload into a compact JWS with `alg`, `kid` and the members of `header`. A `kid` in
    /// `header` replaces the key's; an `alg` must be the key's.
    pub fn sign(&self, header: &impl Serialize, payload: &[u8]) -> Result<String, SignError> {
        let header = self.header(header)?;
        self.sign_with(&header, payload)
    }

    /// Encodes a header for this key, which can be used for many signatures.
    pub fn header(&self, members: &impl Serialize) -> Result<HeaderSegment, SignError> {
        let Ok(Value::Object(members)) = serde_json::to_value(members) else {
            return Err(SignError::Header);
        };
        let mut header = Map::new();
        header.insert("kid".into(), self.kid().into());
        header.extend(members);
        let alg = Value::from(self.algorithm.as_str());
        if header.insert("alg".into(), alg.clone()).is_some_and(|given| given != alg) {
            return Err(SignError::AlgorithmMismatch { algorithm: self.algorithm });
        }
        let json = Value::Object(header).to_string();
        Ok(HeaderSegment { text: base64url(json), key: self.thumbprint, algorithm: self.algorithm })
    }

    /// Signs a payload into a compact JWS with a header that [`Self::header`] of this key encoded.
    pub fn sign_with(&self, header: &HeaderSegment, payload: &[u8]) -> Result<String, SignError> {
        if (header.key, header.algorithm) != (self.thumbprint, self.algorithm) {
            return Err(SignError::HeaderOfOtherKey);
        }
        let mut token = String::with_capacity(header.text.len() + payload.len() * 4 / 3 + 360);
        token.push_str(&header.text);
        token.push('.');
        base64url_into(payload, &mut token);
        let signature = self.sign_bytes(token.as_bytes())?;
        token.push('.');
        base64url_into(&signature, &mut token);
        Ok(token)
    }

    /// Returns the bare signature of `signing_input`.
    pub fn sign_bytes(&self, signing_input: &[u8]) -> Result<Vec<u8>, SignError> {
        let random = random::source();
        match &self.pair {
            Pair::Rsa(pair) => {
                let encoding = match self.algorithm {
                    Algorithm::Ps256 => &RSA_PSS_SHA256,
                    _ => &RSA_PKCS1_SHA256,
                };
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(encoding, &random, signing_input, &mut signature)
                    .map_err(|_| SignError::Failed)?;
                Ok(signature)
            }
            Pair::Ecdsa(pair) => pair
                .sign(&random, signing_input)
                .map(|signature| signature.as_ref().to_vec())
                .map_err(|_| SignError::Failed),
            Pair::Ed25519(pair) => pair
                .try_sign(signing_input)
                .map(|signature| signature.as_ref().to_vec())
                .map_err(|_| SignError::Failed),
        }
    }

    /// Combines this key with an encoded header for one `typ`.
    pub fn prepare(self: &Arc<Self>, typ: &str) -> Result<PreparedSigner, SignError> {
        let header = self.header(&serde_json::json!({ "typ": typ }))?;
        Ok(PreparedSigner { key: Arc::clone(self), header })
    }

    fn new(algorithm: Algorithm, pair: Pair) -> Result<Self, SignError> {
        let key = match (&pair, algorithm) {
            (Pair::Rsa(pair), _) => PublicKey::from_rsa_der(pair.public_key().as_ref()),
            (Pair::Ecdsa(pair), Algorithm::Es384) => {
                PublicKey::from_point(Curve::P384, pair.public_key().as_ref())
            }
            (Pair::Ecdsa(pair), _) => {
                PublicKey::from_point(Curve::P256, pair.public_key().as_ref())
            }
            (Pair::Ed25519(pair), _) => {
                Ok(PublicKey::Ed25519(crate::digest::fixed(pair.public_key().as_ref())))
            }
        };
        let mut jwk = Jwk::new(key.map_err(|_| SignError::KeyRejected { algorithm })?);
        let thumbprint = jwk.thumbprint();
        jwk.kid = Some(thumbprint.to_string());
        jwk.alg = Some(algorithm.as_str().to_owned());
        jwk.key_use = Some(KeyUse::Signature);
        Ok(Self { algorithm, pair, jwk, thumbprint })
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({} {})", self.algorithm, self.thumbprint)
    }
}

/// An encoded JWS header, bound to the key that encoded it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderSegment {
    text: String,
    key: Thumbprint,
    algorithm: Algorithm,
}

impl HeaderSegment {
    /// Returns the base64url text of the header.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// A parsed key and an encoded header, ready for the hot path.
#[derive(Clone, Debug)]
pub struct PreparedSigner {
    key: Arc<SigningKey>,
    header: HeaderSegment,
}

impl PreparedSigner {
    /// Signs a payload into a compact JWS.
    pub fn sign(&self, payload: &[u8]) -> Result<String, SignError> {
        self.key.sign_with(&self.header, payload)
    }

    /// Returns the key.
    pub fn key(&self) -> &SigningKey {
        &self.key
    }
}

/// The reason why signing, or the creation of a key, failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// Not a PKCS #8 private key for this algorithm.
    #[error("not a PKCS #8 private key for {algorithm}")]
    KeyRejected {
        /// The intended algorithm of the key.
        algorithm: Algorithm,
    },
    /// The generation of a key failed.
    #[error("the generation of a key for {algorithm} failed")]
    Generation {
        /// The intended algorithm of the key.
        algorithm: Algorithm,
    },
    /// The header is not a JSON object.
    #[error("the header is not a JSON object")]
    Header,
    /// The header has another `alg` than the key.
    #[error("the header names another algorithm than the key's, {algorithm}")]
    AlgorithmMismatch {
        /// The key's algorithm.
        algorithm: Algorithm,
    },
    /// Another key encoded the header.
    #[error("the header was encoded by another key")]
    HeaderOfOtherKey,
    /// The signing operation failed.
    #[error("signing failed")]
    Failed,
}

fn generate_pkcs8(algorithm: Algorithm) -> Option<Pkcs8> {
    let ecdsa = |signing: &'static EcdsaSigningAlgorithm| {
        let pair = EcdsaKeyPair::generate(signing).ok()?;
        Some(Zeroizing::new(pair.to_pkcs8v1().ok()?.as_ref().to_vec()))
    };
    match algorithm {
        Algorithm::Rs256 | Algorithm::Ps256 => {
            let pair = RsaKeyPair::generate(KeySize::Rsa2048).ok()?;
            Some(Zeroizing::new(pair.as_der().ok()?.as_ref().to_vec()))
        }
        Algorithm::Es256 => ecdsa(&ECDSA_P256_SHA256_FIXED_SIGNING),
        Algorithm::Es384 => ecdsa(&ECDSA_P384_SHA384_FIXED_SIGNING),
        Algorithm::EdDsa => {
            // PKCS #8 version 1: OpenSSL and libraries based on it cannot read version 2
            // (RFC 5958).
            let pair = Ed25519KeyPair::generate().ok()?;
            Some(Zeroizing::new(pair.to_pkcs8v1().ok()?.as_ref().to_vec()))
        }
    }
}
