//! Every legal step from one stored state to the next.

use crate::{
    Authenticators, Client, ClientId, Consent, Digest, FailedSignIns, Grant, GrantId, LedgerId,
    LedgerIdentity, LedgerRecord, Password, PushedRequest, Resource, Revocation, SealedSigningKey,
    Session, SessionGrant, SessionId, Tenant, TenantId, Timestamp, UsedValue, User, UserId,
};

/// A step in the ledger.
///
/// A *guarded* change is an insert-if-absent or a compare-and-set: it can conflict. A decision has
/// at most one of them. All other changes may be repeated without harm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Guarded: inserts a grant unless its id exists.
    OpenGrant(Grant),
    /// Guarded: replaces the refresh token and increments the generation. Conflicts if the grant
    /// has another generation than `generation` or is revoked.
    RotateGrant {
        /// The tenant of the grant.
        tenant: TenantId,
        /// The grant to rotate.
        grant: GrantId,
        /// The generation that the caller read.
        generation: u32,
        /// The time of the rotation.
        at: Timestamp,
    },
    /// Revokes a grant. A grant that is already revoked or does not exist stays unchanged.
    RevokeGrant {
        /// The tenant of the grant.
        tenant: TenantId,
        /// The grant to revoke.
        grant: GrantId,
        /// The time and the reason.
        revocation: Revocation,
    },
    /// Makes a grant known by its user and session. One that is known already stays unchanged.
    AddSessionGrant(SessionGrant),
    /// Guarded: stores a one-time value as used unless it is stored already.
    MarkUsed(UsedValue),
    /// Guarded: inserts a pushed request unless its id exists.
    PushRequest(PushedRequest),
    /// Guarded: inserts a session unless its id exists.
    OpenSession(Session),
    /// Changes when a session expires: the user's choice at "stay signed in?".
    ExtendSession {
        /// The tenant of the session.
        tenant: TenantId,
        /// The session to extend.
        session: SessionId,
        /// The new expiry.
        expires_at: Timestamp,
        /// Whether the user chose to stay signed in.
        persistent: bool,
    },
    /// Ends a session. A session that is already ended or does not exist stays unchanged.
    EndSession {
        /// The tenant of the session.
        tenant: TenantId,
        /// The session to end.
        session: SessionId,
        /// The time of the end.
        at: Timestamp,
    },
    /// Guarded: replaces the counter of failed sign-ins. Conflicts if its stored count or last
    /// failure is not that of `before`. The count alone does not show another failure: a count
    /// that has decayed may be the same again.
    CountFailedSignIns {
        /// The counter that the caller read; `None` if nothing is stored.
        before: Option<FailedSignIns>,
        /// The new state of the counter.
        failed_sign_ins: FailedSignIns,
    },
    /// Deletes a counter of failed sign-ins, after a success.
    ClearFailedSignIns {
        /// The tenant of the counter.
        tenant: TenantId,
        /// The key of the counter.
        key: Digest,
    },
    /// Guarded: gives the ledger an identity. Conflicts if its id is not `before`.
    IdentifyLedger {
        /// The id that the caller read; `None` if the ledger has none.
        before: Option<LedgerId>,
        /// The new identity.
        identity: LedgerIdentity,
    },
    /// Raises the high-water time and the known generation of the directory. Lower values change
    /// nothing.
    RaiseLedgerState {
        /// The time at which the service uses the ledger.
        high_water: Timestamp,
        /// The generation of the directory.
        directory_generation: u64,
    },
}

impl Change {
    /// Returns whether the change can conflict.
    pub const fn is_guarded(&self) -> bool {
        matches!(
            self,
            Self::OpenGrant(_)
                | Self::RotateGrant { .. }
                | Self::MarkUsed(_)
                | Self::PushRequest(_)
                | Self::OpenSession(_)
                | Self::CountFailedSignIns { .. }
                | Self::IdentifyLedger { .. }
        )
    }

