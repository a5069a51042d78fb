//! What one authorization gave to one client: the row behind a family of refresh tokens.

use serde::{Deserialize, Serialize};

use crate::{ClientId, GrantId, Seconds, SessionId, TenantId, Timestamp, UserId};

/// A grant. Its id is in the code, so that opening it marks the code as redeemed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The tenant.
    pub tenant: TenantId,
    /// Its id.
    pub id: GrantId,
    /// Which client it was given to.
    pub client: ClientId,
    /// Who gave it.
    pub user: UserId,
    /// The session in which it was given.
    pub session: SessionId,
    /// The resource's identifier; empty where only OpenID scopes were asked for.
    pub resource: String,
    /// Scopes of the resource, without the resource in front.
    pub scopes: Vec<String>,
    /// OpenID scopes: `openid`, `profile`, `email`, `offline_access`.
    pub openid_scopes: Vec<String>,
    /// When the person proved itself, the claim `auth_time`.
    pub auth_time: Timestamp,
    /// How the person proved itself, the claim `amr` (RFC 8176).
    pub amr: Vec<String>,
    /// The key that its tokens are bound to.
    pub confirmation: Option<Confirmation>,
    /// Given to a single-page app: a fixed, short life, and cross-origin redemption only.
    pub single_page: bool,
    /// When the code was redeemed.
    pub opened_at: Timestamp,
    /// From this moment on nothing comes of it any more.
    pub expires_at: Timestamp,
    /// How often the refresh token was replaced. The first has 0.
    pub generation: u32,
    /// When the refresh token was last replaced, or the grant opened.
    pub rotated_at: Timestamp,
    /// Set once; a grant is never given back.
    pub revoked: Option<Revocation>,
}

/// When and why a grant ended early.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revocation {
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: RevocationReason,
}

/// Why a grant ended early.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevocationReason {
    /// Its code came a second time (RFC 9700 §4.5).
    CodeReplayed,
    /// A refresh token that had been replaced came again (RFC 9700 §4.14.2).
    RefreshTokenReplayed,
    /// The client asked for it (RFC 7009).
    ByClient,
    /// An administrator asked for it.
    ByAdministrator,
}

/// The key that a token is bound to (RFC 7800).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confirmation {
    /// The thumbprint of a DPoP key (RFC 9449 §6.1).
    Jkt([u8; 32]),
}

impl Grant {
    /// How long the refresh token just replaced is still answered with the same successor:
    /// clients with several windows refresh at the same moment.
    pub const GRACE: Seconds = Seconds::new(10);

    /// Whether nothing comes of it any more, by time or by revocation.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.revoked.is_some() || self.expires_at <= now
    }
}
