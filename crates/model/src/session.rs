//! One sign-in of one browser.

use serde::{Deserialize, Serialize};

use crate::{SessionId, TenantId, Timestamp, UserId};

/// A session. Its id is derived from the sign-in flow, so that a flow opens one session only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The tenant.
    pub tenant: TenantId,
    /// Its id; the browser holds it sealed.
    pub id: SessionId,
    /// Who signed in.
    pub user: UserId,
    /// When the person proved itself, the claim `auth_time`.
    pub auth_time: Timestamp,
    /// How the person proved itself, the claim `amr` (RFC 8176).
    pub amr: Vec<String>,
    /// From this moment on it is over.
    pub expires_at: Timestamp,
    /// The person chose to stay signed in.
    pub persistent: bool,
    /// Set once, when the person signs out or an administrator ends it.
    pub ended_at: Option<Timestamp>,
}

impl Session {
    /// Whether it is over, by time or because it was ended.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.ended_at.is_some() || self.expires_at <= now
    }
}
