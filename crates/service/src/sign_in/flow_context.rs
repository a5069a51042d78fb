//! The context of one request of a sign-in flow: request, tenant, client, flow and sessions.

use std::sync::Arc;

use axum::http::HeaderValue;
use catalogue::Language;
use model::{Change, CommitOutcome, Fault, Resource, SessionId, TenantStore};
use pages::Layout;
use protocol::{
    Checks,
    authorize::{AuthorizationInputs, AuthorizationRequest, AuthorizeError, UiLocales, check},
    context::{RequestSeed, RuleContext, TenantContext},
    subject,
};
use signin::flow::{Hint, Requirements};

use crate::{
    http::{
        cookies::{BrowserSessions, RequestCookies},
        device_cookie::{DeviceCookie, browser_id},
        incoming::IncomingRequest,
        page_layout,
        request_context::RequestContext,
    },
    metrics::SignInOutcome,
    sign_in::{address::Address, flow::SignInFlow, flow_id::FlowId, reset_state::Reset},
};

/// A sign-in flow together with the request that continues it.
pub(super) struct FlowContext<'a> {
    pub(super) incoming: &'a IncomingRequest,
    pub(super) tenant: &'a TenantContext,
    /// The address of the request.
    pub(super) address: Address,
    /// The checked authorization request.
    pub(super) request: Box<AuthorizationRequest>,
    pub(super) resources: Arc<Vec<Resource>>,
    /// Boxed, as the other state: the context is moved from one future into another.
    pub(super) flow: Box<SignInFlow>,
    pub(super) sessions: BrowserSessions,
    /// The `Set-Cookie` values of the response.
    pub(super) cookies: Vec<HeaderValue>,
    pub(super) layout: Layout,
    /// The flow as the browser's cookie has it. `None` if the flow is new.
    pub(super) stored: Option<Box<SignInFlow>>,
    seed: RequestSeed,
}

/// The state of the flow that an address names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FlowState {
    /// The browser's cookie has the progress of the flow.
    Active,
    /// The flow finished or was cancelled.
    Used,
    /// The flow expired.
    Expired,
    /// The browser sent no cookie for the flow, or not the one of this flow and request.
    Lost,
}

/// Reads the inputs of a request and checks it: again at every step, because the client may have
/// been disabled, or have lost its redirect URI, since the page before.
pub(super) async fn check_request(
    incoming: &IncomingRequest,
    tenant: &TenantContext,
    address: &Address,
    checks: &mut Checks,
) -> Result<(AuthorizationInputs, Result<AuthorizationRequest, AuthorizeError>), Fault> {
    let (service, rule_context) = (&incoming.service, incoming.rule_context(tenant)?);
    let keys = service.keys(tenant).await?;
    let encoded = address.encoded.as_bytes();
    let inputs = AuthorizationInputs::gather(encoded, keys, service.store_of(tenant)).await?;
    let checked = check(encoded, &inputs, &rule_context, checks);
    Ok((inputs, checked))
}

impl<'a> FlowContext<'a> {
    /// Creates the context of a checked request, with a new flow.
    ///
    /// # Errors
    /// The random source of the system failed.
    pub(super) fn new(
        incoming: &'a IncomingRequest,
        tenant: &'a TenantContext,
        address: Address,
        (inputs, request): (AuthorizationInputs, AuthorizationRequest),
    ) -> Result<Self, Fault> {
        let cookies = RequestCookies::parse(&incoming.parts().headers);
        let browser = browser_id(&cookies, tenant);
        let rule_context = incoming.rule_context(tenant)?;
        let language = language(incoming, &request.ui_locales);
        let flow = SignInFlow::new(address.request_digest(), browser, &rule_context);
        let context = Self {
            incoming,
            tenant,
            address,
            request: Box::new(request),
            resources: inputs.resources,
            flow: Box::new(flow),
            sessions: BrowserSessions::from_cookies(&cookies, tenant),
            cookies: Vec::new(),
            layout: layout(incoming, tenant, language),
            stored: None,
            seed: rule_context.seed,
        };
        context.annotate_flow();
        Ok(context)
    }

    /// Continues the flow with this id if the browser has its cookie.
    pub(super) async fn resume(&mut self, id: FlowId) -> Result<FlowState, Fault> {
        let store = self.store();
        let cookies = RequestCookies::parse(&self.incoming.parts().headers);
        let flow = SignInFlow::open(id, self.flow.request_digest(), &cookies, self.tenant);
        if store.is_used(&id.used_value(self.tenant.id())).await? {
            return Ok(FlowState::Used);
        }
        // The ledger does not know whether an earlier flow was used.
        let is_too_old = id.started_at() < self.tenant.remembered_since;
        let now = self.request_context().now();
        if is_too_old || id.started_at().is_future(now) || id.expires_at() <= now {
            return Ok(FlowState::Expired);
        }
        let Some(flow) = flow else { return Ok(FlowState::Lost) };
        self.request.received_at = flow.received_at();
        self.stored = Some(Box::new(flow.clone()));
        *self.flow = flow;
        if let Some(user) = self.flow.user() {
            let user = store.user(user).await?;
            self.flow.recheck(user.as_deref(), now);
        }
        self.annotate_flow();
        Ok(FlowState::Active)
    }

    /// Returns whether the browser sent a cookie for the flow with this id.
    pub(super) fn has_cookie(&self, id: FlowId) -> bool {
        let cookies = RequestCookies::parse(&self.incoming.parts().headers);
        SignInFlow::has_cookie(id, &cookies, self.tenant)
    }

