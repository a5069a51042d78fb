//! A session: one sign-in of one browser.

use serde::{Deserialize, Serialize};

use crate::{SessionId, TenantId, Timestamp, UserId};

/// A sign-in of a browser. The id is derived from the sign-in flow, so that a flow opens one
/// session only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The tenant in which the user signed in.
    pub tenant: TenantId,
    /// The id. The browser holds it in a sealed cookie.
    pub id: SessionId,
    /// The user who signed in.
    pub user: UserId,
    /// When the user authenticated: the claim `auth_time`.
    pub auth_time: Timestamp,
    /// The authentication methods of the user: the claim `amr` (RFC 8176).
    pub amr: Vec<String>,
    /// When it expires.
    pub expires_at: Timestamp,
    /// Whether the user chose to stay signed in.
    pub persistent: bool,
    /// Set once: at sign-out, or when a new sign-in of the user replaces the session.
    pub ended_at: Option<Timestamp>,
}

impl Session {
    /// Returns whether the session is neither ended nor expired, and not of the future.
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.ended_at.is_none() && now < self.expires_at && !self.auth_time.is_future(now)
    }
}