    /// Returns the tenant whose row changes; `None` for what the ledger stores about itself.
    pub const fn tenant(&self) -> Option<TenantId> {
        match self {
            Self::OpenGrant(grant) => Some(grant.tenant),
            Self::AddSessionGrant(grant) => Some(grant.tenant),
            Self::MarkUsed(value) => Some(value.tenant),
            Self::PushRequest(request) => Some(request.tenant),
            Self::OpenSession(session) => Some(session.tenant),
            Self::CountFailedSignIns { failed_sign_ins, .. } => Some(failed_sign_ins.tenant),
            Self::RotateGrant { tenant, .. }
            | Self::RevokeGrant { tenant, .. }
            | Self::ExtendSession { tenant, .. }
            | Self::EndSession { tenant, .. }
            | Self::ClearFailedSignIns { tenant, .. } => Some(*tenant),
            Self::IdentifyLedger { .. } | Self::RaiseLedgerState { .. } => None,
        }
    }
}

/// A step in the directory. Each step inserts, replaces or removes one whole row. A list of steps
/// is applied in one transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DirectoryChange {
    /// Inserts or replaces a tenant.
    PutTenant(Tenant),
    /// Inserts or replaces a client.
    PutClient(Client),
    /// Inserts or replaces a resource.
    PutResource(Resource),
    /// Inserts or replaces a user.
    PutUser(User),
    /// Removes a client with the consents to it.
    RemoveClient {
        /// The tenant of the client.
        tenant: TenantId,
        /// The client.
        client: ClientId,
    },
    /// Removes a resource with the consents for it.
    RemoveResource {
        /// The tenant of the resource.
        tenant: TenantId,
        /// The identifier of the resource.
        identifier: String,
    },
    /// Removes a user with their password, other authenticators and consents.
    RemoveUser {
        /// The tenant of the user.
        tenant: TenantId,
        /// The user.
        user: UserId,
    },
    /// Sets a user's password.
    PutPassword {
        /// The tenant of the user.
        tenant: TenantId,
        /// The user.
        user: UserId,
        /// The hashed password.
        password: Password,
    },
    /// Replaces the hash of a user's password by another hash of the same password. Changes nothing
    /// if the stored hash is no longer `earlier`: the password was set anew.
    RehashPassword {
        /// The tenant of the user.
        tenant: TenantId,
        /// The user.
        user: UserId,
        /// The hash to replace.
        earlier: String,
        /// The new hash.
        password: Password,
    },
    /// Inserts or replaces the authenticators of a user, besides the password.
    PutAuthenticators(Authenticators),
    /// Stores a consent in place of the earlier one for the same user, client and resource. The
    /// later `grants_not_before` of the two stays.
    PutConsent(Consent),
    /// Inserts or replaces a signing key.
    PutSigningKey(SealedSigningKey),
    /// Removes a retired signing key.
    RemoveSigningKey {
        /// The tenant of the key.
        tenant: TenantId,
        /// The `kid` of the key.
        kid: String,
    },
    /// Stores what the directory knows of its ledger. A copy of a backup becomes a directory.
    RecordLedger(LedgerRecord),
}

impl DirectoryChange {
    /// Returns whether the change raises the generation of the directory. An older directory lacks
    /// such a change, and undoes it.
    pub const fn raises_generation(&self) -> bool {
        !matches!(self, Self::RehashPassword { .. } | Self::RecordLedger(_))
    }

    /// Returns the tenant whose row changes; `None` for what the directory stores about itself.
    pub const fn tenant(&self) -> Option<TenantId> {
        match self {
            Self::PutTenant(tenant) => Some(tenant.id),
            Self::PutClient(client) => Some(client.tenant),
            Self::PutResource(resource) => Some(resource.tenant),
            Self::PutUser(user) => Some(user.tenant),
            Self::PutAuthenticators(row) => Some(row.tenant),
            Self::PutConsent(consent) => Some(consent.tenant),
            Self::PutSigningKey(key) => Some(key.tenant),
            Self::RemoveClient { tenant, .. }
            | Self::RemoveResource { tenant, .. }
            | Self::RemoveUser { tenant, .. }
            | Self::PutPassword { tenant, .. }
            | Self::RehashPassword { tenant, .. }
            | Self::RemoveSigningKey { tenant, .. } => Some(*tenant),
            Self::RecordLedger(_) => None,
        }
    }
}
