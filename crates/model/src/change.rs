//! Every legal step from one stored state to the next.

use crate::{
    Attempts, Client, Consent, Digest, Grant, GrantId, Mark, Password, Resource, Revocation,
    Session, SessionId, SigningKeyRow, Tenant, TenantId, Timestamp, User, UserId,
};

/// A step in the ledger. A decision has at most one *guarded* change (insert-if-absent, or
/// compare-and-set); all others may be repeated without harm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Guarded: opens a grant unless there is one under its id.
    OpenGrant(Grant),
    /// Guarded: replaces the refresh token, if `generation` is still the grant's and it is not
    /// revoked: the generation grows by one.
    RotateGrant {
        /// The tenant.
        tenant: TenantId,
        /// The grant.
        grant: GrantId,
        /// The generation that the caller saw.
        generation: u32,
        /// Now.
        at: Timestamp,
    },
    /// Ends a grant early. One that is already revoked, or that does not exist, stays as it is.
    RevokeGrant {
        /// The tenant.
        tenant: TenantId,
        /// The grant.
        grant: GrantId,
        /// When and why.
        revocation: Revocation,
    },
    /// Guarded: remembers a one-time value unless it is remembered already.
    MarkUsed(Mark),
    /// Guarded: opens a session unless there is one under its id.
    OpenSession(Session),
    /// Lets a session live longer or shorter: the answer to "stay signed in?".
    ExtendSession {
        /// The tenant.
        tenant: TenantId,
        /// The session.
        session: SessionId,
        /// Its new end.
        expires_at: Timestamp,
        /// Whether the person chose to stay signed in.
        persistent: bool,
    },
    /// Ends a session. One that is already over, or that does not exist, stays as it is.
    EndSession {
        /// The tenant.
        tenant: TenantId,
        /// The session.
        session: SessionId,
        /// When.
        at: Timestamp,
    },
    /// Guarded: replaces the count of failed attempts, if `failed_before` is still the stored
    /// count (0 where nothing is stored).
    CountAttempts {
        /// The count that the caller saw.
        failed_before: u32,
        /// The new state.
        attempts: Attempts,
    },
    /// Forgets failed attempts, after a success.
    ForgetAttempts {
        /// The tenant.
        tenant: TenantId,
        /// What was counted.
        key: Digest,
    },
}

impl Change {
    /// Whether the change can conflict.
    pub const fn is_guarded(&self) -> bool {
        matches!(
            self,
            Self::OpenGrant(_)
                | Self::RotateGrant { .. }
                | Self::MarkUsed(_)
                | Self::OpenSession(_)
                | Self::CountAttempts { .. }
        )
    }
}

/// A step in the directory. Each puts or removes one row whole; a list of them is done all or
/// none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DirectoryChange {
    /// Makes or replaces a tenant.
    PutTenant(Tenant),
    /// Makes or replaces a client.
    PutClient(Client),
    /// Makes or replaces a resource.
    PutResource(Resource),
    /// Makes or replaces a user.
    PutUser(User),
    /// Sets a user's password.
    PutPassword {
        /// The tenant.
        tenant: TenantId,
        /// The user.
        user: UserId,
        /// The hashed password.
        password: Password,
    },
    /// Records a consent in place of the earlier one for the same user, client and resource.
    PutConsent(Consent),
    /// Makes or replaces a signing key.
    PutSigningKey(SigningKeyRow),
    /// Removes a signing key that is over.
    RemoveSigningKey {
        /// The tenant.
        tenant: TenantId,
        /// The key.
        kid: String,
    },
}
