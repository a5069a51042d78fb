//! The active sessions of a user, as far as they are known.
//!
//! The ledger finds sessions by id only. They are known by the grants that a sign-out has to reach,
//! and that of the browser by its cookie: a session whose apps all have `offline_access` and take
//! no part in a sign-out is missing.

use std::collections::{BTreeMap, BTreeSet};

use jose::digest::{base64url, sha256};
use model::{ClientId, Fault, RecordQuery, Session, SessionId, Timestamp};

use super::{
    context::AccountContext,
    recent_activity::{AGE_MAX, RECORDS_MAX},
};
use crate::{
    logout, records::tenant_history::TenantHistory, tenants::built_in_client::BuiltInClient,
};

/// Maximum number of sessions that are read for a list: those whose rows are kept longest.
pub(super) const LISTED_MAX: usize = 200;
/// The length of the part of a digest that names a session, in bytes.
const KEY_BYTES: usize = 16;

/// An active session.
pub(super) struct OpenSession {
    pub(super) session: Session,
    /// The clients that got a grant in it, apart from the pages of the service.
    pub(super) clients: BTreeSet<ClientId>,
    /// True for the session of this browser.
    pub(super) is_present: bool,
}

impl OpenSession {
    /// Returns the name of the session in forms. Its id alone is in no page and no log.
    pub(super) fn key(&self) -> String {
        let id = self.session.id.into_bytes();
        let digest = sha256(&[&b"session\0"[..], &id].concat());
        base64url(digest.get(..KEY_BYTES).unwrap_or_default())
    }
}

/// Returns the session of this browser, then at most `max` others, newest first.
pub(super) async fn open_sessions(
    account: &AccountContext<'_>,
    max: usize,
) -> Result<Vec<OpenSession>, Fault> {
    let (store, user) = (account.user.store(&account.incoming.service), account.user.user());
    let mut clients: BTreeMap<SessionId, BTreeSet<ClientId>> = BTreeMap::new();
    for grant in logout::grants_of_user(store, user.id).await? {
        let of_session = clients.entry(grant.session).or_default();
        if BuiltInClient::with_id(grant.client.as_str()).is_none() {
            of_session.insert(grant.client);
        }
    }
    let present = account.user.session();
    let others = clients.keys().rev().filter(|id| **id != present.id).take(max);
    let mut sessions = Vec::new();
    for id in others {
        sessions.extend(store.session(*id).await?);
    }
    sessions.retain(|session| is_active(account, session));
    sessions.sort_by_key(|session| std::cmp::Reverse(session.auth_time));
    sessions.insert(0, present.clone());
    let open = sessions.into_iter().map(|session| {
        let ids = [Some(session.id), session.replaces];
        let of_both = ids.into_iter().flatten().filter_map(|id| clients.get(&id));
        OpenSession {
            clients: of_both.flatten().cloned().collect(),
            is_present: session.id == present.id,
            session,
        }
    });
    Ok(open.collect())
}

/// Returns whether a session signs the user in. Only its browser knows how long it was unused.
fn is_active(account: &AccountContext<'_>, session: &Session) -> bool {
    let (user, tenant) = (account.user.user(), account.user.tenant());
    let not_before = tenant.row.tokens_not_before.max(tenant.remembered_since);
    session.user == user.id
        && session.is_active(account.incoming.context.now())
        && session.auth_time >= not_before
        && user.accepts_session(session)
}

/// Returns the IP addresses from which the user authenticated, by time: one search for all
/// sessions. Those without a record are missing, and all are if the history does not answer.
pub(super) async fn addresses(
    account: &AccountContext<'_>,
    sessions: &[OpenSession],
) -> BTreeMap<Timestamp, String> {
    let times: BTreeSet<Timestamp> = sessions.iter().map(|it| it.session.auth_time).collect();
    let (Some(first), Some(last)) = (times.first(), times.last()) else { return BTreeMap::new() };
    let query = RecordQuery {
        user: Some(account.user.user().id),
        from: Some((*first).max(account.incoming.context.now() - AGE_MAX)),
        until: Some(Timestamp::from_microseconds(last.microseconds().saturating_add(1))),
        limit: RECORDS_MAX,
        ..RecordQuery::default()
    };
    let history = &*account.incoming.service.history;
    let found = TenantHistory::new(history, account.user.tenant().id()).find(query).await;
    let found = found.unwrap_or_default().into_iter().filter(|it| times.contains(&it.at));
    found.filter_map(|it| Some((it.at, it.remote_address?.to_string()))).collect()
}
