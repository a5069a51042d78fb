//! JWE in compact serialization (RFC 7516), for request objects and ID tokens.
//!
//! RSA1_5, PBES2 and `zip` have no variant, so they are refused before any cryptography.

mod agreement;
mod content;
mod header;
mod key;
mod wrap;

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use crate::digest::{base64url, base64url_decode};
use crate::json::{self, JsonError};
use crate::jwk::{JwkError, KeyKind};
use crate::random;
pub use content::ContentEncryption;
pub use header::Header;
pub use key::{DecryptionKey, EncryptionKey};

/// The management of the content encryption key (`alg`, RFC 7518 §4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyManagement {
    /// `dir`: both parties share the content encryption key.
    Direct,
    /// `A128KW`.
    A128Kw,
    /// `A256KW`.
    A256Kw,
    /// `RSA-OAEP`, which uses SHA-1.
    RsaOaep,
    /// `RSA-OAEP-256`.
    RsaOaep256,
    /// `ECDH-ES`: the agreed key is the content encryption key.
    EcdhEs,
    /// `ECDH-ES+A128KW`.
    EcdhEsA128Kw,
    /// `ECDH-ES+A256KW`.
    EcdhEsA256Kw,
}

impl KeyManagement {
    /// Every variant, in the order in which metadata lists them.
    pub const ALL: [Self; 8] = [
        Self::RsaOaep,
        Self::RsaOaep256,
        Self::EcdhEs,
        Self::EcdhEsA128Kw,
        Self::EcdhEsA256Kw,
        Self::Direct,
        Self::A128Kw,
        Self::A256Kw,
    ];

    /// Returns the `alg` value.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Direct => "dir",
            Self::A128Kw => "A128KW",
            Self::A256Kw => "A256KW",
            Self::RsaOaep => "RSA-OAEP",
            Self::RsaOaep256 => "RSA-OAEP-256",
            Self::EcdhEs => "ECDH-ES",
            Self::EcdhEsA128Kw => "ECDH-ES+A128KW",
            Self::EcdhEsA256Kw => "ECDH-ES+A256KW",
        }
    }

    /// Returns whether the token has no encrypted key (RFC 7516 §5.2 steps 9 to 12).
    const fn is_direct(self) -> bool {
        matches!(self, Self::Direct | Self::EcdhEs)
    }
}

impl fmt::Display for KeyManagement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for KeyManagement {
    type Err = JweError;

    fn from_str(text: &str) -> Result<Self, JweError> {
        let management = Self::ALL.into_iter().find(|one| one.as_str() == text);
        management.ok_or_else(|| JweError::UnknownAlgorithm(text.chars().take(32).collect()))
    }
}

/// Encrypts `plaintext` into a compact JWE. `header` has the members beside `alg`, `enc`, `epk`.
pub fn encrypt(
    key: &EncryptionKey,
    management: KeyManagement,
    content: ContentEncryption,
    header: &impl Serialize,
    plaintext: &[u8],
) -> Result<String, JweError> {
    let Ok(Value::Object(mut header)) = serde_json::to_value(header) else {
        return Err(JweError::HeaderNotAnObject);
    };
    let reserved = ["alg", "enc", "epk", "zip", "crit"];
    if let Some(name) = reserved.into_iter().find(|name| header.contains_key(*name)) {
        return Err(JweError::Refused(name));
    }
    header.insert("alg".into(), management.as_str().into());
    header.insert("enc".into(), content.as_str().into());
    let (cek, encrypted_key) = wrap::wrap(key, management, content, &mut header)?;
    let mut iv = vec![0; content.iv_length()];
    random::fill(&mut iv).map_err(|_| JweError::Failed)?;
    let protected = base64url(Value::Object(header).to_string());
    let (ciphertext, tag) = content
        .key(&cek)
        .and_then(|key| key.encrypt(&iv, protected.as_bytes(), plaintext))
        .ok_or(JweError::Failed)?;
    let rest = [encrypted_key, iv, ciphertext, tag].map(base64url);
    Ok(format!("{protected}.{}", rest.join(".")))
}

/// A parsed compact JWE.
pub struct CompactJwe<'a> {
    header: Header,
    protected: &'a str,
    encrypted_key: Vec<u8>,
    iv: Vec<u8>,
    ciphertext: Vec<u8>,
    tag: Vec<u8>,
}

impl<'a> CompactJwe<'a> {
    /// Parses a token of at most `length_max` bytes.
    pub fn parse(token: &'a str, length_max: usize) -> Result<Self, JweError> {
        if token.len() > length_max {
            return Err(JweError::TooLong { length_max });
        }
        let mut segments = token.split('.');
        let mut next = || segments.next();
        let (Some(protected), Some(encrypted_key), Some(iv), Some(ciphertext), Some(tag), None) =
            (next(), next(), next(), next(), next(), next())
        else {
            return Err(JweError::Segments(token.split('.').count()));
        };
        let header = Header::from_members(&json::object(&decode(protected, 1)?)?)?;
        Ok(Self {
            header,
            protected,
            encrypted_key: decode(encrypted_key, 2)?,
            iv: decode(iv, 3)?,
            ciphertext: decode(ciphertext, 4)?,
            tag: decode(tag, 5)?,
        })
    }

