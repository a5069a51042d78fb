//! A private key that signs, parsed once; and JWS compact serialization (RFC 7515 §7.1).

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

/// A private key in PKCS #8 DER, wiped when dropped.
pub type Pkcs8 = Zeroizing<Vec<u8>>;

/// A private key for one algorithm. Signing never parses it again.
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
    /// Parses a PKCS #8 private key, which must be of the algorithm's kind.
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

    /// Makes a new key (RSA: 2048 bits) and its PKCS #8 form to keep.
    pub fn generate(algorithm: Algorithm) -> Result<(Self, Pkcs8), SignError> {
        let pkcs8 = generate_pkcs8(algorithm).ok_or(SignError::Generation { algorithm })?;
        Ok((Self::from_pkcs8(algorithm, &pkcs8)?, pkcs8))
    }

    /// The algorithm it signs with.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Its public key with `alg`, `use` and `kid`.
    pub const fn public_jwk(&self) -> &Jwk {
        &self.jwk
    }

    /// The thumbprint of its public key.
    pub const fn thumbprint(&self) -> Thumbprint {
        self.thumbprint
    }

    /// Its key id: the thumbprint, unless another was given.
    pub fn kid(&self) -> &str {
        self.jwk.kid.as_deref().unwrap_or_default()
    }

    /// The same key under another key id.
    pub fn with_kid(mut self, kid: impl Into<String>) -> Self {
        self.jwk.kid = Some(kid.into());
        self
    }

    /// A compact JWS with `alg`, `kid` and the members of `header`; `header` may repeat `alg`,
    /// not contradict it, and may name another `kid`.
    pub fn sign(&self, header: &impl Serialize, payload: &[u8]) -> Result<String, SignError> {
        let header = self.header(header)?;
        self.sign_with(&header, payload)
    }

    /// The encoded header for this key, made once and used for many signatures.
    pub fn header(&self, members: &impl Serialize) -> Result<HeaderSegment, SignError> {
        let Ok(Value::Object(given)) = serde_json::to_value(members) else {
            return Err(SignError::Header);
        };
        let mut header = Map::new();
        header.insert("kid".into(), self.kid().into());
        header.extend(given);
        let own = Value::from(self.algorithm.as_str());
        if header.insert("alg".into(), own.clone()).is_some_and(|given| given != own) {
            return Err(SignError::AlgorithmMismatch { algorithm: self.algorithm });
        }
        let json = Value::Object(header).to_string();
        Ok(HeaderSegment { text: base64url(json), key: self.thumbprint, algorithm: self.algorithm })
    }

    /// A compact JWS under a header made before by this key: encodes the payload, and signs.
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

    /// The bare signature over `signing_input`.
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

    /// This key with the header for one `typ` encoded once.
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

/// An encoded JWS header, bound to the key that it was made for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderSegment {
    text: String,
    key: Thumbprint,
    algorithm: Algorithm,
}

impl HeaderSegment {
    /// The base64url text of the header.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// A parsed key and an encoded header: what the hot path holds.
#[derive(Clone, Debug)]
pub struct PreparedSigner {
    key: Arc<SigningKey>,
    header: HeaderSegment,
}

impl PreparedSigner {
    /// A compact JWS of `payload`.
    pub fn sign(&self, payload: &[u8]) -> Result<String, SignError> {
        self.key.sign_with(&self.header, payload)
    }

    /// The key it signs with.
    pub fn key(&self) -> &SigningKey {
        &self.key
    }
}

/// Why something was not signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// Not a PKCS #8 private key for this algorithm.
    #[error("not a PKCS #8 private key for {algorithm}")]
    KeyRejected {
        /// What the key was to be for.
        algorithm: Algorithm,
    },
    /// No key could be made.
    #[error("no key for {algorithm} could be made")]
    Generation {
        /// What the key was to be for.
        algorithm: Algorithm,
    },
    /// The header is not a JSON object.
    #[error("the header is not a JSON object")]
    Header,
    /// The header names another algorithm than the key's.
    #[error("the header names another algorithm than the key's, {algorithm}")]
    AlgorithmMismatch {
        /// The key's algorithm.
        algorithm: Algorithm,
    },
    /// The header was made by another key.
    #[error("the header was made by another key")]
    HeaderOfOtherKey,
    /// The signature itself failed.
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
            // Version 1: OpenSSL and what builds on it do not read the other (RFC 5958).
            let pair = Ed25519KeyPair::generate().ok()?;
            Some(Zeroizing::new(pair.to_pkcs8v1().ok()?.as_ref().to_vec()))
        }
    }
}
