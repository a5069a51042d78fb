//! Public keys as JSON (RFC 7517, RFC 7518 §6, RFC 8037 §2) and their thumbprints (RFC 7638).

mod parse;
mod roca;
mod spki;

use std::fmt;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::digest::{base64url, sha256};
use crate::json::JsonError;

/// A public key. It cannot hold a private or a symmetric key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jwk {
    /// The public key.
    pub key: PublicKey,
    /// `kid`, if present.
    pub kid: Option<String>,
    /// `alg`, if present: the only algorithm that the key may be used with. May be any text.
    pub alg: Option<String>,
    /// `use`, if present.
    pub key_use: Option<KeyUse>,
    /// `x5t`: SHA-1 of its certificate.
    pub x5t: Option<[u8; 20]>,
    /// `x5t#S256`: SHA-256 of its certificate.
    pub x5t_s256: Option<[u8; 32]>,
}

/// The numbers of a public key. Only parsing creates one, so it is always within the limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublicKey {
    /// RSA of 2048 to 8192 bits.
    #[non_exhaustive]
    Rsa {
        /// The modulus, big-endian, in its shortest form.
        n: Vec<u8>,
        /// The exponent, big-endian, odd, at least 3.
        e: Vec<u8>,
    },
    /// A point of P-256 or P-384. Its first use checks that it is on the curve.
    #[non_exhaustive]
    Ec {
        /// The curve.
        curve: Curve,
        /// The first coordinate, of the curve's width.
        x: Vec<u8>,
        /// The second coordinate, of the curve's width.
        y: Vec<u8>,
    },
    /// Ed25519, for signatures.
    Ed25519([u8; 32]),
    /// X25519, for key agreement in JWE only.
    X25519([u8; 32]),
}

/// A supported curve of RFC 7518 §6.2.1.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Curve {
    /// NIST P-256.
    P256,
    /// NIST P-384.
    P384,
}

impl Curve {
    /// Returns the `crv` value.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
        }
    }

    /// Returns the length of a coordinate in bytes.
    pub const fn width(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
        }
    }
}

/// The purpose of a key (`use`, RFC 7517 §4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyUse {
    /// `sig`.
    Signature,
    /// `enc`.
    Encryption,
}

impl KeyUse {
    /// Returns the `use` value.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Signature => "sig",
            Self::Encryption => "enc",
        }
    }
}

/// The kind of a key, as shown in error messages and explanations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// RSA.
    Rsa,
    /// EC with its curve.
    Ec(Curve),
    /// Ed25519.
    Ed25519,
    /// X25519.
    X25519,
    /// A shared secret (JWE only).
    Symmetric,
}

impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rsa => "RSA",
            Self::Ec(curve) => curve.as_str(),
            Self::Ed25519 => "Ed25519",
            Self::X25519 => "X25519",
            Self::Symmetric => "symmetric",
        })
    }
}

/// The SHA-256 thumbprint of a public key (RFC 7638). Displayed as base64url.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Thumbprint(pub [u8; 32]);

impl fmt::Display for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base64url(self.0))
    }
}

impl PublicKey {
    /// Returns the kind of the key.
    pub const fn kind(&self) -> KeyKind {
        match self {
            Self::Rsa { .. } => KeyKind::Rsa,
            Self::Ec { curve, .. } => KeyKind::Ec(*curve),
            Self::Ed25519(_) => KeyKind::Ed25519,
            Self::X25519(_) => KeyKind::X25519,
        }
    }

    /// Returns the required members, sorted by name (RFC 7638 §3.2, RFC 8037 §2).
    fn members(&self) -> Vec<(&'static str, String)> {
        let okp = |crv: &str, x: &[u8; 32]| {
            vec![("crv", crv.to_owned()), ("kty", "OKP".to_owned()), ("x", base64url(x))]
        };
        match self {
            Self::Rsa { n, e } => {
                vec![("e", base64url(e)), ("kty", "RSA".to_owned()), ("n", base64url(n))]
            }
            Self::Ec { curve, x, y } => vec![
                ("crv", curve.as_str().to_owned()),
                ("kty", "EC".to_owned()),
                ("x", base64url(x)),
                ("y", base64url(y)),
            ],
            Self::Ed25519(x) => okp("Ed25519", x),
            Self::X25519(x) => okp("X25519", x),
        }
    }

