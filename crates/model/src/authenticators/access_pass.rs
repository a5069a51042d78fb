//! The temporary access pass of a user.

use serde::{Deserialize, Serialize};

use crate::{Digest, Timestamp};

/// A temporary access pass: a code that an administrator gives a user who has lost their factors,
/// or has none yet. They sign in with it and set new ones up.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessPass {
    /// SHA-256 of the pass. A pass has 80 random bits, so that its digest needs no salt and no slow
    /// hash.
    pub digest: Digest,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it expires.
    pub expires_at: Timestamp,
    /// Whether it can be used once only.
    pub once: bool,
    /// The time of its last use. `None` if it was never used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<Timestamp>,
    /// The sign-in flow of its last use. A form that is sent twice is one use: the response to the
    /// first one may be lost, and the pass with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_flow: Option<[u8; 16]>,
}

impl AccessPass {
    /// Returns whether the pass was used and can be used once only.
    pub const fn is_used_up(&self) -> bool {
        self.once && self.last_used_at.is_some()
    }

    /// Returns whether the pass has expired. One of the future has, too: a clock that was set back
    /// must not make it last longer.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        now >= self.expires_at || self.created_at.is_future(now)
    }

    /// Returns whether the user can sign in with the pass.
    pub fn is_usable(&self, now: Timestamp) -> bool {
        !self.is_used_up() && !self.is_expired(now)
    }
}

impl std::fmt::Debug for AccessPass {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "AccessPass(expires_at {:?}, once {})", self.expires_at, self.once)
    }
}
