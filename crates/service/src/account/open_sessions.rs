//! The active sessions of a user, and what was done in them.

use std::sync::Arc;

use jose::digest::{base64url, sha256};
use model::{Client, Fault, Session, Timestamp};

use super::context::AccountContext;
use crate::{logout, tenants::built_in_client::BuiltInClient};

/// Maximum number of sessions that are read for a list.
pub(super) const LISTED_MAX: u32 = 200;
/// Maximum number of grants of one session that are read for the time of its last use.
const GRANTS_MAX: usize = 20;
/// The length of the part of a digest that names a session, in bytes.
const KEY_BYTES: usize = 16;

/// An active session.
pub(super) struct OpenSession {
    pub(super) session: Session,
    /// True for the session of this browser.
    pub(super) is_present: bool,
}

/// The use of a session, as far as it is known by its grants that a sign-out reaches.
pub(super) struct SessionUse {
    /// The apps that got a grant in it or in one that it replaced, apart from the pages of the
    /// service.
    pub(super) apps: Vec<Arc<Client>>,
    /// When an app got a grant last, of them and of the pages.
    pub(super) last_grant_at: Option<Timestamp>,
}

impl OpenSession {
    /// Returns the name of the session in forms. Its id alone is in no page and no log.
    pub(super) fn key(&self) -> String {
        let id = self.session.id.into_bytes();
        let digest = sha256(&[&b"session\0"[..], &id].concat());
        base64url(digest.get(..KEY_BYTES).unwrap_or_default())
    }

    /// Returns what was done in the session.
    pub(super) async fn find_use(&self, account: &AccountContext<'_>) -> Result<SessionUse, Fault> {
        let store = account.user.store(&account.incoming.service);
        let grants = logout::grants_of_session(store, &self.session).await?;
        let mut apps = logout::clients_of_grants(store, &grants).await?;
        apps.retain(|client| BuiltInClient::with_id(client.id.as_str()).is_none());
        let mut last_grant_at = None;
        for grant in grants.iter().take(GRANTS_MAX) {
            let stored = store.grant(grant.grant).await?;
            last_grant_at = last_grant_at.max(stored.map(|grant| grant.opened_at));
        }
        Ok(SessionUse { apps, last_grant_at })
    }
}

/// Returns the session of this browser, then at most `max` others, newest first.
pub(super) async fn open_sessions(
    account: &AccountContext<'_>,
    max: u32,
) -> Result<Vec<OpenSession>, Fault> {
    let (store, now) =
        (account.user.store(&account.incoming.service), account.incoming.context.now());
    let present = account.user.session();
    // One more, for that of this browser may be among them.
    let found = store.sessions_of_user(present.user, now, max.saturating_add(1)).await?;
    let others = found.into_iter().filter(|session| session.id != present.id);
    let others = others.filter(|session| is_active(account, session));
    let others = others.map(|session| OpenSession { session, is_present: false });
    let present = OpenSession { session: present.clone(), is_present: true };
    let listed = usize::try_from(max).unwrap_or(usize::MAX);
    Ok(std::iter::once(present).chain(others.take(listed)).collect())
}

/// Returns whether a session signs the user in. Only its browser knows how long it was unused.
fn is_active(account: &AccountContext<'_>, session: &Session) -> bool {
    let (user, tenant) = (account.user.user(), account.user.tenant());
    let not_before = tenant.row.tokens_not_before.max(tenant.remembered_since);
    session.is_active(account.incoming.context.now())
        && session.auth_time >= not_before
        && user.accepts_session(session)
}
