//! Ends a session, and everything that ends with it.

use model::{
    Change, CommitOutcome, Fault, FaultKind, Revocation, RevocationReason, Seconds, Session,
    Timestamp,
};
use protocol::context::TenantContext;

use super::{
    grants::{self, SignedOutClient},
    notice::{self, SignedOut},
};
use crate::state::Service;

/// The number of grants that one commit revokes.
const REVOKED_AT_ONCE: usize = 200;

impl Service {
    /// Ends a session as a sign-out of its user does.
    ///
    /// # Errors
    /// The store failed.
    pub async fn end_session(&self, session: &Session, at: Timestamp) -> Result<(), Fault> {
        let Some(row) = self.store_of_id(session.tenant).row().await? else { return Ok(()) };
        let tenant = self.tenant_contexts.for_tenant(row)?;
        end_session(self, &tenant, session, at).await.map(drop)
    }
}

/// Ends a session, revokes its grants without `offline_access` and those of the sessions that it
/// replaced, and stores the logout tokens for their clients. Returns the clients.
///
/// The tokens are stored first: if the service stops in between, apps sign the user out of a
/// session that is still active, and never the other way round.
///
/// # Errors
/// The store failed.
pub(crate) async fn end_session(
    service: &Service,
    tenant: &TenantContext,
    session: &Session,
    at: Timestamp,
) -> Result<Vec<SignedOutClient>, Fault> {
    let store = service.store_of(tenant);
    let found = grants::grants_of_session(store, session).await?;
    let clients = grants::clients_by_session(store, &found).await?;
    let signed_out =
        SignedOut { tenant: tenant.id(), user: session.user, at, delay: Seconds::new(0) };
    notice::store(service, signed_out, &clients).await;
    let revocation = Revocation { at, reason: RevocationReason::SignedOut };
    let ending = found.iter().filter(|grant| !grant.offline).map(|grant| Change::RevokeGrant {
        tenant: grant.tenant,
        grant: grant.grant,
        revocation,
    });
    let end = Change::EndSession { tenant: tenant.id(), session: session.id, at };
    let changes: Vec<Change> = std::iter::once(end).chain(ending).collect();
    for changes in changes.chunks(REVOKED_AT_ONCE) {
        if store.commit(changes.to_vec()).await? == CommitOutcome::Conflict {
            let message = "changes without a condition have a conflict";
            return Err(Fault::from_message(FaultKind::Internal, message));
        }
    }
    Ok(clients)
}
