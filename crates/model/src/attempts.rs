//! Failed attempts to sign in, counted so that guessing ends.

use serde::{Deserialize, Serialize};

use crate::{Digest, TenantId, Timestamp};

/// Failed attempts against one key: a user name, an address. Unknown names are counted too, so
/// that a lock tells nothing of who exists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempts {
    /// The tenant.
    pub tenant: TenantId,
    /// SHA-256 of what is counted.
    pub key: Digest,
    /// How many failed since the last success or the last long pause.
    pub failed: u32,
    /// When the last one failed.
    pub last_at: Timestamp,
    /// From this moment on it need not be remembered.
    pub expires_at: Timestamp,
}
