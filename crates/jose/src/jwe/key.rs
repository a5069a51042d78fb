//! Keys for encryption and for decryption.

use std::fmt;

use aws_lc_rs::agreement::{self, ECDH_P256, ECDH_P384, X25519};
use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::{
    KeyPair, KeyPairComponents, OaepPrivateDecryptingKey, OaepPublicEncryptingKey,
    PrivateDecryptingKey, PublicEncryptingKey, PublicKeyComponents,
};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::JweError;
use crate::digest::{base64url_decode, fixed};
use crate::json;
use crate::jwk::{Curve, Jwk, KeyKind, KeyUse, PublicKey};

/// The key of a sender: the recipient's public key, or a shared key.
pub struct EncryptionKey {
    pub(super) kind: KeyKind,
    pub(super) required_alg: Option<String>,
    pub(super) material: EncryptionMaterial,
}

pub(super) enum EncryptionMaterial {
    Symmetric(Zeroizing<Vec<u8>>),
    Rsa(OaepPublicEncryptingKey),
    Agreement(PublicKey),
}

impl EncryptionKey {
    /// Parses a recipient's public key. A key for signatures is an error.
    pub fn new(jwk: &Jwk) -> Result<Self, JweError> {
        if jwk.key_use == Some(KeyUse::Signature) {
            return Err(JweError::KeyRejected);
        }
        let material = match &jwk.key {
            PublicKey::Rsa { n, e } => {
                let key: PublicEncryptingKey =
                    PublicKeyComponents { n, e }.try_into().map_err(|_| JweError::KeyRejected)?;
                let key = OaepPublicEncryptingKey::new(key).map_err(|_| JweError::KeyRejected)?;
                EncryptionMaterial::Rsa(key)
            }
            PublicKey::Ed25519(_) => return Err(JweError::KeyRejected),
            key @ (PublicKey::Ec { .. } | PublicKey::X25519(_)) => {
                EncryptionMaterial::Agreement(key.clone())
            }
        };
        Ok(Self { kind: jwk.key.kind(), required_alg: jwk.alg.clone(), material })
    }

    /// Creates a shared key.
    pub fn symmetric(key: &[u8]) -> Self {
        let material = EncryptionMaterial::Symmetric(Zeroizing::new(key.to_vec()));
        Self { kind: KeyKind::Symmetric, required_alg: None, material }
    }
}

impl fmt::Debug for EncryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EncryptionKey({})", self.kind)
    }
}

/// The key of a recipient, parsed once.
pub struct DecryptionKey {
    pub(super) kind: KeyKind,
    pub(super) required_alg: Option<String>,
    pub(super) material: DecryptionMaterial,
    public: Option<Jwk>,
}

pub(super) enum DecryptionMaterial {
    Symmetric(Zeroizing<Vec<u8>>),
    Rsa(OaepPrivateDecryptingKey),
    Agreement(agreement::PrivateKey),
}

impl DecryptionKey {
    /// Parses a PKCS #8 private key: RSA, P-256 or P-384.
    pub fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, JweError> {
        if let Ok(key) = PrivateDecryptingKey::from_pkcs8(pkcs8) {
            return Self::rsa(key);
        }
        let curves = [(Curve::P256, &ECDH_P256), (Curve::P384, &ECDH_P384)];
        for (curve, algorithm) in curves {
            if let Ok(key) = agreement::PrivateKey::from_private_key_der(algorithm, pkcs8) {
                return Self::agreement(KeyKind::Ec(curve), key);
            }
        }
        Err(JweError::KeyRejected)
    }

    /// Creates a shared key.
    pub fn symmetric(key: &[u8]) -> Self {
        let material = DecryptionMaterial::Symmetric(Zeroizing::new(key.to_vec()));
        Self { kind: KeyKind::Symmetric, required_alg: None, material, public: None }
    }

