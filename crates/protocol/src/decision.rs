//! What follows from a request, and what must be remembered, even when it is refused.

use std::sync::Arc;

use catalogue::Refusal;
use model::{Change, Confirmation, Grant, GrantId, Timestamp, User};

use crate::handle::RefreshToken;

/// The outcome of a rule. Changes stand beside the verdict, because a refusal can change the
/// world: a replayed code revokes its grant.
#[derive(Debug)]
pub struct Decision {
    /// What must be remembered, in the ledger.
    pub changes: Vec<Change>,
    /// What the client is entitled to, or why not.
    pub verdict: Result<Entitlement, Refusal>,
}

/// What a client may have, before the shared phases narrow it, bind it and make tokens of it.
#[derive(Clone, Debug)]
pub struct Entitlement {
    /// For whom.
    pub subject: Subject,
    /// The resource's identifier; empty where only OpenID scopes were given.
    pub resource: String,
    /// Scopes of the resource, without the resource in front.
    pub scopes: Vec<String>,
    /// `.default` was asked for, and is to be named in the answer.
    pub default_scope: bool,
    /// OpenID scopes.
    pub openid_scopes: Vec<String>,
    /// Roles at the resource.
    pub roles: Vec<String>,
    /// The grant behind it, so that its tokens end with it.
    pub grant: Option<GrantId>,
    /// The refresh token that goes with it.
    pub refresh_token: Option<RefreshToken>,
    /// What an ID token would say, where one may be given.
    pub id_token: Option<IdTokenFacts>,
    /// The key that whoever presents this must hold.
    pub confirmation: Option<Confirmation>,
    /// Belongs to a single-page app: only its own origins may redeem it.
    pub single_page: bool,
    /// When nothing more comes of it: a refresh token's end.
    pub expires_at: Option<Timestamp>,
}

/// For whom a token speaks.
#[derive(Clone, Debug)]
pub enum Subject {
    /// The client itself (RFC 6749 §4.4).
    Client,
    /// A person, through a grant.
    User(Arc<User>),
}

/// What the sign-in says about itself.
#[derive(Clone, Debug, Default)]
pub struct IdTokenFacts {
    /// `nonce` of the authorization request, only if it had one.
    pub nonce: Option<String>,
    /// When the person proved itself.
    pub auth_time: Timestamp,
    /// How.
    pub amr: Vec<String>,
    /// The session, the claim `sid`.
    pub session: String,
}

impl Decision {
    /// A refusal that changes nothing.
    pub fn refuse(refusal: Refusal) -> Self {
        Self { changes: Vec::new(), verdict: Err(refusal) }
    }

    /// A refusal that must be remembered.
    pub fn refuse_and(change: Change, refusal: Refusal) -> Self {
        Self { changes: vec![change], verdict: Err(refusal) }
    }

    /// An entitlement that needs no memory.
    pub fn entitle(entitlement: Entitlement) -> Self {
        Self { changes: Vec::new(), verdict: Ok(entitlement) }
    }

    /// An entitlement that comes true with a change.
    pub fn entitle_by(change: Change, entitlement: Entitlement) -> Self {
        Self { changes: vec![change], verdict: Ok(entitlement) }
    }

    /// Lets a shared phase look at the entitlement. If the phase refuses, what would have come
    /// true with the entitlement does not: a code is not used up by a request that fails.
    pub fn and_then(self, phase: impl FnOnce(Entitlement) -> Result<Entitlement, Refusal>) -> Self {
        match self.verdict.map(phase) {
            Ok(Ok(entitlement)) => Self { changes: self.changes, verdict: Ok(entitlement) },
            Ok(Err(refusal)) => Self::refuse(refusal),
            Err(refusal) => Self { changes: self.changes, verdict: Err(refusal) },
        }
    }

    /// Lets the binding phase note a key on the grant that is about to be opened.
    pub fn on_opened_grant(&mut self, note: impl Fn(&mut Grant)) {
        for change in &mut self.changes {
            if let Change::OpenGrant(grant) = change {
                note(grant);
            }
        }
    }
}

impl From<Refusal> for Decision {
    fn from(refusal: Refusal) -> Self {
        Self::refuse(refusal)
    }
}