    /// Continues with the user name that the user typed in an earlier flow of this request.
    pub(super) fn keep_username_of(&mut self, earlier: FlowId) {
        let cookies = RequestCookies::parse(&self.incoming.parts().headers);
        let digest = self.flow.request_digest();
        let Some(earlier) = SignInFlow::open(earlier, digest, &cookies, self.tenant) else {
            return;
        };
        self.flow.reset = earlier.reset.map(|_| Reset::Expired);
        self.flow.progress.username = earlier.progress.username;
    }

    /// Returns whether a mail was requested in an earlier flow of this request.
    pub(super) fn has_requested_mail(&self, earlier: FlowId) -> bool {
        let cookies = RequestCookies::parse(&self.incoming.parts().headers);
        let earlier = SignInFlow::open(earlier, self.flow.request_digest(), &cookies, self.tenant);
        let reset = earlier.and_then(|flow| flow.reset);
        matches!(reset, Some(Reset::Requested(_) | Reset::Expired))
    }

    /// Returns the device cookie of the browser, or a new one.
    pub(super) fn device_cookie(&self) -> DeviceCookie {
        let cookies = RequestCookies::parse(&self.incoming.parts().headers);
        DeviceCookie::from_cookies(&cookies, self.tenant, self.seed.derive("browser"))
    }

    /// Counts a form of this flow.
    pub(super) fn count_sign_in(&self, outcome: SignInOutcome) {
        self.incoming.service.metrics.count_sign_in(outcome);
    }

    /// Returns the rows of the tenant.
    pub(super) fn store(&self) -> TenantStore<'a> {
        self.incoming.service.store_of(self.tenant)
    }

    /// Returns the ids, clock and seed of this request.
    pub(super) const fn request_context(&self) -> &'a RequestContext {
        &self.incoming.context
    }

    /// Returns the context in which the rules of the tenant handle this request.
    pub(super) fn rule_context(&self) -> RuleContext<'a> {
        let (now, sender) = (self.request_context().now(), self.request_context().rule_sender());
        RuleContext { now, tenant: self.tenant, seed: self.seed, sender }
    }

    /// Returns the language that the client requested, or else the browser's.
    pub(super) fn language(&self) -> Language {
        language(self.incoming, &self.request.ui_locales)
    }

    /// Returns the requirements of the authorization request.
    pub(super) async fn requirements(&self) -> Result<Requirements, Fault> {
        let request = &self.request;
        Ok(Requirements {
            prompt_none: request.prompt.none,
            reauthenticate: request.prompt.login,
            select_account: request.prompt.select_account,
            confirm_for: (!request.is_owner_known()).then(|| request.client().name.clone()),
            hint: self.hint().await?,
        })
    }

    /// Returns the account that the client expects. An ended session still names its user, who may
    /// have signed in again since.
    async fn hint(&self) -> Result<Option<Hint>, Fault> {
        let request = &self.request;
        if let Some(name) = &request.login_hint {
            return Ok(Some(Hint::Username(name.clone())));
        }
        let Some(sid) = &request.sid else { return Ok(None) };
        let session = match uuid::Uuid::try_parse(sid) {
            Ok(sid) => {
                let sid = SessionId::new(sid.into_bytes());
                let id = subject::session_of(sid, request.client(), &self.tenant.row);
                self.store().session(id).await?
            }
            Err(_) => None,
        };
        Ok(Some(Hint::User(session.map(|session| session.user))))
    }

    /// Stores the flow as used, so that no old cookie of it can be continued. Returns whether it
    /// was not used before. A flow without a page has no cookie, and nothing is written.
    pub(super) async fn mark_used(&self) -> Result<bool, Fault> {
        if self.stored.is_none() {
            return Ok(true);
        }
        let used = Change::MarkUsed(self.flow.id().used_value(self.tenant.id()));
        let outcome = self.store().commit(vec![used]).await?;
        Ok(outcome == CommitOutcome::Committed)
    }

    /// Adds the `Set-Cookie` values that store the flow.
    pub(super) fn store_flow(&mut self) -> Result<(), Fault> {
        let cookies = RequestCookies::parse(&self.incoming.parts().headers);
        self.cookies.extend(self.flow.set_cookie(&cookies, &self.rule_context())?);
        Ok(())
    }

    /// Adds the `Set-Cookie` value that deletes the cookie of the flow, if the browser has one.
    pub(super) fn clear_flow(&mut self) -> Result<(), Fault> {
        if let Some(stored) = &self.stored {
            self.cookies.push(SignInFlow::clear_cookie(stored.id(), self.tenant)?);
        }
        Ok(())
    }

    /// Names the sign-in flow and its client in the request record.
    fn annotate_flow(&self) {
        self.request_context().annotate(|annotations| {
            annotations.flow_id = Some(self.flow.record_id());
            annotations.set_client(&self.request.client().id);
        });
    }
}

/// Returns the layout of a page of the tenant.
pub(super) fn layout(
    incoming: &IncomingRequest,
    tenant: &TenantContext,
    language: Language,
) -> Layout {
    page_layout::of_tenant(&tenant.row, language, incoming.parts())
}

/// Returns the user's language: as chosen on a page, then `ui_locales`, then `mkt`, then the
/// browser's `Accept-Language`.
pub(super) fn language(incoming: &IncomingRequest, requested: &UiLocales) -> Language {
    let (ui_locales, mkt) = (requested.ui_locales.as_deref(), requested.mkt.as_deref());
    incoming.context.negotiate_language(ui_locales, mkt)
}
