//! The accounts with a session in this browser.

use std::sync::Arc;

use model::{Fault, Session, User};

use crate::{
    http::cookies::{BrowserSessions, RequestCookies},
    sign_out::sign_out_context::SignOutContext,
};

/// The accounts of a browser, and the cookie that names them.
pub(super) struct BrowserAccounts {
    pub(super) sessions: BrowserSessions,
    pub(super) accounts: Vec<BrowserAccount>,
}

/// An account with a session that has neither ended nor expired.
#[derive(Clone)]
pub(super) struct BrowserAccount {
    pub(super) session: Session,
    pub(super) user: Arc<User>,
}

impl BrowserAccounts {
    /// Reads the accounts of the browser. A session that was unused for too long is one of them:
    /// its apps learn of its end as well.
    pub(super) async fn load(context: &SignOutContext<'_>) -> Result<Self, Fault> {
        let (incoming, tenant) = (context.incoming, context.tenant);
        let store = incoming.service.store_of(tenant);
        let cookies = RequestCookies::parse(&incoming.parts().headers);
        let sessions = BrowserSessions::from_cookies(&cookies, tenant);
        let mut accounts = Vec::new();
        for (id, _) in sessions.iter() {
            let session = store.session(id).await?;
            let now = incoming.context.now();
            let Some(session) = session.filter(|session| session.is_active(now)) else { continue };
            if let Some(user) = store.user(session.user).await? {
                accounts.push(BrowserAccount { session, user });
            }
        }
        Ok(Self { sessions, accounts })
    }
}
