//! A tenant's signing key as it is stored, with the times of its rotation.

use serde::{Deserialize, Serialize};

use crate::{TenantId, Timestamp};

/// A stored signing key. It is published before it signs, and it stays published until the last
/// token that it signed has expired.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedSigningKey {
    /// The tenant that signs with it.
    pub tenant: TenantId,
    /// `kid`: the thumbprint of the key (RFC 7638).
    pub kid: String,
    /// `alg`: `ES256` or `RS256`.
    pub algorithm: String,
    /// The private key (PKCS #8), sealed under the root key.
    pub sealed_private_key: Vec<u8>,
    /// The public key as a JWK.
    pub jwk: String,
    /// When the JWKS begins to list it.
    pub published_at: Timestamp,
    /// When it begins to sign. The newest active key of an algorithm signs.
    pub active_from: Timestamp,
    /// When the JWKS ceases to list it. Every token that it signed has expired by then.
    pub retired_at: Timestamp,
}

impl std::fmt::Debug for SealedSigningKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "SealedSigningKey({} {})", self.algorithm, self.kid)
    }
}
