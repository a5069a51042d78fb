//! Authenticated encryption for sealed tokens, cookies and stored secrets.

mod derived;
mod purpose;

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::hkdf;
use zeroize::Zeroizing;

use crate::digest::{base64url, base64url_decode, fixed, sha256};
use crate::random;
use derived::{DerivedKeys, ExtractedRoot, Format};

pub use purpose::Purpose;

/// Bytes that sealing adds to the plaintext: format, key id, nonce and tag.
pub const OVERHEAD: usize = 1 + KEY_ID_LENGTH + NONCE_LENGTH + TAG_LENGTH;
/// Bytes of plaintext that can be sealed at once.
pub const PLAINTEXT_LENGTH_MAX: usize = 256 * 1024;

const KEY_ID_LENGTH: usize = 4;
const NONCE_LENGTH: usize = 12;
const TAG_LENGTH: usize = 16;

/// The identifier of a root key in every sealed text.
pub type KeyId = [u8; KEY_ID_LENGTH];

/// The secret from which every sealing key is derived. Wiped when dropped.
#[derive(Clone)]
pub struct RootKey(Zeroizing<[u8; 32]>);

impl RootKey {
    /// Creates a root key from 32 secret random bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Generates a root key.
    pub fn generate() -> Result<Self, SealError> {
        let mut key = Self(Zeroizing::new([0; 32]));
        random::fill(key.0.as_mut()).map_err(|_| SealError::Failed)?;
        Ok(key)
    }

    /// Returns the bytes, to be written to the root key file.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Returns the identifier of the key, the first bytes of a hash.
    pub fn key_id(&self) -> KeyId {
        let labelled =
            Zeroizing::new([b"admit root key id".as_slice(), self.0.as_slice()].concat());
        fixed(&sha256(&labelled))
    }

    /// Creates a sealer for a tenant and a purpose with this key only.
    pub fn sealer(&self, tenant: [u8; 16], purpose: Purpose) -> Result<Sealer, SealError> {
        Keyring::new(self.clone(), Vec::new())?.sealer(tenant, purpose)
    }

    fn extract(&self) -> hkdf::Prk {
        hkdf::Salt::new(hkdf::HKDF_SHA256, b"admit root key").extract(self.0.as_slice())
    }
}

impl fmt::Debug for RootKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RootKey")
    }
}

/// The current root key and earlier ones. The current key seals; all keys open.
#[derive(Clone)]
pub struct Keyring {
    roots: Arc<[Arc<ExtractedRoot>]>,
}

impl Keyring {
    /// Creates a keyring. Two keys with the same identifier are an error.
    pub fn new(current: RootKey, earlier: Vec<RootKey>) -> Result<Self, SealError> {
        let mut roots: Vec<Arc<ExtractedRoot>> = Vec::with_capacity(earlier.len() + 1);
        for root in std::iter::once(current).chain(earlier) {
            let id = root.key_id();
            if roots.iter().any(|other| other.id == id) {
                return Err(SealError::SameKeyId(id));
            }
            roots.push(Arc::new(ExtractedRoot { id, secret: root.extract() }));
        }
        Ok(Self { roots: roots.into() })
    }

    /// Creates a sealer for a tenant and a purpose. Keep it: it derives its keys once.
    ///
    /// # Errors
    /// The keyring is empty.
    pub fn sealer(&self, tenant: [u8; 16], purpose: Purpose) -> Result<Sealer, SealError> {
        let keys = |root: &Arc<_>| DerivedKeys::new(Arc::clone(root), tenant, purpose);
        let keys: Arc<[DerivedKeys]> = self.roots.iter().map(keys).collect();
        if keys.is_empty() { Err(SealError::Failed) } else { Ok(Sealer { keys }) }
    }

    /// Returns the identifiers of the keys. The first one is that of the current key.
    pub fn key_ids(&self) -> impl Iterator<Item = KeyId> {
        self.roots.iter().map(|root| root.id)
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keyring({})", self.roots.len())
    }
}

/// AES-256-GCM-SIV keys of a tenant and a purpose. Cheap to clone.
///
/// Sealing is deterministic: the nonce is a MAC of the plaintext. A retried request therefore gets
/// the same text. Two plaintexts rarely have one nonce, and then only their tags differ: the
/// number of texts that one key may seal has no bound of practical importance (RFC 8452 §9).
#[derive(Clone)]
pub struct Sealer {
    keys: Arc<[DerivedKeys]>,
}

