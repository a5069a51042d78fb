//! The proofs that a request comes from a signed-in user, and that they proved it a short time ago.

use std::sync::Arc;

use model::{Authenticators, Session, TenantStore, Timestamp, User};
use protocol::{Error, Strength, allowed_networks, context::TenantContext};

use crate::{
    authenticators::FRESH,
    http::{cookies::RequestCookies, incoming::IncomingRequest},
    own_sign_in::session::PageSession,
    state::Service,
    tenants::built_in_client::BuiltInClient,
};

/// The pages.
pub(super) const PAGES: BuiltInClient = BuiltInClient::Account;

/// A signed-in user and their tenant. Only [`SignedInUser::authenticate`] creates one, on every
/// request anew.
pub(crate) struct SignedInUser {
    tenant: Arc<TenantContext>,
    user: Arc<User>,
    cookie: PageSession,
    session: Session,
    stored: Option<Authenticators>,
}

/// The proof that a user has authenticated within [`FRESH`], with a second factor if they have one.
/// Only [`SignedInUser::fresh_proof`] creates one.
pub(crate) struct FreshProof(());

impl SignedInUser {
    /// Authenticates the user by the cookie of the pages. `None` if they have to sign in.
    ///
    /// The session must be active and of the tenant in the path, and the user must be active. The
    /// user must have authenticated after `tokens_not_before` of the tenant and of the user. The
    /// request must come from a network from which users may sign in.
    pub(super) async fn authenticate(
        incoming: &IncomingRequest,
        tenant: Arc<TenantContext>,
    ) -> Result<Option<Self>, Error> {
        let (service, now) = (&incoming.service, incoming.context.now());
        let cookies = RequestCookies::parse(&incoming.parts().headers);
        let cookie = PageSession::from_cookies((service, PAGES), &cookies, now);
        let Some(cookie) = cookie.filter(|cookie| cookie.tenant == tenant.id()) else {
            return Ok(None);
        };
        let (row, store) = (&tenant.row, service.store_of(&tenant));
        if !allowed_networks::permits(row, incoming.context.rule_sender()) {
            // The sign-in refuses, and says why.
            return Ok(None);
        }
        let session = store.session(cookie.session).await?;
        let not_before = row.tokens_not_before.max(tenant.remembered_since);
        let is_active = |session: &Session| {
            session.user == cookie.user
                && session.is_active(now)
                && !session.is_idle(cookie.used_at, row, now)
                && session.auth_time >= not_before
        };
        let Some(session) = session.filter(is_active) else { return Ok(None) };
        let user = store.user(cookie.user).await?;
        let is_active = |user: &Arc<User>| user.is_active(now) && user.accepts_session(&session);
        let Some(user) = user.filter(is_active) else { return Ok(None) };
        let stored = store.authenticators(user.id).await?;
        Ok(Some(Self { tenant, user, cookie, session, stored }))
    }

    /// Returns the proof that the user has authenticated a short time ago. `None` if they have to
    /// do it again.
    pub(super) fn fresh_proof(&self, incoming: &IncomingRequest) -> Option<FreshProof> {
        let is_fresh = incoming.context.now() <= self.session.auth_time + FRESH;
        let is_strong =
            !self.has_second_factor() || Strength::of(&self.session.amr) >= Strength::TwoFactors;
        (is_fresh && is_strong).then_some(FreshProof(()))
    }

    /// Returns whether the session still signs the user in, whose row may have changed meanwhile.
    pub(super) fn is_signed_in_as(&self, stored: &User, now: Timestamp) -> bool {
        stored.id == self.user.id && stored.is_active(now) && stored.accepts_session(&self.session)
    }

    /// Returns whether the user has a second factor.
    pub(super) fn has_second_factor(&self) -> bool {
        self.stored.as_ref().is_some_and(Authenticators::has_second_factor)
    }

    /// Returns the tenant.
    pub(super) fn tenant(&self) -> &TenantContext {
        &self.tenant
    }

    /// Returns the user.
    pub(super) fn user(&self) -> &User {
        &self.user
    }

    /// Returns the stored row of the user's authenticators.
    pub(super) const fn stored(&self) -> Option<&Authenticators> {
        self.stored.as_ref()
    }

    /// Returns the session.
    pub(super) const fn session(&self) -> &Session {
        &self.session
    }

    /// Returns the session, as the cookie names it.
    pub(super) const fn cookie(&self) -> &PageSession {
        &self.cookie
    }

    /// Returns the rows of the user's tenant.
    pub(super) fn store<'a>(&self, service: &'a Service) -> TenantStore<'a> {
        service.store_of(&self.tenant)
    }

    /// Returns the name of the tenant in paths.
    pub(super) fn tenant_name(&self) -> &str {
        &self.tenant.row.name
    }
}
