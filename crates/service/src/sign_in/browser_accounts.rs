//! The accounts with a session in this browser, and whether each session fits the request.

use std::sync::Arc;

use model::{Fault, Session, SessionId};
use protocol::authorize::{AuthenticatedUser, NotAuthenticated};
use signin::flow::{Account, SessionFit};

use crate::sign_in::flow_context::FlowContext;

/// An account with a session in this browser.
pub(super) struct BrowserAccount {
    pub(super) account: Account,
    pub(super) name: String,
    pub(super) user: Option<AuthenticatedUser>,
}

impl FlowContext<'_> {
    /// Returns the accounts with a session in this browser. Removes ended sessions from the
    /// cookie.
    pub(super) async fn accounts(&mut self) -> Result<Vec<BrowserAccount>, Fault> {
        let store = self.store();
        let (row, now) = (&self.tenant.row, self.request_context().now());
        let mut accounts = Vec::new();
        for (id, used_at) in self.sessions.iter().collect::<Vec<_>>() {
            let session = store.session(id).await?;
            let session = session.filter(|session| !session.is_idle(used_at, row, now));
            let account = match session {
                Some(session) => self.account(session).await?,
                None => None,
            };
            match account {
                Some(account) => accounts.push(account),
                None => self.sessions.remove(id),
            }
        }
        Ok(accounts)
    }

    /// Records the use of a session in the cookie, against its end without use.
    pub(super) fn record_use(&mut self, session: SessionId) -> Result<(), Fault> {
        let now = self.request_context().now();
        if self.sessions.record_use(session, &self.tenant.row, now) {
            self.cookies.push(self.sessions.cookie(self.tenant)?);
        }
        Ok(())
    }

    async fn account(&self, session: Session) -> Result<Option<BrowserAccount>, Fault> {
        let Some(user) = self.store().user(session.user).await? else { return Ok(None) };
        let id = session.id;
        let pair = (session, Some(Arc::clone(&user)));
        let authenticated = AuthenticatedUser::check(&self.request, pair, &self.rule_context());
        let session_fit = match &authenticated {
            Ok(_) => SessionFit::Usable,
            Err(NotAuthenticated::AuthenticationTooOld) => SessionFit::TooOld,
            Err(NotAuthenticated::TooWeak) => {
                let stored = self.store().authenticators(user.id).await?;
                match stored.is_some_and(|stored| stored.has_second_factor()) {
                    true => SessionFit::TooWeak,
                    false => SessionFit::NoSecondFactor,
                }
            }
            Err(NotAuthenticated::OtherUser) => SessionFit::OtherUser,
            Err(NotAuthenticated::SessionRevoked) if self.request.prompt.none => {
                SessionFit::Revoked
            }
            Err(
                NotAuthenticated::SessionEnded
                | NotAuthenticated::SessionRevoked
                | NotAuthenticated::UserDisabled,
            ) => return Ok(None),
        };
        let username = user.username.clone();
        let account = Account { session: id, user: user.id, username, session_fit };
        Ok(Some(BrowserAccount { account, name: user.name.clone(), user: authenticated.ok() }))
    }
}