impl Sealer {
    /// Seals into base64url text.
    pub fn seal(&self, plaintext: &[u8]) -> Result<String, SealError> {
        self.seal_bytes(plaintext).map(base64url)
    }

    /// Opens the result of [`Self::seal`].
    pub fn open(&self, text: &str) -> Result<Vec<u8>, OpenError> {
        if text.len() > (PLAINTEXT_LENGTH_MAX + OVERHEAD).div_ceil(3) * 4 {
            return Err(OpenError::Malformed);
        }
        let sealed = base64url_decode(text).map_err(|_| OpenError::Malformed)?;
        self.open_vec(sealed)
    }

    /// Seals into bytes: format ‖ key id ‖ nonce ‖ ciphertext and tag.
    pub fn seal_bytes(&self, plaintext: &[u8]) -> Result<Vec<u8>, SealError> {
        if plaintext.len() > PLAINTEXT_LENGTH_MAX {
            return Err(SealError::TooLong);
        }
        let sealed = self.keys.first().and_then(|keys| keys.of(Format::GcmSiv)?.seal(plaintext));
        sealed.ok_or(SealError::Failed)
    }

    /// Returns whether [`Self::seal_bytes`] would give this text: it is sealed with the current key
    /// and in the current format.
    pub fn is_current(&self, sealed: &[u8]) -> bool {
        let current = self.keys.first().map(DerivedKeys::id);
        Format::of(sealed) == Some(Format::GcmSiv) && key_id_of(sealed) == current
    }

    /// Returns a keyed digest of the input. The current key computes the first one, each earlier
    /// key one more. Releases with the first format of sealing computed the same digests.
    pub fn digests(&self, input: &[u8]) -> impl Iterator<Item = [u8; 32]> {
        let sealed = self.keys.iter().filter_map(|keys| keys.of(Format::Gcm)?.seal(input));
        sealed.map(|sealed| sha256(&sealed))
    }

    /// Opens the result of [`Self::seal_bytes`] into memory that is wiped when dropped.
    pub fn open_bytes(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        self.open_vec(sealed.to_vec()).map(Zeroizing::new)
    }

    fn open_vec(&self, sealed: Vec<u8>) -> Result<Vec<u8>, OpenError> {
        if sealed.len() < OVERHEAD || sealed.len() > PLAINTEXT_LENGTH_MAX + OVERHEAD {
            return Err(OpenError::Malformed);
        }
        let (Some(format), Some(id)) = (Format::of(&sealed), key_id_of(&sealed)) else {
            return Err(OpenError::Malformed);
        };
        let keys = self.keys.iter().find(|keys| keys.id() == id).ok_or(OpenError::OtherKey(id))?;
        let opened = keys.of(format).and_then(|key| key.open(sealed));
        opened.ok_or(OpenError::NotAuthentic)
    }
}

/// Returns the identifier of the root key with which bytes are sealed.
pub fn key_id_of(sealed: &[u8]) -> Option<KeyId> {
    sealed.get(1..=KEY_ID_LENGTH).map(fixed)
}

/// Returns the identifier of a root key as logs and messages write it: eight hexadecimal digits.
pub fn key_id_text(id: KeyId) -> String {
    format!("{:08x}", u32::from_be_bytes(id))
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealer({})", self.keys.len())
    }
}

/// The reason why sealing, or the creation of a sealer, failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// More than [`PLAINTEXT_LENGTH_MAX`] bytes.
    #[error("more than {PLAINTEXT_LENGTH_MAX} bytes cannot be sealed")]
    TooLong,
    /// Two root keys have the same identifier. Most likely one key is given twice.
    #[error("two root keys have the same id ({})", key_id_text(*.0))]
    SameKeyId(KeyId),
    /// The cipher, derivation or random source failed.
    #[error("sealing failed")]
    Failed,
}

/// The reason why a sealed text was not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Not a sealed text of this format.
    #[error("not a sealed text")]
    Malformed,
    /// Sealed with a root key that is not in the keyring.
    #[error("sealed with another root key ({})", key_id_text(*.0))]
    OtherKey(KeyId),
    /// Altered, or sealed for another tenant or purpose.
    #[error("altered, or sealed for another tenant or purpose")]
    NotAuthentic,
}
