//! The decision on a request, with the changes to commit.

use std::sync::Arc;

use catalogue::Refusal;
use model::{Change, Confirmation, Grant, GrantId, RequestedClaims, SessionId, Timestamp, User};

use crate::sealed_token::RefreshToken;

/// The outcome of a rule. A refusal can have changes too: a replayed code revokes its grant.
#[derive(Debug)]
pub struct Decision {
    /// The changes to commit to the ledger.
    pub changes: Vec<Change>,
    /// The entitlement of the client, or the refusal.
    pub verdict: Result<Entitlement, Refusal>,
}

/// Everything that tokens are minted from, after the shared phases have narrowed and bound it.
#[derive(Clone, Debug)]
pub struct Entitlement {
    /// The subject of the tokens.
    pub subject: Subject,
    /// The resource's identifier; empty if only OpenID scopes were granted.
    pub resource: String,
    /// Scopes of the resource, without the resource in front.
    pub scopes: Vec<String>,
    /// `.default` was requested, so the response names it.
    pub default_scope: bool,
    /// Scopes of the resource, as the client spelled them when it requested the grant. Those that
    /// have the resource in front may be absent.
    pub scope_spellings: Vec<String>,
    /// OpenID scopes.
    pub openid_scopes: Vec<String>,
    /// The claims about the user that the client requested by name.
    pub claims: RequestedClaims,
    /// Roles at the resource.
    pub roles: Vec<String>,
    /// The grant, with whose revocation the tokens are revoked.
    pub grant: Option<GrantId>,
    /// When the code was issued, or the grant was opened. `None` if the client acts for itself.
    pub granted_at: Option<Timestamp>,
    /// The refresh token to issue.
    pub refresh_token: Option<RefreshToken>,
    /// The authentication of the user; `None` if the client acts for itself.
    pub authentication: Option<Authentication>,
    /// The key to which the tokens are bound.
    pub confirmation: Option<Confirmation>,
    /// The grant belongs to a single-page app: only browsers at its origins may redeem it.
    pub single_page: bool,
    /// When the grant expires, and its refresh token with it.
    pub expires_at: Option<Timestamp>,
}

/// The subject of a token.
#[derive(Clone, Debug)]
pub enum Subject {
    /// The client itself (RFC 6749 §4.4).
    Client,
    /// A user, through a grant.
    User(Arc<User>),
}

/// The authentication event from which a grant comes.
#[derive(Clone, Debug)]
pub struct Authentication {
    /// `nonce` of the authorization request, only if it had one.
    pub nonce: Option<String>,
    /// When the user authenticated.
    pub auth_time: Timestamp,
    /// The authentication methods (RFC 8176).
    pub amr: Vec<String>,
    /// The session, for the claim `sid`.
    pub session: SessionId,
}

impl Decision {
    /// Refuses without a change.
    pub fn refuse(refusal: Refusal) -> Self {
        Self { changes: Vec::new(), verdict: Err(refusal) }
    }

    /// Refuses and commits a change.
    pub fn refuse_with_change(change: Change, refusal: Refusal) -> Self {
        Self { changes: vec![change], verdict: Err(refusal) }
    }

    /// Entitles without a change.
    pub fn entitle(entitlement: Entitlement) -> Self {
        Self { changes: Vec::new(), verdict: Ok(entitlement) }
    }

    /// Entitles and commits a change.
    pub fn entitle_with_change(change: Change, entitlement: Entitlement) -> Self {
        Self { changes: vec![change], verdict: Ok(entitlement) }
    }

    /// Applies a shared phase to the entitlement. If the phase refuses, the changes are dropped, so
    /// that a refused request does not use up its code.
    pub fn and_then(self, phase: impl FnOnce(Entitlement) -> Result<Entitlement, Refusal>) -> Self {
        match self.verdict.map(phase) {
            Ok(Ok(entitlement)) => Self { changes: self.changes, verdict: Ok(entitlement) },
            Ok(Err(refusal)) => Self::refuse(refusal),
            Err(refusal) => Self { changes: self.changes, verdict: Err(refusal) },
        }
    }

    /// Updates the grant that the decision opens, if it opens one.
    pub fn update_opened_grant(&mut self, update: impl Fn(&mut Grant)) {
        for change in &mut self.changes {
            if let Change::OpenGrant(grant) = change {
                update(grant);
            }
        }
    }
}

impl From<Refusal> for Decision {
    fn from(refusal: Refusal) -> Self {
        Self::refuse(refusal)
    }
}