    /// Parses a private or symmetric JWK of this service. Never pass a key from a request.
    pub fn from_private_jwk(json: &[u8]) -> Result<Self, JweError> {
        let members = json::object(json)?;
        let text = |name| super::text(&members, name)?.ok_or(JweError::Missing(name));
        let mut key = match text("kty")? {
            "oct" => Self::symmetric(&number(&members, "k")?),
            "RSA" => Self::rsa(rsa_from_members(&members)?)?,
            "EC" | "OKP" => {
                let (kind, algorithm) = match text("crv")? {
                    "P-256" => (KeyKind::Ec(Curve::P256), &ECDH_P256),
                    "P-384" => (KeyKind::Ec(Curve::P384), &ECDH_P384),
                    "X25519" => (KeyKind::X25519, &X25519),
                    _ => return Err(JweError::KeyRejected),
                };
                let d = number(&members, "d")?;
                let key = agreement::PrivateKey::from_private_key(algorithm, &d);
                Self::agreement(kind, key.map_err(|_| JweError::KeyRejected)?)?
            }
            _ => return Err(JweError::KeyRejected),
        };
        key.required_alg = super::text(&members, "alg")?.map(str::to_owned);
        Ok(key)
    }

    /// Returns the kind of the key.
    pub const fn kind(&self) -> KeyKind {
        self.kind
    }

    /// Returns the public key to publish. `None` for a symmetric key.
    pub const fn public_jwk(&self) -> Option<&Jwk> {
        self.public.as_ref()
    }

    fn rsa(key: PrivateDecryptingKey) -> Result<Self, JweError> {
        let rejected = |_| JweError::KeyRejected;
        let public = key.public_key().as_der().map_err(rejected)?;
        let public = for_publication(Jwk::from_spki_der(public.as_ref())?);
        let key = OaepPrivateDecryptingKey::new(key).map_err(rejected)?;
        let material = DecryptionMaterial::Rsa(key);
        Ok(Self { kind: KeyKind::Rsa, required_alg: None, material, public: Some(public) })
    }

    fn agreement(kind: KeyKind, key: agreement::PrivateKey) -> Result<Self, JweError> {
        let point = key.compute_public_key().map_err(|_| JweError::KeyRejected)?;
        let public = match kind {
            KeyKind::Ec(curve) => PublicKey::from_point(curve, point.as_ref())?,
            _ => PublicKey::X25519(fixed(point.as_ref())),
        };
        let public = Some(for_publication(Jwk::new(public)));
        Ok(Self { kind, required_alg: None, material: DecryptionMaterial::Agreement(key), public })
    }
}

impl fmt::Debug for DecryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DecryptionKey({})", self.kind)
    }
}

/// Adds the members that a published key has: its thumbprint as `kid`, and `use`.
fn for_publication(mut jwk: Jwk) -> Jwk {
    jwk.kid = Some(jwk.thumbprint().to_string());
    jwk.key_use = Some(KeyUse::Encryption);
    jwk
}

fn number(
    members: &Map<String, Value>,
    name: &'static str,
) -> Result<Zeroizing<Vec<u8>>, JweError> {
    let text = super::text(members, name)?.ok_or(JweError::Missing(name))?;
    base64url_decode(text).map(Zeroizing::new).map_err(|_| JweError::Malformed(name))
}

fn rsa_from_members(members: &Map<String, Value>) -> Result<PrivateDecryptingKey, JweError> {
    let (n, e) = (number(members, "n")?, number(members, "e")?);
    let components = KeyPairComponents {
        public_key: PublicKeyComponents { n: n.as_slice(), e: e.as_slice() },
        d: number(members, "d")?,
        p: number(members, "p")?,
        q: number(members, "q")?,
        dP: number(members, "dp")?,
        dQ: number(members, "dq")?,
        qInv: number(members, "qi")?,
    };
    let rejected = |_| JweError::KeyRejected;
    let pair = KeyPair::from_components(&components).map_err(|_| JweError::KeyRejected)?;
    let pkcs8 = pair.as_der().map_err(rejected)?;
    PrivateDecryptingKey::from_pkcs8(pkcs8.as_ref()).map_err(|_| JweError::KeyRejected)
}
