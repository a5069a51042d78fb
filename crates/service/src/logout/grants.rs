//! The grants of a session or of a user, and their clients.

use std::{collections::BTreeSet, sync::Arc};

use model::{
    Client, ClientId, Fault, Session, SessionGrant, SessionGrantQuery, SessionId, TenantStore,
    UserId,
};

/// The number of grants that one query reads.
const PAGE: u32 = 500;
/// Maximum number of pages. A user who opens more grants than that within weeks is no person.
const PAGES_MAX: usize = 20;

/// Returns the grants of a session, or of all sessions of a user.
pub(super) async fn find(
    store: TenantStore<'_>,
    (user, session): (UserId, Option<SessionId>),
) -> Result<Vec<SessionGrant>, Fault> {
    let tenant = store.tenant();
    let mut found: Vec<SessionGrant> = Vec::new();
    for _ in 0..PAGES_MAX {
        let after = found.last().map(SessionGrant::position);
        let query = SessionGrantQuery { tenant, user, session, after, limit: PAGE };
        let page = store.session_grants(query).await?;
        let is_last = page.len() < usize::try_from(PAGE).unwrap_or(usize::MAX);
        found.extend(page);
        if is_last {
            break;
        }
    }
    Ok(found)
}

/// Returns the enabled clients of grants, each once.
pub(super) async fn clients(
    store: TenantStore<'_>,
    grants: &[SessionGrant],
) -> Result<Vec<Arc<Client>>, Fault> {
    let ids: BTreeSet<&ClientId> = grants.iter().map(|grant| &grant.client).collect();
    let mut clients = Vec::new();
    for id in ids {
        clients.extend(store.client(id).await?.filter(|client| client.enabled));
    }
    Ok(clients)
}

/// Returns the enabled clients that got a grant in a session.
pub(crate) async fn clients_of_session(
    store: TenantStore<'_>,
    session: &Session,
) -> Result<Vec<Arc<Client>>, Fault> {
    let grants = find(store, (session.user, Some(session.id))).await?;
    clients(store, &grants).await
}
