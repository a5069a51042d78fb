//! One-time values that have been used.

use serde::{Deserialize, Serialize};

use crate::{Digest, TenantId, Timestamp};

/// A one-time value that has been used, remembered until it would be refused by its age anyway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The tenant.
    pub tenant: TenantId,
    /// What kind of value.
    pub purpose: MarkPurpose,
    /// SHA-256 of the value and of all that it is unique within (client, key).
    pub digest: Digest,
    /// From this moment on it need not be remembered.
    pub expires_at: Timestamp,
}

/// The kinds of one-time values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkPurpose {
    /// `jti` of a client assertion (RFC 7523 §3).
    ClientAssertion,
    /// `jti` of a DPoP proof (RFC 9449 §11.1).
    DpopProof,
}