    /// Returns the header, which is unauthenticated until decryption succeeds.
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// Decrypts into memory that is wiped when dropped. Every failure of the decryption itself is
    /// [`JweError::NotAuthentic`], so that an attacker does not learn which step failed (RFC 7516
    /// §11.5).
    pub fn decrypt(&self, key: &DecryptionKey) -> Result<Zeroizing<Vec<u8>>, JweError> {
        let content = self.header.enc;
        if self.iv.len() != content.iv_length() || self.tag.len() != content.tag_length() {
            return Err(JweError::NotAuthentic);
        }
        let cek = wrap::unwrap(key, &self.header, &self.encrypted_key)?;
        let aad = self.protected.as_bytes();
        content
            .key(&cek)
            .and_then(|key| key.decrypt(&self.iv, aad, &self.ciphertext, &self.tag))
            .ok_or(JweError::NotAuthentic)
    }
}

impl fmt::Debug for CompactJwe<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompactJwe").field("header", &self.header).finish_non_exhaustive()
    }
}

/// The reason why encryption or decryption failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JweError {
    /// Longer than the caller's limit.
    #[error("the token is longer than {length_max} bytes")]
    TooLong {
        /// The limit.
        length_max: usize,
    },
    /// A number of segments other than five. Three segments are a JWS.
    #[error("the token has {0} segments where an encrypted one has 5")]
    Segments(usize),
    /// A segment that is not base64url, counted from 1.
    #[error("segment {0} is not base64url")]
    NotBase64Url(usize),
    /// The header is not an acceptable JSON object.
    #[error("the header is {0}")]
    Header(#[from] JsonError),
    /// The caller's header is not a JSON object.
    #[error("the header is not a JSON object")]
    HeaderNotAnObject,
    /// A required header member is missing.
    #[error("the header has no {0:?}")]
    Missing(&'static str),
    /// A header member has a wrong type or value.
    #[error("the header's {0:?} is malformed")]
    Malformed(&'static str),
    /// A header member that is refused with any value.
    #[error("the header's {0:?} is refused")]
    Refused(&'static str),
    /// `alg` or `enc` is not supported.
    #[error("the encryption algorithm {0:?} is not supported")]
    UnknownAlgorithm(String),
    /// The algorithm needs another kind of key.
    #[error("alg {algorithm} is not possible with a key of type {kind}")]
    AlgorithmNotOfKind {
        /// The requested algorithm.
        algorithm: KeyManagement,
        /// The kind of the key.
        kind: KeyKind,
    },
    /// The key was registered for another algorithm.
    #[error("alg {algorithm} is not possible with a key for {required_alg:?} only")]
    AlgorithmNotOfKey {
        /// The requested algorithm.
        algorithm: KeyManagement,
        /// The key's own `alg`.
        required_alg: String,
    },
    /// A symmetric key of another length than the algorithm's.
    #[error("the key has {received} bytes where {expected} are needed")]
    KeyLength {
        /// Bytes that the algorithm needs.
        expected: usize,
        /// Bytes that the key has.
        received: usize,
    },
    /// The key is for signatures, or of an unsupported type.
    #[error("the key cannot be used for encryption")]
    KeyRejected,
    /// The ephemeral key or the recipient's key is not accepted.
    #[error("the public key: {0}")]
    Jwk(#[from] JwkError),
    /// Encrypted for another key, or altered.
    #[error("encrypted for another key, or altered")]
    NotAuthentic,
    /// The cipher or random source failed.
    #[error("encryption failed")]
    Failed,
}

fn decode(segment: &str, number: usize) -> Result<Vec<u8>, JweError> {
    base64url_decode(segment).map_err(|_| JweError::NotBase64Url(number))
}

/// Checks the algorithm against the `alg` of the key. For a shared content encryption key that is
/// the `enc` (RFC 7520 §5.6).
fn check_required_alg(
    required_alg: Option<&str>,
    algorithm: KeyManagement,
    content: ContentEncryption,
) -> Result<(), JweError> {
    let is_permitted = |required| {
        required == algorithm.as_str()
            || (algorithm == KeyManagement::Direct && required == content.as_str())
    };
    match required_alg {
        Some(required) if !is_permitted(required) => {
            Err(JweError::AlgorithmNotOfKey { algorithm, required_alg: required.to_owned() })
        }
        _ => Ok(()),
    }
}

/// Returns an optional header member, which must be text.
fn text<'a>(
    members: &'a Map<String, Value>,
    name: &'static str,
) -> Result<Option<&'a str>, JweError> {
    match members.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(JweError::Malformed(name)),
    }
}
