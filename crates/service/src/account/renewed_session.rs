//! Opens a session of this browser in place of one that a change of the password ends.

use axum::http::HeaderValue;
use model::{Change, CommitOutcome, Fault, FaultKind, Session, SessionId, Timestamp};

use super::{
    access::{FreshProof, PAGES},
    context::AccountContext,
};
use crate::{
    http::cookies::{BrowserSessions, RequestCookies},
    own_sign_in::session::PageSession,
};

impl AccountContext<'_> {
    /// Opens a session in which the user authenticated at `auth_time`: they have a fresh proof, and
    /// the secret that they will sign in with is the one that they have just typed. It expires when
    /// the present one would have. Returns its cookies.
    pub(super) async fn renew_session(
        &self,
        auth_time: Timestamp,
        _proof: &FreshProof,
    ) -> Result<Vec<HeaderValue>, Fault> {
        let (service, tenant) = (&self.incoming.service, self.user.tenant());
        let (store, earlier) = (self.user.store(service), self.user.session());
        let random = self.incoming.context.seed()?.derive("renewed_session");
        let [.., last] = random;
        let lifetime = tenant.row.session_lifetime.max(tenant.row.persistent_session_lifetime);
        let database = store.database_for_new(last, auth_time);
        let session = Session {
            id: SessionId::with_end(random, auth_time + lifetime, database),
            auth_time,
            replaces: Some(earlier.id),
            ..earlier.clone()
        };
        let end = Change::EndSession { tenant: tenant.id(), session: earlier.id, at: auth_time };
        let opened = store.commit(vec![end, Change::OpenSession(session.clone())]).await?;
        if opened == CommitOutcome::Conflict {
            let cause = "the id of a new session exists";
            return Err(Fault::from_message(FaultKind::Internal, cause));
        }
        let now = self.incoming.context.now();
        let cookies = RequestCookies::parse(&self.incoming.parts().headers);
        let mut sessions = BrowserSessions::from_cookies(&cookies, tenant);
        sessions.remove(earlier.id);
        sessions.add(session.id, session.persistent, now);
        let page = PageSession {
            session: session.id,
            auth_time,
            used_at: now,
            ..self.user.cookie().clone()
        };
        Ok(vec![sessions.cookie(tenant)?, page.cookie((service, PAGES), now)?])
    }
}
