//! The grants of a session: who has to learn that it ended.

use serde::{Deserialize, Serialize};

use crate::{ClientId, GrantId, SessionId, TenantId, Timestamp, UserId};

/// A grant, as it is found by its user and session. It is stored for grants that end with their
/// session, and for clients that take part in a sign-out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionGrant {
    /// The tenant.
    pub tenant: TenantId,
    /// The user of the session.
    pub user: UserId,
    /// The session in which the user granted it.
    pub session: SessionId,
    /// The grant.
    pub grant: GrantId,
    /// The client of the grant.
    pub client: ClientId,
    /// Whether the grant has `offline_access`, and so outlives the session.
    pub offline: bool,
    /// When the row expires: no earlier than the grant, and no earlier than the session.
    pub expires_at: Timestamp,
}

/// The filter of a query for grants of sessions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionGrantQuery {
    /// The tenant.
    pub tenant: TenantId,
    /// The user.
    pub user: UserId,
    /// Only grants of this session. `None` matches those of all sessions of the user.
    pub session: Option<SessionId>,
    /// Only grants after this one in the order of sessions and grants, for the next page.
    pub after: Option<(SessionId, GrantId)>,
    /// The maximum number of grants.
    pub limit: u32,
}

impl SessionGrant {
    /// Returns the position in the list.
    pub const fn position(&self) -> (SessionId, GrantId) {
        (self.session, self.grant)
    }
}

impl SessionGrantQuery {
    /// Returns the position after which the list begins: of all grants, those with larger ids.
    pub fn start(&self) -> (SessionId, GrantId) {
        self.after.unwrap_or((SessionId::new([0; 16]), GrantId::new([0; 16])))
    }
}
