//! Opens the session of a flow after the last factor was verified.

use std::sync::Arc;

use model::{Change, CommitOutcome, Fault, Session, SessionId, Tenant, Timestamp, User, UserId};

use protocol::{Strength, ends_with_access_pass};

use crate::{
    http::{device_cookie::DeviceCookie, mail_origin},
    metrics::SignInOutcome,
    sign_in::{flow, flow_context::FlowContext},
    tenants::built_in_client::BuiltInClient,
};

/// An authentication that is complete.
pub(super) struct Authenticated {
    pub(super) user: Arc<User>,
    /// The methods (`amr`).
    pub(super) amr: Vec<String>,
    /// When the first factor was verified: the claim `auth_time`.
    pub(super) auth_time: Timestamp,
    /// The session of the first factor, which the new one replaces.
    pub(super) replaced: Option<Session>,
    /// When the temporary access pass expires that the user gave.
    pub(super) pass_ends_at: Option<Timestamp>,
    /// The ledger changes to commit with the session.
    pub(super) changes: Vec<Change>,
}

impl Authenticated {
    /// Returns whether the session is kept when the browser is closed, and when it expires. A
    /// session of a temporary access pass expires with it. One that it replaces with a factor that
    /// lasts is like any other.
    fn end(&self, tenant: &Tenant, now: Timestamp) -> (bool, Timestamp) {
        let ends_with_pass = ends_with_access_pass(&self.amr);
        let is_like = |replaced: &&Session| ends_with_pass || !ends_with_access_pass(&replaced.amr);
        let (persistent, end) = match self.replaced.as_ref().filter(is_like) {
            Some(replaced) => (replaced.persistent, replaced.expires_at),
            None => (false, now + tenant.session_lifetime),
        };
        let pass_end = self.pass_ends_at.filter(|_| ends_with_pass);
        (persistent, pass_end.map_or(end, |pass_end| pass_end.min(end)))
    }
}

impl FlowContext<'_> {
    /// Opens the flow's session, and ends an earlier session of the user in this browser. Returns
    /// false if another user has opened it before: the browser sent an old cookie of the flow.
    pub(super) async fn open_session(
        &mut self,
        authenticated: Authenticated,
        mut device_cookie: DeviceCookie,
    ) -> Result<bool, Fault> {
        let (tenant, now) = (&self.tenant.row, self.rule_context().now);
        let (persistent, expires_at) = authenticated.end(tenant, now);
        let ends_with_pass = ends_with_access_pass(&authenticated.amr);
        let Authenticated { user, amr, auth_time, replaced, mut changes, .. } = authenticated;
        // The trust in a browser would outlast the pass.
        let two_factors = Strength::of(&amr) >= Strength::TwoFactors && !ends_with_pass;
        let id = flow::session_id(self.flow.id(), tenant, self.store());
        let mut replaces = replaced.as_ref().map(|replaced| replaced.id);
        for account in self.accounts().await? {
            if account.account.user == user.id && account.account.session != id {
                let session = account.account.session;
                self.sessions.remove(session);
                replaces.get_or_insert(session);
                changes.push(Change::EndSession { tenant: tenant.id, session, at: now });
            }
        }
        changes.push(Change::OpenSession(Session {
            tenant: tenant.id,
            id,
            user: user.id,
            auth_time,
            amr,
            expires_at,
            persistent,
            ended_at: None,
            replaces,
            origin: Some(mail_origin::of_sign_in(self.incoming)),
        }));
        if self.store().commit(changes).await? == CommitOutcome::Conflict
            && !self.is_own_session(id, user.id).await?
        {
            return Ok(false);
        }
        self.count_sign_in(SignInOutcome::Succeeded);
        self.sessions.add(id, persistent, now);
        device_cookie.add(&user, two_factors.then_some(now));
        self.cookies.push(self.sessions.cookie(self.tenant)?);
        self.cookies.push(device_cookie.cookie(self.tenant)?);
        self.flow.bind(&user, id, device_cookie.id());
        // A session that only got stronger lasts as long as it would have.
        self.flow.progress.stay_answered |= replaced.is_some() || ends_with_pass;
        // The account pages are where the user would be led to.
        let is_account = self.request.client().id.as_str() == BuiltInClient::Account.id();
        self.flow.progress.used_access_pass = ends_with_pass && !is_account;
        Ok(true)
    }

    /// Returns whether the session that the flow opened before is an active one of this user: the
    /// form was sent twice, and the response to the first one was lost.
    async fn is_own_session(&self, id: SessionId, user: UserId) -> Result<bool, Fault> {
        let stored = self.store().session(id).await?;
        let now = self.rule_context().now;
        Ok(stored.is_some_and(|session| session.user == user && session.is_active(now)))
    }
}
