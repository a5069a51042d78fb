//! The proof that a request comes from an administrator of a tenant.

use std::sync::Arc;

use catalogue::{Refusal, refusal};
use model::{Session, TenantId, TenantStore, User};
use protocol::{Error, allowed_networks, context::TenantContext};

use crate::{
    http::{cookies::RequestCookies, incoming::IncomingRequest},
    own_sign_in::session::PageSession,
    records::tenant_history::TenantHistory,
    state::Service,
    tenants::built_in_client::BuiltInClient,
};

/// The pages.
pub(super) const PAGES: BuiltInClient = BuiltInClient::Administration;

/// An authenticated administrator and their tenant. Only [`Administrator::authenticate`] creates
/// one, on every request anew.
pub(crate) struct Administrator {
    tenant: Arc<TenantContext>,
    user: Arc<User>,
    session: PageSession,
}

/// The reason why a request may not see an administration page.
pub(super) enum AccessDenied {
    /// No administrator session, or one that expired, ended or was revoked. Contains the tenant's
    /// name if the cookie is valid and its tenant is active.
    SignedOut(Option<String>),
    /// The signed-in user is not an administrator of this tenant.
    NotAdministrator(Arc<TenantContext>, Refusal),
}

impl Administrator {
    /// Authenticates the administrator by the session cookie.
    ///
    /// The session must be active, and the user must be enabled and an administrator. The user must
    /// have authenticated after `tokens_not_before` of the tenant and of the user. The request must
    /// come from a network from which users may sign in.
    pub(super) async fn authenticate(
        incoming: &IncomingRequest,
    ) -> Result<Result<Self, AccessDenied>, Error> {
        let (service, now) = (&incoming.service, incoming.context.now());
        let cookies = RequestCookies::parse(&incoming.parts().headers);
        let Some(cookie) = PageSession::from_cookies((service, PAGES), &cookies, now) else {
            return Ok(Err(AccessDenied::SignedOut(None)));
        };
        let tenant = match service.tenant_context(&cookie.tenant.to_string()).await {
            Ok(tenant) => tenant,
            // The tenant was suspended or deleted after the sign-in.
            Err(Error::Refused(_)) => return Ok(Err(AccessDenied::SignedOut(None))),
            Err(fault) => return Err(fault),
        };
        let row = &tenant.row;
        let signed_out = || Ok(Err(AccessDenied::SignedOut(Some(row.name.clone()))));
        if !allowed_networks::permits(row, incoming.context.rule_sender()) {
            // The sign-in refuses, and says why.
            return signed_out();
        }
        let session = service.store_of(&tenant).session(cookie.session).await?;
        let not_before = row.tokens_not_before.max(tenant.remembered_since);
        let is_active = |session: &Session| {
            session.user == cookie.user
                && session.is_active(now)
                && !session.is_idle(cookie.used_at, row, now)
                && session.auth_time >= not_before
        };
        let Some(session) = session.filter(is_active) else { return signed_out() };
        let user = service.store_of(&tenant).user(cookie.user).await?;
        let is_active = |user: &Arc<User>| user.is_active(now) && user.accepts_session(&session);
        let Some(user) = user.filter(is_active) else { return signed_out() };
        if !user.administrator {
            let refusal = refusal::not_an_administrator(&user.username, row.display_name.as_str());
            return Ok(Err(AccessDenied::NotAdministrator(tenant, refusal)));
        }
        Ok(Ok(Self { tenant, user, session: cookie }))
    }

    /// Returns the tenant context of the administrator.
    pub(crate) fn tenant_context(&self) -> &TenantContext {
        &self.tenant
    }

    /// Returns the tenant, the only one whose data this administrator may see.
    pub(crate) fn tenant(&self) -> TenantId {
        self.tenant.id()
    }

    /// Returns the administrator's user.
    pub(crate) fn user(&self) -> &User {
        &self.user
    }

    /// Returns the rows of the administrator's tenant.
    pub(crate) fn store<'a>(&self, service: &'a Service) -> TenantStore<'a> {
        service.store_of(&self.tenant)
    }

    /// Returns the history of the administrator's tenant.
    pub(crate) fn history<'a>(&self, service: &'a Service) -> TenantHistory<'a> {
        TenantHistory::new(&*service.history, self.tenant())
    }

    pub(super) fn session(&self) -> &PageSession {
        &self.session
    }
}
