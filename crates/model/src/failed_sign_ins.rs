//! Counters of failed sign-ins, for brute-force protection.

use serde::{Deserialize, Serialize};

use crate::{Digest, TenantId, Timestamp};

/// The failed sign-ins for one key, such as a user name or an IP address. Unknown user names are
/// counted too, so that a lock does not reveal which users exist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedSignIns {
    /// The tenant of the sign-ins.
    pub tenant: TenantId,
    /// SHA-256 of the label of the counter.
    pub key: Digest,
    /// The number of failures that still count at `last_failed_at`.
    pub count: u32,
    /// When the last sign-in failed.
    pub last_failed_at: Timestamp,
    /// When the counter may be deleted.
    pub expires_at: Timestamp,
}
