//! Replaces the session of this browser when the user ends all others. A copy of its cookie
//! elsewhere ends, too.

use axum::{http::HeaderValue, response::Response};
use model::{Change, CommitOutcome, Fault, FaultKind, Session, SessionId};

use super::{access::PAGES, context::AccountContext};
use crate::{
    http::cookies::{self, BrowserSessions, RequestCookies},
    own_sign_in::session::PageSession,
};

impl AccountContext<'_> {
    /// Returns the session that replaces that of this browser. The user does not authenticate anew:
    /// it has the same `auth_time` and methods, and expires when the present one would have.
    pub(super) fn renewal(&self) -> Result<Session, Fault> {
        let (service, tenant) = (&self.incoming.service, &self.user.tenant().row);
        let now = self.incoming.context.now();
        let random = self.incoming.context.seed()?.derive("renewed_session");
        let [.., last] = random;
        let lifetime = tenant.session_lifetime.max(tenant.persistent_session_lifetime);
        let database = self.user.store(service).database_for_new(last, now);
        let earlier = self.user.session();
        Ok(Session {
            id: SessionId::with_end(random, now + lifetime, database),
            replaces: Some(earlier.id),
            ..earlier.clone()
        })
    }

    /// Opens the session that the user's row keeps, and adds its cookies to the response. If that
    /// fails, the others have ended nevertheless: the user signs in again.
    pub(super) async fn with_renewed_session(
        &self,
        mut response: Response,
        renewed: Session,
    ) -> Result<Response, Fault> {
        let cookies = match self.open_renewed(renewed).await {
            Ok(cookies) => cookies,
            Err(fault) => {
                let cause = fault.cause();
                tracing::warn!(kind = ?fault.kind(), cause, "cannot renew the session of a user");
                vec![PageSession::clear(PAGES)?]
            }
        };
        cookies::append(response.headers_mut(), cookies);
        Ok(response)
    }

    async fn open_renewed(&self, session: Session) -> Result<Vec<HeaderValue>, Fault> {
        let (service, tenant) = (&self.incoming.service, self.user.tenant());
        let (earlier, now) = (self.user.session().id, self.incoming.context.now());
        let end = Change::EndSession { tenant: tenant.id(), session: earlier, at: now };
        let changes = vec![end, Change::OpenSession(session.clone())];
        if self.user.store(service).commit(changes).await? == CommitOutcome::Conflict {
            let cause = "the id of a new session exists";
            return Err(Fault::from_message(FaultKind::Internal, cause));
        }
        let cookies = RequestCookies::parse(&self.incoming.parts().headers);
        let mut sessions = BrowserSessions::from_cookies(&cookies, tenant);
        sessions.remove(earlier);
        sessions.add(session.id, session.persistent, now);
        let page = PageSession { session: session.id, used_at: now, ..self.user.cookie().clone() };
        Ok(vec![sessions.cookie(tenant)?, page.cookie((service, PAGES), now)?])
    }
}