    /// Returns `04 ‖ x ‖ y` for an EC key and the raw key for an OKP key. Empty for RSA.
    pub(crate) fn encoded_point(&self) -> Vec<u8> {
        match self {
            Self::Rsa { .. } => Vec::new(),
            Self::Ec { x, y, .. } => [&[4], x.as_slice(), y.as_slice()].concat(),
            Self::Ed25519(x) | Self::X25519(x) => x.to_vec(),
        }
    }
}

impl Jwk {
    /// Creates a JWK without optional members.
    pub const fn new(key: PublicKey) -> Self {
        Self { key, kid: None, alg: None, key_use: None, x5t: None, x5t_s256: None }
    }

    /// Returns the thumbprint of the key, over its required members only (RFC 7638 §3).
    pub fn thumbprint(&self) -> Thumbprint {
        // Every value is base64url or the name of a curve, so none needs escaping.
        let members: Vec<String> = self
            .key
            .members()
            .iter()
            .map(|(name, value)| format!("\"{name}\":\"{value}\""))
            .collect();
        Thumbprint(sha256(format!("{{{}}}", members.join(",")).as_bytes()))
    }

    /// Returns the key as a JSON object.
    pub fn to_json(&self) -> serde_json::Value {
        let members = self.all_members().into_iter();
        members.map(|(name, value)| (name, serde_json::Value::String(value))).collect()
    }

    fn all_members(&self) -> Vec<(&'static str, String)> {
        let optional = [
            ("kid", self.kid.clone()),
            ("alg", self.alg.clone()),
            ("use", self.key_use.map(|key_use| key_use.as_str().to_owned())),
            ("x5t", self.x5t.map(base64url)),
            ("x5t#S256", self.x5t_s256.map(base64url)),
        ];
        let optional = optional.into_iter().filter_map(|(name, value)| Some((name, value?)));
        self.key.members().into_iter().chain(optional).collect()
    }
}

impl Serialize for Jwk {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let members = self.all_members();
        let mut map = serializer.serialize_map(Some(members.len()))?;
        for (name, value) in members {
            map.serialize_entry(name, &value)?;
        }
        map.end()
    }
}

/// The reason why a text is not an acceptable public key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwkError {
    /// Longer than the limit.
    #[error("the key is longer than {0} bytes")]
    TooLong(usize),
    /// Not an acceptable JSON object.
    #[error("the key is {0}")]
    Json(#[from] JsonError),
    /// A member that the key type requires is missing.
    #[error("the key has no {0:?}")]
    Missing(&'static str),
    /// A member has a wrong type or value.
    #[error("the key's {0:?} is malformed")]
    Malformed(&'static str),
    /// The text contains the private key, which therefore is no longer a secret.
    #[error("the key comes with its private {0:?}; send the public key only")]
    Private(&'static str),
    /// A symmetric key. Only public keys are accepted.
    #[error("the key is symmetric (kty \"oct\"); only public keys are accepted")]
    Symmetric,
    /// A key type or curve that is not supported.
    #[error("keys of type {0:?} are not supported")]
    UnknownType(String),
    /// An RSA modulus below 2048 or above 8192 bits.
    #[error("the RSA key has {0} bits; 2048 to 8192 are accepted")]
    RsaSize(usize),
    /// An RSA exponent that is even, below 3, or 2^33 and above.
    #[error("the RSA key's exponent must be odd, at least 3 and below 2^33")]
    RsaExponent,
    /// An RSA modulus that can be factored (ROCA).
    #[error("the RSA key was generated by a library whose keys can be factored (CVE-2017-15361)")]
    Roca,
    /// Not DER or PEM of a public key.
    #[error("not a public key in the form of a SubjectPublicKeyInfo")]
    NotSpki,
    /// A set that repeats a key id.
    #[error("the set has two keys with the kid {0:?}")]
    DuplicateKid(String),
    /// A set with more keys than the limit.
    #[error("the set has more than {0} keys")]
    TooMany(usize),
}
