//! A tenant's signing key, sealed, with the times of its life.

use serde::{Deserialize, Serialize};

use crate::{TenantId, Timestamp};

/// A signing key at rest. It is published before it signs, and kept until its last token is over.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningKeyRow {
    /// The tenant.
    pub tenant: TenantId,
    /// `kid`: the key's thumbprint (RFC 7638).
    pub kid: String,
    /// `alg`: `ES256` or `RS256`.
    pub algorithm: String,
    /// The private key (PKCS #8), sealed under the root key.
    pub sealed_private_key: Vec<u8>,
    /// The public key as a JWK.
    pub jwk: String,
    /// From when the key set shows it.
    pub published_at: Timestamp,
    /// From when it signs; the newest key that signs is used.
    pub signs_from: Timestamp,
    /// Until when the key set shows it; at that moment every token it signed is over.
    pub kept_until: Timestamp,
}

impl std::fmt::Debug for SigningKeyRow {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "SigningKeyRow({} {})", self.algorithm, self.kid)
    }
}
