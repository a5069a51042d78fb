//! The accounts with a session in this browser, and whether each session fits the request.

use std::sync::Arc;

use model::{Fault, Session, SessionId};
use protocol::{
    Strength,
    authorize::{AuthenticatedUser, NotAuthenticated},
};
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
            Ok(authenticated) if self.asks_second_factor(authenticated).await? => {
                SessionFit::TooWeak
            }
            Ok(_) => SessionFit::Usable,
            Err(NotAuthenticated::AuthenticationTooOld) => SessionFit::TooOld,
            Err(NotAuthenticated::TooWeak) => {
                let stored = self.store().authenticators(user.id).await?;
                if stored.is_some_and(|stored| stored.has_second_factor()) {
                    SessionFit::TooWeak
                } else {
                    SessionFit::NoSecondFactor
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
        let authenticated = authenticated.ok().filter(|_| session_fit == SessionFit::Usable);
        let username = user.username.clone();
        let account = Account { session: id, user: user.id, username, session_fit };
        Ok(Some(BrowserAccount { account, name: user.name.clone(), user: authenticated }))
    }

    /// Returns whether a session of one factor needs the second one that its user has: by the
    /// policy of this client, or because the client prefers it. The session may be of a client with
    /// another policy, or from before the user had a second factor.
    async fn asks_second_factor(&self, authenticated: &AuthenticatedUser) -> Result<bool, Fault> {
        let (session, user) = (authenticated.session(), authenticated.user());
        if Strength::of(&session.amr) >= Strength::TwoFactors {
            return Ok(false);
        }
        let (lifetime, now) =
            (self.tenant.row.second_factor_browser_lifetime, self.rule_context().now);
        let is_known_browser = self.device_cookie().is_trusted(user, lifetime, now);
        let policy = self.request.client().second_factor_in(&self.tenant.row);
        let is_preferred =
            self.request.strength.preferred > Strength::OneFactor && !self.request.prompt.none;
        if !policy.is_asked(is_known_browser) && !is_preferred {
            return Ok(false);
        }
        let stored = self.store().authenticators(user.id).await?;
        Ok(stored.is_some_and(|stored| stored.has_second_factor()))
    }
}
