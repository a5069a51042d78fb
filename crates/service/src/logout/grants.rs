//! The grants of a session or of a user, and their clients.

use std::{
    collections::{BTreeSet, HashSet},
    sync::Arc,
};

use model::{
    Client, ClientId, Fault, Session, SessionGrant, SessionGrantQuery, SessionId, TenantStore,
    UserId,
};

/// A client that is signed out.
#[derive(Clone, Debug)]
pub(crate) struct SignedOutClient {
    pub(crate) client: Arc<Client>,
    /// The session in which the client got its grant. `None` if all sessions of the user end.
    pub(crate) session: Option<SessionId>,
}

/// Maximum number of earlier sessions that a sign-out reaches: each was replaced by the next one.
const REPLACED_MAX: usize = 10;
/// The number of grants that one query reads.
const PAGE: u32 = 500;
/// Maximum number of pages. A user who opens more grants than that within weeks is no person.
const PAGES_MAX: usize = 20;

/// Returns the grants of a session and of those that it replaced, newest session first.
pub(crate) async fn grants_of_session(
    store: TenantStore<'_>,
    session: &Session,
) -> Result<Vec<SessionGrant>, Fault> {
    let mut found = Vec::new();
    let mut next = Some(session.id);
    let mut replaces = session.replaces;
    for _ in 0..=REPLACED_MAX {
        let Some(id) = next else { break };
        found.extend(find(store, (session.user, Some(id))).await?);
        next = replaces;
        replaces = match next {
            Some(id) => store.session(id).await?.and_then(|session| session.replaces),
            None => None,
        };
    }
    Ok(found)
}

/// Returns the grants of a user in all of their sessions, in the order of sessions and grants.
pub(crate) async fn grants_of_user(
    store: TenantStore<'_>,
    user: UserId,
) -> Result<Vec<SessionGrant>, Fault> {
    find(store, (user, None)).await
}

async fn find(
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

/// Returns the enabled clients of grants, each once for each of its sessions, in the order of the
/// sessions.
pub(super) async fn clients_by_session(
    store: TenantStore<'_>,
    grants: &[SessionGrant],
) -> Result<Vec<SignedOutClient>, Fault> {
    let mut known = HashSet::new();
    let mut clients = Vec::new();
    for grant in grants {
        if known.insert((grant.session, &grant.client)) {
            let client = store.client(&grant.client).await?.filter(|client| client.enabled);
            let session = Some(grant.session);
            clients.extend(client.map(|client| SignedOutClient { client, session }));
        }
    }
    Ok(clients)
}

/// Returns the enabled clients that got a grant in any session of a user.
pub(super) async fn clients_of_user(
    store: TenantStore<'_>,
    user: UserId,
) -> Result<Vec<SignedOutClient>, Fault> {
    let grants = grants_of_user(store, user).await?;
    let clients = clients_of_grants(store, &grants).await?.into_iter();
    Ok(clients.map(|client| SignedOutClient { client, session: None }).collect())
}

/// Returns the enabled clients of grants, each once.
pub(crate) async fn clients_of_grants(
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

/// Returns the enabled clients that got a grant in a session, or in one that it replaced.
pub(crate) async fn clients_of_session(
    store: TenantStore<'_>,
    session: &Session,
) -> Result<Vec<Arc<Client>>, Fault> {
    let grants = grants_of_session(store, session).await?;
    clients_of_grants(store, &grants).await
}
