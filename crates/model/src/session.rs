//! A session: one sign-in of one browser.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::{SessionId, Tenant, TenantId, Timestamp, UserId};

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
    /// The earlier session of the user in this browser, which ended when this one was opened. Apps
    /// may have signed the user in within that one: a sign-out reaches them, too.
    #[serde(default)]
    pub replaces: Option<SessionId>,
    /// The browser and address of the sign-in. `None` for sessions of builds that did not store it,
    /// which are not found by their user.
    #[serde(default)]
    pub origin: Option<SessionOrigin>,
}

/// The browser and the address of a sign-in, for the user who looks for it in a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionOrigin {
    /// The IP address, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<IpAddr>,
    /// The browser and its operating system, if they are known, such as `Firefox, Linux`. Known
    /// words only: no text of a request is stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub browser: Option<String>,
}

impl Session {
    /// Returns whether the session is neither ended nor expired, and not of the future.
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.ended_at.is_none() && now < self.expires_at && !self.auth_time.is_future(now)
    }

    /// Returns whether the session was unused for longer than the tenant allows. `used_at` is its
    /// last use, which the cookie of the browser remembers. The default time and one of the future
    /// say nothing about the last use: such a session is not idle, and the use now is recorded.
    pub fn is_idle(&self, used_at: Timestamp, tenant: &Tenant, now: Timestamp) -> bool {
        let limit = if self.persistent {
            tenant.persistent_session_idle_lifetime
        } else {
            tenant.session_idle_lifetime
        };
        let is_known = used_at != Timestamp::default() && !used_at.is_future(now);
        is_known && self.auth_time.max(used_at) + limit <= now
    }
}
